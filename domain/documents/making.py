"""Makes documents: a paper is set and put into the store, then its row is kept in the transaction of whoever asked.

The key of a file is made of its content: an attempt that died between store and row leaves a file that the next one
finds under the same key, and two at once write the same bytes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import Renderer, Store
from domain.documents.models import Document
from domain.documents.papers import Paper
from domain.documents.terms import PaperKind
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import fetch_one
from domain.kernel.ids import new_id
from domain.kernel.sealing import blind_index
from domain.kernel.settings import settings
from domain.kernel.subject import Scope, Subject, SubjectKind

PDF = "application/pdf"
CSV = "text/csv"
ENDINGS = {PDF: "pdf", CSV: "csv"}
CODE_BYTES = 10  # 80 bits, 16 letters and digits
VERIFY_PATH = "/verify"
KEEP = """
INSERT INTO document (id, kind, subject_kind, subject_id, customer_id, partner_id, document_number, language, edition,
  content_type, size, sha256, storage_key, verification_code, made_at)
VALUES ($1::uuid, $2, $3, $4::uuid, $5::uuid, $6::uuid, $7, $8, $9::int, $10, $11::int, $12, $13, $14, $15::timestamptz)
ON CONFLICT (subject_kind, subject_id, kind, language, edition) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which paper it is: its kind, the row that it is about, its language, and which making of it."""

    kind: PaperKind
    subject: Subject
    language: str
    number: int

    @property
    def code(self) -> str:
        """What nobody can guess and a reader can type: the same at every attempt to make this edition."""
        name = f"{self.kind}:{self.subject.kind}:{self.subject.id}:{self.language}:{self.number}"
        return base64.b32encode(blind_index("document code", name)[:CODE_BYTES]).decode()

    @property
    def proof_address(self) -> str:
        """Where a reader learns whether the paper is genuine."""
        return f"{settings().public_url.rstrip('/')}{VERIFY_PATH}/{self.code}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in the store. Units: `size` in bytes."""

    document_number: str
    key: str
    sha256: str
    size: int
    content_type: str = PDF


async def put_into_store(paper: Paper, kind: PaperKind, *, renderer: Renderer, store: Store) -> Stored:
    """Sets a paper and puts it into the store; no transaction may be open meanwhile.

    Raises: StoreUnavailable.
    """
    content = await asyncio.to_thread(renderer.render, paper)
    return await put_file(content, PDF, kind, paper.number, store=store)


async def put_file(content: bytes, content_type: str, kind: PaperKind, number: str, *, store: Store) -> Stored:
    """Puts a file that is ready into the store; no transaction may be open meanwhile.

    Raises: StoreUnavailable.
    """
    digest = hashlib.sha256(content).hexdigest()
    key = f"{kind.lower()}/{digest[:2]}/{digest}.{ENDINGS[content_type]}"
    await store.put(key, content, content_type)
    return Stored(number, key, digest, len(content), content_type)


async def languages_kept(kind: PaperKind, subject: Subject, number: int) -> set[str]:
    """The languages in which an edition is there already, in the current transaction."""
    rows = Document.filter(subject_kind=subject.kind, subject_id=subject.id, kind=kind, edition=number)
    return {row.language for row in await rows}


async def keep(edition: Edition, stored: Stored, *, scope: Scope, actor: Actor) -> UUID | None:
    """Keeps the row of a file in the current transaction; its id, or None where this edition is there already.

    Raises: NoTransaction outside of one.
    """
    found = await fetch_one(
        KEEP, new_id(), edition.kind, edition.subject.kind, edition.subject.id, scope.customer_id, scope.partner_id,
        stored.document_number, edition.language, edition.number, stored.content_type, stored.size, stored.sha256,
        stored.key, edition.code, clock.now(),
    )  # fmt: skip
    if found is None:
        return None
    document = Subject(SubjectKind.DOCUMENT, UUID(str(found["id"])))
    after: dict[str, object] = {
        "kind": edition.kind, "subject_id": edition.subject.id, "language": edition.language,
        "edition": edition.number, "sha256": stored.sha256,
    }  # fmt: skip
    await record("document:make", document, actor, after=after)
    return document.id
