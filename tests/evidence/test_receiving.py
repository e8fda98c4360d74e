"""A file comes in by its ticket, once, whole, and is given to nobody before it was checked."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.audit.models import AuditEntry
from domain.documents.keeping import Store, StoreUnavailable, use_store
from domain.evidence import checking
from domain.evidence.inspecting import inspector_in_use, use_scanner
from domain.evidence.jobs import CheckEvidence
from domain.evidence.models import EvidenceFile
from domain.evidence.receiving import receive
from domain.evidence.refusals import TicketUnknown, TicketUsed, TooManyFiles
from domain.evidence.rules import MAX_FILES, MAX_TICKETS, TICKET_LIFE
from domain.evidence.terms import FileState, FileType, Unfitness
from domain.evidence.tickets import file_of, ticket_for
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Invalid
from domain.kernel.subject import SubjectKind
from gateways.clamd import ClamdScanner
from gateways.store import FolderStore
from tests.factories import corpus
from tests.factories.claims import claim_awaiting_documents
from tests.factories.evidence import arriving, handed_in, released, sent, ticketed, worked_off
from tests.factories.scanner_server import scanner_server
from tests.factories.unchanged import refused
from tests.factories.work import hurry

pytestmark = pytest.mark.usefixtures("database")


class Away:
    """A store that is out of reach."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        raise StoreUnavailable("away")

    async def get(self, key: str) -> bytes:
        raise StoreUnavailable("away")


async def job_of(kind: str) -> Job:
    (found,) = await Job.filter(kind=kind)
    return found


def sealed_in(folder: Path) -> list[Path]:
    """The files of a store."""
    return sorted(folder.rglob("*.sealed"))


async def test_a_file_comes_in_is_checked_and_released_in_each_store(database: str, store: Store) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg_with_place()
    file_id = await handed_in(case, case.customer, content)
    waiting = await EvidenceFile.get(id=file_id)
    assert (waiting.state, waiting.received_sha256) == (FileState.UPLOADED, hashlib.sha256(content).hexdigest())
    await worked_off(database)
    row = await EvidenceFile.get(id=file_id)
    assert (row.state, row.content_type, row.is_scanned) == (FileState.RELEASED, "image/jpeg", False)
    assert row.sha256 != row.received_sha256
    actions = [each.action for each in await AuditEntry.filter(subject_id=file_id).order_by("id")]
    assert actions == ["evidence:give_ticket", "evidence:take_in", "evidence:check", "evidence:release"]
    check = await job_of("evidence.check")
    assert (check.state, check.result_kind, check.result_id) == (JobState.SUCCEEDED, SubjectKind.EVIDENCE, file_id)


async def test_what_is_stored_is_sealed(database: str, folder: Path) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer, corpus.jpeg_with_place())
    kept = [path.read_bytes() for path in sealed_in(folder)]
    assert len(kept) == 2
    assert not any(b"Acme" in each or each.startswith(b"\xff\xd8") for each in kept)
    assert "张三" not in str([path.name for path in sealed_in(folder)])


@pytest.mark.usefixtures("folder")
async def test_the_same_bytes_again_are_answered_the_same_and_other_bytes_are_refused(database: str) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    first = await sent(file_id, content)
    await worked_off(database)
    assert await sent(file_id, content) == first
    assert await Job.filter(kind="evidence.check").count() == 1
    async with refused(TicketUsed):
        await sent(file_id, content[:-1] + b"x")


@pytest.mark.usefixtures("folder")
async def test_of_two_files_at_once_by_one_ticket_one_comes_in() -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    others = [content[:-1] + bytes([n]) for n in range(6)]
    told = await asyncio.gather(*(sent(file_id, each) for each in others), return_exceptions=True)
    assert sorted(type(each).__name__ for each in told) == ["Received", *["TicketUsed"] * 5]
    row = await EvidenceFile.get(id=file_id)
    assert row.received_sha256 in {hashlib.sha256(each).hexdigest() for each in others}
    assert await Job.filter(kind="evidence.check").count() == 1


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("change", [b"", b"more", b"x" * 100_000])
async def test_more_or_fewer_bytes_than_were_announced_are_refused_and_may_be_sent_again(change: bytes) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    wrong = content + change if change else content[:-1]
    async with refused(Invalid):
        await sent(file_id, wrong)
    await sent(file_id, content)


