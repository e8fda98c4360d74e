"""Files of sales: taken in while they arrive, sold by jobs, told row by row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.documents.models import Document
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound
from domain.kernel.subject import SubjectKind
from domain.partners.models import Partner
from domain.policies.models import Policy, Registration, RegistrationPart, RegistrationRow
from domain.policies.refusals import PartnerSuspended
from domain.policies.terms import RegistrationState, RowOutcome
from domain.policies.uploading import Received, receive, register_upload
from gateways.store import FolderStore
from tests.factories.insured import partner_with_a_book, staff, version_drafted, version_on_sale
from tests.factories.offers import HEADER, file_of, file_row, in_chunks
from tests.factories.papers import kept_in
from tests.factories.unchanged import refused
from tests.factories.work import hurry, work
from tests.factories.working import work_off


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Where files are kept."""
    return kept_in(tmp_path)


async def upload(content: bytes, partner: Actor, store: FolderStore, name: str = "june.csv") -> Received:
    """Hands a file in."""
    return await receive(in_chunks(content), name=name, store=store, actor=partner)


async def worked_off(database: str) -> None:
    """Lets workers do what is to be done of the bulk queue."""
    for _ in range(3):
        await work(database, (Queue.BULK,))
        await hurry()
    assert await Job.filter(kind__startswith="policies.register").exclude(state=JobState.SUCCEEDED).count() == 0


