"""Files that are handed in for claims, by the verbs themselves, with the real inspector and a folder of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from domain.claims import papers
from domain.claims.terms import DocumentKind
from domain.documents.keeping import Store, store_in_use
from domain.evidence.inspecting import use_inspector, use_scanner
from domain.evidence.models import EvidenceFile
from domain.evidence.receiving import Received, receive
from domain.evidence.terms import FileType
from domain.evidence.tickets import ticket_for
from domain.jobs.terms import Queue
from domain.kernel.actor import Actor
from gateways.inspection import SeparateInspector
from tests.factories import corpus
from tests.factories.claims import Case
from tests.factories.work import work

NAMES = {FileType.PDF: "发票.pdf", FileType.JPEG: "photo.jpg", FileType.PNG: "屏幕.png", FileType.HEIC: "IMG_0001.HEIC"}
PROOF = DocumentKind.PROOF_OF_PURCHASE


def inspected() -> None:
    """Lets this process look at files by the real inspector, without a scanner."""
    use_inspector(SeparateInspector())
    use_scanner(None)


async def arriving(content: bytes, piece: int = 64 * 1024) -> AsyncIterator[bytes]:
    """Bytes as they come over the line."""
    for start in range(0, len(content), piece):
        yield content[start : start + piece]


async def ticketed(
    case: Case,
    actor: Actor,
    content: bytes,
    file_type: FileType = FileType.JPEG,
    *,
    kind: DocumentKind = PROOF,
    name: str | None = None,
) -> UUID:
    """A file that is awaited."""
    return await papers.ask_ticket(
        case.claim.id, kind=kind, name=name or NAMES[file_type], file_type=file_type, size=len(content), actor=actor
    )


async def sent(file_id: UUID, content: bytes, store: Store | None = None) -> Received:
    """The bytes of a file by its ticket."""
    return await receive(ticket_for(file_id), arriving(content), store=store or store_in_use())


async def handed_in(
    case: Case, actor: Actor, content: bytes | None = None, file_type: FileType = FileType.JPEG, **how: DocumentKind
) -> UUID:
    """A file that came in and waits to be checked."""
    body = corpus.jpeg() if content is None else content
    file_id = await ticketed(case, actor, body, file_type, **how)
    await sent(file_id, body)
    return file_id


async def worked_off(database: str) -> None:
    """Lets workers check what waits, and do what follows."""
    await work(database, (Queue.DOCUMENTS,))


async def released(
    database: str, case: Case, actor: Actor, content: bytes | None = None, file_type: FileType = FileType.JPEG,
    **how: DocumentKind,
) -> EvidenceFile:  # fmt: skip
    """A file that was checked."""
    file_id = await handed_in(case, actor, content, file_type, **how)
    await worked_off(database)
    return await EvidenceFile.get(id=file_id)
