"""The document of a policy: asked for with the sale, made once in each language, and told of."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from domain.audit.models import AuditEntry
from domain.documents.keeping import StoreUnavailable
from domain.documents.models import Document
from domain.jobs.execution import Ending
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Priority, Queue
from domain.kernel.database import transaction
from domain.kernel.refusals import NotFound
from domain.kernel.subject import SubjectKind
from domain.notifications.models import Notification
from domain.policies import cancellation, documenting
from domain.policies.models import Policy
from domain.policies.replacing import move_covers
from gateways.store import FolderStore
from tests.factories.insured import Insured, sold
from tests.factories.notices import told
from tests.factories.papers import PRINTER, RENDERER, documents_made, kept_in, text_of
from tests.factories.work import hurry, work

READY = "POLICY_DOCUMENT_READY"


class BreaksAfterwards(FolderStore):
    """A store in a folder whose caller dies once the file is there."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        await super().put(key, content, content_type)
        raise StoreUnavailable("the answer was lost")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def make(policy_id: UUID, store: FolderStore) -> list[UUID]:
    return await documenting.make_documents(policy_id, renderer=RENDERER, store=store, actor=PRINTER)


async def test_a_sale_asks_for_the_document_and_the_worker_makes_it_in_both_languages(
    database: str, tmp_path: Path
) -> None:
    store = kept_in(tmp_path)
    policy = await sold()
    (job,) = await Job.filter(kind="policies.make_documents")
    assert (job.queue, job.priority, job.arguments) == (Queue.DOCUMENTS, Priority.NORMAL, {"policy_id": str(policy.id)})
    assert (job.subject_kind, job.subject_id, job.customer_id) == (SubjectKind.POLICY, policy.id, policy.customer_id)
    assert await work(database, (Queue.DOCUMENTS,)) == [Ending.ENDED]
    documents = {each.language: each for each in await Document.all()}
    assert documents.keys() == {"zh", "en"}
    for each in documents.values():
        assert (each.customer_id, each.partner_id, each.edition) == (policy.customer_id, policy.partner_id, 1)
        content = await store.get(each.storage_key)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (each.sha256, each.size)
        assert policy.policy_number in text_of(content)
        for personal in ("Zhang", policy.policy_number, policy.serial_number.lower(), policy.customer_id.hex):
            assert personal not in each.storage_key
    await job.refresh_from_db()
    assert (job.state, job.result_kind, job.result_id) == (JobState.SUCCEEDED, SubjectKind.DOCUMENT, documents["zh"].id)


async def test_the_customer_is_told_once_where_to_find_it_and_gets_no_link(database: str, tmp_path: Path) -> None:
    policy, store = await sold(), kept_in(tmp_path)
    for _ in range(2):
        await make(policy.id, store)
    (notice,) = await Notification.filter(template=READY)
    assert (notice.subject_id, notice.customer_id) == (policy.id, policy.customer_id)
    text = told(notice)
    assert policy.policy_number in text
    assert "/files/" not in text and "http" not in text


@pytest.mark.usefixtures("database")
async def test_making_it_again_finds_it_and_changes_nothing(tmp_path: Path) -> None:
    policy, store = await sold(), kept_in(tmp_path)
    first = await make(policy.id, store)
    before = await Document.all().order_by("id").values()
    assert await make(policy.id, store) == []
    assert await Document.all().order_by("id").values() == before
    assert len(first) == len(files(tmp_path)) == 2
    assert await AuditEntry.filter(action="document:make").count() == 2


async def test_a_crash_between_the_store_and_the_row_ends_with_one_row_and_one_file(
    database: str, tmp_path: Path
) -> None:
    policy = await sold()
    with pytest.raises(StoreUnavailable):
        await make(policy.id, BreaksAfterwards(tmp_path))
    assert await Document.all().count() == 0
    assert len(files(tmp_path)) == 1
    kept_in(tmp_path)
    await work(database, (Queue.DOCUMENTS,))
    assert await Document.filter(subject_id=policy.id).count() == 2
    assert len(files(tmp_path)) == 2
    assert await Notification.filter(template=READY).count() == 1