async def results(store: FolderStore, language: str) -> list[dict[str, str]]:
    """What the file of results says."""
    document = await Document.get(subject_kind=SubjectKind.REGISTRATION, language=language)
    text = (await store.get(document.storage_key)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_the_rows_of_a_file_are_sold_and_told_one_by_one(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    rows = [file_row(n) for n in range(2_300)]
    rows[1] = file_row(1, price="1.234", category="TEAPOT", purchased_on="31.12.2026")
    rows[2] = file_row(2, external_ref="=cmd")
    rows[1_700] = file_row(1_700, serial_number=rows[0]["serial_number"])
    found = await upload(file_of(rows), partner, store)
    assert (found.row_count, found.is_new) == (2_300, True)
    assert [part.row_count for part in await RegistrationPart.all().order_by("position")] == [1_000, 1_000, 300]
    assert await Policy.all().count() == 0
    made = await register_upload(found.registration_id, version_id=version_id, actor=partner)
    assert made.state is RegistrationState.REGISTERING
    await worked_off(database)
    done = await Registration.get()
    assert (done.state, done.registered_count, done.found_count, done.refused_count) == ("FINISHED", 2_297, 0, 3)
    assert await Policy.all().count() == 2_297
    told = {language: await results(store, language) for language in ("zh", "en")}
    assert [int(row["line"]) for row in told["zh"]] == list(range(2, 2_302))
    numbers = {policy.external_ref: policy.policy_number for policy in await Policy.all()}
    for row in (told["en"][0], told["en"][-1]):
        assert (row["status"], row["policy_number"]) == ("REGISTERED", numbers[row["external_ref"]])
    broken, nameless, covered = told["en"][1], told["en"][2], told["en"][1_700]
    assert (broken["status"], broken["code"]) == ("REFUSED", "VALIDATION")
    assert all(each in broken["message"] for each in ("device.category", "device.purchasedOn", "device.price"))
    assert (nameless["external_ref"], nameless["code"]) == ("", "VALIDATION")
    assert covered["code"] == "DEVICE_COVERED"
    assert told["zh"][1_700]["message"].startswith("device.serialNumber: 该设备已有有效保障")
    parent = await Job.get(id=done.job_id)
    assert (parent.state, parent.result_kind, parent.result_id) == ("SUCCEEDED", "DOCUMENT", done.result_zh_id)
    assert parent.progress == {"done": 2_300, "total": 2_300, "unit": "rows", "message": "ROWS_REGISTER"}


async def test_what_is_stored_of_a_file_is_sealed(store: FolderStore, database: str, tmp_path: Path) -> None:
    await upload(file_of([file_row(7)]), await partner_with_a_book(), store)
    assert not any(b"13800000007" in each for each in kept_below(tmp_path))
    assert "13800000007" not in str(await AuditEntry.all().values())


def kept_below(folder: Path) -> list[bytes]:
    """What every file of a folder holds; there is one at least."""
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert found
    return found


async def test_the_same_file_is_taken_in_once_and_sells_nothing_twice(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    content = file_of([file_row(n) for n in range(5)])
    first, again = [await upload(content, partner, store) for _ in range(2)]
    assert (first.registration_id, first.is_new, again.is_new) == (again.registration_id, True, False)
    await register_upload(first.registration_id, version_id=version_id, actor=partner)
    async with refused(IllegalStep):
        await register_upload(first.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    renamed = await upload(content, partner, store, "july.csv")
    await register_upload(renamed.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    assert await Policy.all().count() == 5
    rows = await RegistrationRow.filter(registration_id=renamed.registration_id)
    assert {row.outcome for row in rows} == {RowOutcome.FOUND}


async def test_a_file_may_name_versions_itself_and_leave_columns_out(database: str, store: FolderStore) -> None:
    partner = await partner_with_a_book()
    versions = [await version_on_sale() for _ in range(2)]
    header = (*HEADER, "product_version_id", "language", "condition", "currency")
    rows = [
        file_row(n, product_version_id=f"pvn_{versions[n % 2].hex}", language="en", condition="", currency="CNY")
        for n in range(4)
    ]
    found = await upload(b"\xef\xbb\xbf" + file_of(rows, header), partner, store)
    await register_upload(found.registration_id, version_id=None, actor=partner)
    await worked_off(database)
    sold = {policy.external_ref: policy.product_version_id for policy in await Policy.all()}
    assert sold == {row["external_ref"]: versions[n % 2] for n, row in enumerate(rows)}


@pytest.mark.parametrize(
    ("content", "constraint"),
    [
        (b"", "csv_rows"),
        (b"external_ref,price\r\nR1,3\r\n", "csv_columns"),
        (file_of([file_row(1)]).replace(b"brand", b"price", 1), "csv_columns"),
        (file_of([file_row(1)]).replace(b"external_ref,", b"external_ref\r,"), "csv_columns"),
        (file_of([file_row(1)]).replace(b"\r\n", b"\r"), "csv_rows"),
        (file_of([]), "csv_rows"),
        (file_of([file_row(1)]) + b"\xff\xfe,\r\n", "csv_text"),
        (file_of([file_row(1)]) + b'"' + b"x" * 9_000, "csv_record"),
    ],
)
async def test_a_file_that_does_not_fit_is_not_taken_in(
    content: bytes, constraint: str, database: str, store: FolderStore
) -> None:
    partner = await partner_with_a_book()
    async with refused(Invalid) as raised:
        await upload(content, partner, store)
    assert isinstance(raised.value, Invalid) and raised.value.constraint == constraint


async def test_quoted_fields_may_hold_commas_quotes_and_line_breaks(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    rows = [file_row(0, model='15", "Pro"'), file_row(1, model="two\r\nlines"), file_row(2)]
    found = await upload(file_of(rows), partner, store)
    assert found.row_count == 3
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    by_line = {row.line: row for row in await RegistrationRow.all()}
    assert [by_line[n].outcome for n in (2, 3, 5)] == ["REGISTERED", "REFUSED", "REGISTERED"]
    assert by_line[3].faults[0]["path"] == ["device", "model"]
    assert (await Policy.get(external_ref=rows[0]["external_ref"])).model == '15", "Pro"'


async def test_only_partners_hand_files_in_and_only_sellers_who_see_them_have_them_sold(
    database: str, store: FolderStore
) -> None:
    partner, other, version_id = await partner_with_a_book(), await partner_with_a_book(), await version_on_sale()
    content = file_of([file_row(1)])
    for role in (Role.ANONYMOUS, Role.CUSTOMER, Role.SALES, Role.ADMIN):
        async with refused(Forbidden):
            await upload(content, Actor(frozenset({role})), store)
    found = await upload(content, partner, store)
    for role in (Role.CUSTOMER, Role.UNDERWRITER):
        async with refused(Forbidden):
            await register_upload(found.registration_id, version_id=version_id, actor=Actor(frozenset({role})))
    async with refused(NotFound):
        await register_upload(found.registration_id, version_id=version_id, actor=other)
    async with refused(Invalid):
        await register_upload(found.registration_id, version_id=None, actor=partner)
    await register_upload(found.registration_id, version_id=version_id, actor=await staff(Role.SALES))
    await Partner.filter(id=other.partner_id).update(active=False)
    async with refused(PartnerSuspended):
        await upload(content, other, store)


async def test_rows_of_a_partner_that_was_suspended_meanwhile_are_refused(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    found = await upload(file_of([file_row(1)]), partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await Partner.filter(id=partner.partner_id).update(active=False)
    await worked_off(database)
    assert [row["code"] for row in await results(store, "en")] == ["PARTNER_SUSPENDED"]


async def test_a_piece_whose_job_was_given_up_is_taken_up_again_and_nothing_is_sold_twice(
    database: str, store: FolderStore
) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    found = await upload(file_of([file_row(n) for n in range(3)]), partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await work_off("policies.register_upload", most=1)
    await work_off("policies.register_upload", most=1)
    first = await Job.get(kind="policies.register_part")
    await Job.filter(id=first.id).update(state=JobState.DEAD, finished_at=clock.now(), error_code="WORKER_LOST")
    await work_off("policies.register_upload", most=1)
    again = await Job.get(kind="policies.register_part", state=JobState.AVAILABLE)
    assert again.id != first.id
    await work_off("policies.register_part")
    await work_off("policies.register_upload")
    assert (await Registration.get()).state is RegistrationState.FINISHED
    assert await Policy.all().count() == await RegistrationRow.all().count() == 3


@pytest.mark.parametrize(
    ("written", "outcome", "code"),
    [
        (b"On\re", RowOutcome.REFUSED, "VALIDATION"),
        (b'"O"ne"\r,x', RowOutcome.REFUSED, "VALIDATION"),
        (b'15" One', RowOutcome.REGISTERED, ""),
        (b'"O"ne', RowOutcome.REGISTERED, ""),
    ],
)
async def test_a_row_that_is_oddly_written_keeps_no_other_from_being_sold(
    written: bytes, outcome: RowOutcome, code: str, database: str, store: FolderStore
) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    content = file_of([file_row(n) for n in range(1, 4)]).replace(b",One,", b"," + written + b",", 1)
    found = await upload(content, partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    told = [(row["status"], row["code"]) for row in await results(store, "en")]
    assert told == [(outcome, code), ("REGISTERED", ""), ("REGISTERED", "")]


async def test_rows_are_told_by_the_lines_of_the_file(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    head, one, two = file_of([file_row(1), file_row(2)]).splitlines(keepends=True)
    found = await upload(head + b"\r\n" + one + b"\r\n\r\n" + two, partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    assert [row["line"] for row in await results(store, "en")] == ["3", "6"]


async def test_a_version_out_of_sight_is_missing_in_a_file_as_in_a_request(database: str, store: FolderStore) -> None:
    partner, draft = await partner_with_a_book(), await version_drafted()
    rows = [file_row(1, product_version_id=f"pvn_{draft.hex}")]
    found = await upload(file_of(rows, (*HEADER, "product_version_id")), partner, store)
    await register_upload(found.registration_id, version_id=None, actor=partner)
    await worked_off(database)
    assert [row["code"] for row in await results(store, "en")] == ["NOT_FOUND"]


async def test_a_spreadsheet_reckons_nothing_in_the_results(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    found = await upload(file_of([file_row(1, external_ref="-1-1")]), partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await worked_off(database)
    assert [row["external_ref"] for row in await results(store, "zh")] == ["'-1-1"]


async def tried_to_the_end(database: str) -> None:
    """Lets workers try until nothing is left to try."""
    for _ in range(30):
        await work(database, (Queue.BULK,))
        await hurry()
        if (await Registration.get()).state is RegistrationState.FINISHED:
            return


async def test_a_row_that_fails_for_a_reason_nobody_foresaw_is_told_and_the_others_are_sold(
    database: str, store: FolderStore, caplog: pytest.LogCaptureFixture
) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    unforeseen = "ALTER TABLE policy ADD CONSTRAINT unforeseen CHECK (serial_number <> 'SN000000000002')"
    await Tortoise.get_connection("default").execute_query(unforeseen)
    found = await upload(file_of([file_row(n) for n in range(1, 4)]), partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await tried_to_the_end(database)
    done = await Registration.get()
    assert (done.state, done.registered_count, done.refused_count) == (RegistrationState.FINISHED, 2, 1)
    assert [(row["line"], row["code"]) for row in await results(store, "en")] == [
        ("2", ""), ("3", "ROW_FAILED"), ("4", ""),
    ]  # fmt: skip
    assert "SN000000000002" not in caplog.text and "Zhang San" not in caplog.text


async def test_rows_that_are_lost_are_told_and_the_file_comes_to_its_end(
    database: str, store: FolderStore, tmp_path: Path
) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    found = await upload(file_of([file_row(n) for n in range(3)]), partner, store)
    (part,) = await RegistrationPart.all()
    (tmp_path / part.storage_key).unlink()
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await tried_to_the_end(database)
    assert [(row["line"], row["code"]) for row in await results(store, "zh")] == [
        (str(line), "ROW_FAILED") for line in (2, 3, 4)
    ]


async def test_a_piece_whose_store_was_away_is_not_given_up(database: str, store: FolderStore) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    found = await upload(file_of([file_row(1)]), partner, store)
    await register_upload(found.registration_id, version_id=version_id, actor=partner)
    await work_off("policies.register_upload", most=1)
    for _ in range(3):
        live = Job.filter(kind="policies.register_part", state=JobState.AVAILABLE)
        await live.update(state=JobState.DEAD, finished_at=clock.now(), error_code="UNAVAILABLE")
        await work_off("policies.register_upload", most=1)
    await work_off("policies.register_part")
    await work_off("policies.register_upload")
    assert [row.outcome for row in await RegistrationRow.all()] == [RowOutcome.REGISTERED]