@pytest.mark.usefixtures("folder")
async def test_a_file_without_an_end_is_not_read_to_its_end() -> None:
    case = await claim_awaiting_documents()
    file_id, read = await ticketed(case, case.customer, corpus.jpeg()), 0

    async def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 65_536

    async with refused(Invalid):
        await receive(ticket_for(file_id), endless(), store=Away())  # type: ignore[arg-type]
    assert read == 1


@pytest.mark.usefixtures("folder")
async def test_only_a_ticket_of_ours_lets_a_file_in_and_only_for_ten_minutes() -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    ticket = ticket_for(file_id)
    identity, until, signature = ticket.split(".")
    wrong = [
        "", "x", "..", ticket[:-1], f"{ticket}0", f"{new_id().hex}.{until}.{signature}",
        f"{identity}.{int(until) + 1}.{signature}", f"{identity}.{until}.{'0' * 64}", f"{identity}..{signature}",
        f"{identity}.{until}.签", ticket.upper(), f"{identity}.{until}",
    ]  # fmt: skip
    for each in wrong:
        async with refused(TicketUnknown):
            await receive(each, arriving(content), store=Away())
    assert file_of(ticket) == file_id
    with clock.at(clock.now() + TICKET_LIFE + timedelta(seconds=2)):
        async with refused(TicketUnknown):
            await receive(ticket, arriving(content), store=Away())
    await sent(file_id, content)


@pytest.mark.usefixtures("folder")
async def test_a_claim_has_so_many_files_and_no_more_and_lapsed_tickets_do_not_count() -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    first = await ticketed(case, case.customer, content)
    for _ in range(MAX_FILES - 1):
        await ticketed(case, case.customer, content)
    async with refused(TooManyFiles):
        await ticketed(case, case.customer, content)
    other = await claim_awaiting_documents()
    await ticketed(other, other.customer, content)
    await sent(first, content)
    with clock.at(clock.now() + timedelta(hours=1)):
        for _ in range(MAX_FILES - 1):
            await ticketed(case, case.customer, content)
        async with refused(TooManyFiles):
            await ticketed(case, case.customer, content)


@pytest.mark.usefixtures("folder")
async def test_whoever_sends_only_what_is_refused_comes_to_an_end_too(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer, corpus.html())
    row = await EvidenceFile.get(subject_id=case.claim.id)
    values = {name: getattr(row, name) for name in row._meta.db_fields if name not in {"id", "version"}}
    await EvidenceFile.bulk_create([EvidenceFile(**values) for _ in range(MAX_TICKETS - 2)])
    await ticketed(case, case.customer, corpus.jpeg())
    async with refused(TooManyFiles):
        await ticketed(case, case.customer, corpus.jpeg())


@pytest.mark.usefixtures("folder")
async def test_two_tickets_at_once_do_not_take_the_same_last_place() -> None:
    case = await claim_awaiting_documents()
    for _ in range(MAX_FILES - 1):
        await ticketed(case, case.customer, corpus.jpeg())
    told = await asyncio.gather(
        *(ticketed(case, case.customer, corpus.jpeg()) for _ in range(4)), return_exceptions=True
    )
    assert [type(each) for each in told].count(TooManyFiles) == 3