async def test_a_store_that_is_away_lets_the_job_wait_and_succeed_later(database: str, tmp_path: Path) -> None:
    policy = await sold()
    (tmp_path / "files").write_text("no folder")
    kept_in(tmp_path / "files")
    await work(database, (Queue.DOCUMENTS,), rounds=1)
    job = await Job.get(kind="policies.make_documents")
    assert (job.state, job.error_code) == (JobState.AVAILABLE, "UNAVAILABLE")
    (tmp_path / "files").unlink()
    await hurry()
    await work(database, (Queue.DOCUMENTS,))
    await job.refresh_from_db()
    assert job.state is JobState.SUCCEEDED
    assert await Document.filter(subject_id=policy.id).count() == 2


@pytest.mark.usefixtures("database")
async def test_two_at_once_make_one_of_each_language_and_tell_once(tmp_path: Path) -> None:
    policy, store = await sold(), kept_in(tmp_path)
    made = await asyncio.gather(*(make(policy.id, store) for _ in range(4)))
    assert sorted(len(each) for each in made) == [0, 0, 0, 2]
    assert sum(len(each) for each in made) == await Document.all().count() == 2
    assert len(files(tmp_path)) == 2
    assert await Notification.filter(template=READY).count() == 1


@pytest.mark.usefixtures("database")
async def test_a_policy_that_was_taken_back_has_its_document_and_is_not_told_of(tmp_path: Path) -> None:
    policy = await sold()
    customer = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    await cancellation.cancel(policy.id, reason="changed my mind", expected_version=1, actor=customer)
    assert len(await documents_made(policy.id, kept_in(tmp_path))) == 2
    assert await Notification.filter(template=READY).count() == 0


@pytest.mark.usefixtures("database")
async def test_there_is_none_of_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await make(uuid4(), kept_in(tmp_path))
    assert files(tmp_path) == []


@pytest.mark.usefixtures("database")
async def test_codes_are_of_their_own_document_and_not_to_be_guessed_from_another(tmp_path: Path) -> None:
    store, codes = kept_in(tmp_path), []
    for _ in range(3):
        codes += [each.verification_code for each in (await documents_made((await sold()).id, store)).values()]
    assert len(set(codes)) == 6
    assert all(len(each) == 16 for each in codes)
    assert len({each[:4] for each in codes}) == 6


async def test_what_was_given_out_cannot_be_changed_or_deleted(database: str, tmp_path: Path) -> None:
    await documents_made((await sold()).id, kept_in(tmp_path))
    before = await Document.all().order_by("id").values()
    connection = await asyncpg.connect(database)
    try:
        for statement in (
            "UPDATE document SET sha256 = 'x'", "UPDATE document SET customer_id = NULL", "DELETE FROM document",
            "TRUNCATE document",
        ):  # fmt: skip
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement)
    finally:
        await connection.close()
    with pytest.raises((IntegrityError, OperationalError)):
        await Document.all().delete()
    assert await Document.all().order_by("id").values() == before


async def test_another_device_makes_another_edition_that_names_it(database: str, tmp_path: Path) -> None:
    store, policy = kept_in(tmp_path), await sold()
    await make(policy.id, store)
    async with transaction():
        held = await Policy.select_for_update().get(id=policy.id)
        await move_covers(held, "SN-REPLACED", reason="handed out", actor=PRINTER)
    assert await Job.filter(kind="policies.make_documents").count() == 2
    assert len(await make(policy.id, store)) == 2
    assert await make(policy.id, store) == []
    old, new = await Document.get(language="zh", edition=1), await Document.get(language="zh", edition=2)
    assert "SNREPLACED" in text_of(await store.get(new.storage_key))
    assert "SNREPLACED" not in text_of(await store.get(old.storage_key))