BAD = {
    "a page": (corpus.html(), FileType.JPEG, Unfitness.TYPE_DIFFERS),
    "an archive that unfolds": (corpus.bomb(), FileType.PDF, Unfitness.TYPE_DIFFERS),
    "fifty million pixels": (corpus.png_of(10_000, 5_000), FileType.PNG, Unfitness.TOO_LARGE),
    "a script": (corpus.pdf_with_script(), FileType.PDF, Unfitness.ACTIVE_CONTENT),
    "a password": (corpus.pdf_encrypted(), FileType.PDF, Unfitness.ENCRYPTED),
    "cut off": (corpus.jpeg()[:-200], FileType.JPEG, Unfitness.UNREADABLE),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", BAD)
async def test_an_unfit_file_is_refused_for_its_reason_and_nothing_of_it_is_made(database: str, name: str) -> None:
    content, file_type, why = BAD[name]
    case = await claim_awaiting_documents()
    row = await released(database, case, case.customer, content, file_type)
    assert (row.state, row.unfitness, row.storage_key, row.sha256) == (FileState.REFUSED, why, None, None)


async def test_a_scanner_that_knows_a_file_refuses_it_before_anything_opens_it(database: str, folder: Path) -> None:
    case = await claim_awaiting_documents()
    async with scanner_server() as server:
        use_scanner(ClamdScanner(server.address))
        bad = await released(database, case, case.customer, corpus.jpeg_with_tail(corpus.EICAR))
        good = await released(database, case, case.customer, corpus.jpeg())
    assert (bad.state, bad.unfitness, bad.is_scanned) == (FileState.REFUSED, Unfitness.MALWARE, True)
    assert (good.state, good.is_scanned) == (FileState.RELEASED, True)
    entry = await AuditEntry.get(action="evidence:refuse")
    assert entry.after["known_as"] == "Eicar-Test-Signature"


@pytest.mark.usefixtures("folder")
async def test_while_the_scanner_is_away_a_file_waits_apart_and_costs_no_attempt(database: str) -> None:
    case = await claim_awaiting_documents()
    async with scanner_server(silent=True) as server:
        use_scanner(ClamdScanner(server.address, patience=2))
        row = await released(database, case, case.customer)
        for _ in range(3):
            await hurry()
            await worked_off(database)
        job = await job_of("evidence.check")
        assert (row.state, job.state, job.attempt) == (FileState.CHECKING, JobState.AVAILABLE, 0)
        assert await AuditEntry.filter(action="evidence:check").count() == 1
        server.silent = False
        await hurry()
        await worked_off(database)
    assert (await EvidenceFile.get(id=row.id)).state is FileState.RELEASED


async def test_while_the_store_is_away_nothing_comes_in_and_the_ticket_stays_good(folder: Path) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    with pytest.raises(StoreUnavailable):
        await sent(file_id, content, Away())
    assert (await EvidenceFile.get(id=file_id)).state is FileState.AWAITED
    await sent(file_id, content)


async def test_a_check_goes_on_when_the_store_is_back(database: str, folder: Path) -> None:
    case = await claim_awaiting_documents()
    file_id = await handed_in(case, case.customer)
    use_store(Away())
    await worked_off(database)
    job = await job_of("evidence.check")
    assert (job.state, job.error_code) == (JobState.AVAILABLE, "UNAVAILABLE")
    use_store(FolderStore(folder))
    await hurry()
    await worked_off(database)
    assert (await EvidenceFile.get(id=file_id)).state is FileState.RELEASED


class Dying(FolderStore):
    """A store behind which the process dies as soon as it has written."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        await super().put(key, content, content_type)
        raise KeyboardInterrupt


async def test_a_process_that_dies_between_store_and_row_has_taken_nothing_in(folder: Path) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    file_id = await ticketed(case, case.customer, content)
    with pytest.raises(KeyboardInterrupt):
        await sent(file_id, content, Dying(folder))
    assert (await EvidenceFile.get(id=file_id)).state is FileState.AWAITED
    await sent(file_id, content)
    assert len(sealed_in(folder)) == 1


async def test_a_worker_that_dies_between_store_and_row_has_released_nothing(database: str, folder: Path) -> None:
    case = await claim_awaiting_documents()
    file_id = await handed_in(case, case.customer)
    with pytest.raises(KeyboardInterrupt):
        await checking.check(
            file_id, inspector=inspector_in_use(), scanner=None, store=Dying(folder),
            actor=Actor.system("evidence.check"),
        )  # fmt: skip
    assert (await EvidenceFile.get(id=file_id)).state is FileState.CHECKING
    await worked_off(database)
    assert (await EvidenceFile.get(id=file_id)).state is FileState.RELEASED
    assert len(sealed_in(folder / "evidence" / "clean")) == 1


def spoil(folder: Path, file_id: UUID) -> None:
    (path,) = sealed_in(folder / "evidence" / "raw" / file_id.hex)
    path.write_bytes(path.read_bytes()[:-1] + b"x")


async def test_what_was_changed_in_the_store_is_neither_checked_nor_released(database: str, folder: Path) -> None:
    case = await claim_awaiting_documents()
    file_id = await handed_in(case, case.customer)
    spoil(folder, file_id)
    await worked_off(database)
    assert (await EvidenceFile.get(id=file_id)).state is FileState.CHECKING


@pytest.mark.usefixtures("folder")
async def test_a_second_check_of_a_file_changes_nothing(database: str) -> None:
    case = await claim_awaiting_documents()
    row = await released(database, case, case.customer)
    async with transaction():
        await enqueue(CheckEvidence(row.id), actor=Actor.system("test"))
    await worked_off(database)
    assert (await EvidenceFile.get(id=row.id)).version == row.version
    assert await AuditEntry.filter(action="evidence:release").count() == 1
