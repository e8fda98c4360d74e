"""Payment files: each approved payout goes to the bank in one of them or over HTTP, never in both, never twice."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from tortoise import Tortoise
from tortoise.exceptions import OperationalError

from domain.audit.models import AuditEntry
from domain.customers import changes
from domain.customers.models import Customer
from domain.documents.keeping import use_store
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, Refusal
from domain.kernel.settings import settings
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts import execution, filing, polling, reconciliation, untold
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.file_links import fetch_payments
from domain.payouts.models import PaymentFile, Payout, PayoutAttempt, PayoutException
from domain.payouts.payer import Payer, payer
from domain.payouts.payment_xml import NAMESPACE, Order, write_payments
from domain.payouts.refusals import NothingToPay, NotPayableByFile, PayerUnknown
from domain.payouts.rules import is_untold
from domain.payouts.stopping import stop_payouts
from domain.payouts.terms import AttemptChannel, AttemptState, ExceptionKind, HoldReason, PaymentFileState, PayoutState
from gateways.store import FolderStore
from sandbox.faults import Fault
from tests.factories.insured import staff
from tests.factories.payouts import ACCOUNT, OTHER_ACCOUNT, Payment, payout_approved, payout_ready
from tests.factories.unchanged import refused
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank

SYSTEM = Actor.system("payouts.execute")
NAMES = {"p": NAMESPACE}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A folder that files are kept in."""
    found = FolderStore(tmp_path / "files")
    use_store(found)
    return found


def validated(content: bytes) -> ET.Element:
    """The file, once the published schema has accepted it."""
    with resources.as_file(resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd") as path:
        xmlschema.XMLSchema(str(path)).validate(content.decode())
    return ET.fromstring(content)  # noqa: S314 - we wrote it


def told(document: ET.Element, path: str) -> list[str]:
    """What stands at the end of a path of names, everywhere."""
    return [each.text or "" for each in document.iterfind("/".join(f"p:{tag}" for tag in path.split("/")), NAMES)]


async def made(*payments: Payment, by: Actor | None = None) -> PaymentFile:
    """A file of these payouts."""
    ids = [each.payout.id for each in payments] or None
    return await filing.make_file(ids, actor=by or await staff(Role.FINANCE))


async def content_of(file: PaymentFile, store: FolderStore) -> bytes:
    found = await fetch_payments(file.id, store=store, actor=await staff(Role.FINANCE))
    assert found is not None
    return found.content


async def test_a_file_holds_its_payouts_to_the_cent_and_the_schema_accepts_it(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payments = [await payout_approved(amount) for amount in ("1500.00", "0.01", "4999.99")]
    file = await made()
    await work(database)
    file = await PaymentFile.get(id=file.id)
    assert (file.state, file.payment_count, file.total_minor) == (PaymentFileState.READY, 3, 650_000)
    document = validated(await content_of(file, store))
    assert told(document, "CstmrCdtTrfInitn/GrpHdr/NbOfTxs") == ["3"]
    assert told(document, "CstmrCdtTrfInitn/GrpHdr/CtrlSum") == ["6500.00"]
    assert told(document, "CstmrCdtTrfInitn/PmtInf/CtrlSum") == ["6500.00"]
    one = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"
    assert told(document, f"{one}/Amt/InstdAmt") == ["1500.00", "0.01", "4999.99"]
    assert told(document, f"{one}/CdtrAcct/Id/Othr/Id") == [ACCOUNT] * 3
    numbers = [(await each.attempt()).request_no for each in payments]
    assert told(document, f"{one}/PmtId/EndToEndId") == numbers
    for payment in payments:
        attempt = await payment.attempt()
        assert (attempt.state, attempt.channel, attempt.payment_file_id) == ("SUBMITTED", "FILE", file.id)
        assert (await payment.reread()).state is PayoutState.SUBMITTED
    assert bank.sandbox.requests == 0
    assert await AuditEntry.filter(action="payout:make_file").count() == 1


async def test_what_goes_by_file_is_neither_sent_nor_asked_for_over_http(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payment = await payout_approved()
    await made(payment)
    await execution.execute(payment.payout.id, 1, bank=bank.client, actor=SYSTEM)
    await execution._recall(payment.payout.id, 1, SYSTEM, None)
    assert await polling.sweep(actor=SYSTEM) == 0
    await polling.query(payment.payout.id, 1, bank=bank.client, actor=SYSTEM)
    with clock.at(clock.now() + timedelta(days=1)):
        assert await polling.sweep(actor=SYSTEM) == 0
    await work(database)
    assert bank.sandbox.requests == 0
    assert (await payment.reread()).state is PayoutState.SUBMITTED
    assert await Job.filter(kind="payouts.query").count() == 0


async def test_a_file_stands_once_it_is_written(database: str, store: FolderStore) -> None:
    file = await made(await payout_approved())
    await work(database)
    before = await PaymentFile.get(id=file.id).values()
    assert not await filing.write_file(file.id, store=store, actor=SYSTEM)
    assert await PaymentFile.get(id=file.id).values() == before
    for statement in ("UPDATE payment_file SET total_minor = 1", "DELETE FROM payment_file"):
        with pytest.raises(OperationalError):
            await Tortoise.get_connection("default").execute_query(statement)


async def test_accounts_stand_in_plain_neither_in_the_store_nor_in_any_row(
    database: str, store: FolderStore, tmp_path: Path
) -> None:
    await made(await payout_approved())
    await work(database)
    kept = [each.read_bytes() for each in (tmp_path / "files").rglob("*.sealed")]
    assert kept and all(ACCOUNT.encode() not in each and b"pain.001" not in each for each in kept)
    for table in ("payment_file", "payout_attempt", "job", "audit_entry"):
        rows = await Tortoise.get_connection("default").execute_query_dict(f"SELECT t::text AS text FROM {table} t")
        assert all(ACCOUNT not in row["text"] for row in rows), table


async def test_what_is_kept_back_is_put_aside_as_a_worker_would(database: str, store: FolderStore) -> None:
    stopped, doubted, changed, good = [await payout_approved() for _ in range(4)]
    await Payout.filter(id=stopped.payout.id).update(stop=HoldReason.REFERRED)
    await PayoutException.create(
        kind=ExceptionKind.CONTRADICTION, state="OPEN", reference="x", payout_id=doubted.payout.id, ours="-",
        theirs="-", day=clock.today(),
    )  # fmt: skip
    customer = await Customer.get(id=changed.payout.customer_id)
    await changes.change_bank_account(
        customer.id, bank_account=OTHER_ACCOUNT, expected_version=customer.version, actor=changed.customer
    )
    file = await made(stopped, doubted, changed, good)
    assert (file.payment_count, file.total_minor) == (1, 150_000)
    assert [(await each.reread()).state for each in (stopped, doubted, changed, good)] == [
        PayoutState.ON_HOLD, PayoutState.ON_HOLD, PayoutState.DRAFT, PayoutState.SUBMITTED,
    ]  # fmt: skip
    assert (await stopped.reread()).hold_reason is HoldReason.REFERRED


async def test_a_stop_keeps_a_payout_out_of_the_next_file(database: str, store: FolderStore) -> None:
    payment = await payout_approved()
    source = Subject(SubjectKind.CLAIM, payment.payout.subject_id)
    from_risk = await staff(Role.RISK)
    async with transaction():
        await stop_payouts(source, HoldReason.REFERRED, actor=from_risk)
    with pytest.raises(NothingToPay):
        await made()


@pytest.mark.parametrize("role", [Role.FINANCE_APPROVER, Role.RISK, Role.ADMIN])
async def test_only_finance_makes_files(database: str, role: Role) -> None:
    payment = await payout_approved()
    actor = await staff(role)
    async with refused(Forbidden):
        await made(payment, by=actor)


async def test_files_are_refused_whole(database: str, bank: TestBank, monkeypatch: pytest.MonkeyPatch) -> None:
    good, ready, lost = await payout_approved(), await payout_ready(), await payout_approved()
    clerk = await staff(Role.FINANCE)
    cases: list[tuple[type[Refusal], list[UUID] | None]] = [
        (IllegalStep, [good.payout.id, ready.payout.id]), (NotFound, [good.payout.id, UUID(int=7)]),
    ]  # fmt: skip
    for kind, ids in cases:
        async with refused(kind):
            await filing.make_file(ids, actor=clerk)
    await PayoutAttempt.filter(payout_id=lost.payout.id).update(last_checked_at=clock.now())
    async with refused(NotPayableByFile):
        await made(good, lost, by=clerk)
    await Payout.filter(id=good.payout.id).update(currency="HKD")
    async with refused(NotPayableByFile):
        await made(good, by=clerk)
    async with refused(NothingToPay):
        await made(by=clerk)
    monkeypatch.delenv("AFTERCARE_PAYER_ACCOUNT")
    settings.cache_clear()
    async with refused(PayerUnknown):
        await made(good, by=clerk)
    monkeypatch.undo()
    settings.cache_clear()


async def test_a_payout_that_the_bank_turned_away_unread_may_go_by_file(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payment = await payout_approved()
    bank.plan(Fault.BUSY)
    await work(database, rounds=1)
    assert (await payment.reread()).state is PayoutState.APPROVED
    file = await made()
    assert file.payment_count == 1
    await hurry()
    await work(database)
    assert bank.charges == []
    assert (await PaymentFile.get(id=file.id)).state is PaymentFileState.READY


async def test_a_payout_that_the_bank_may_have_got_is_in_no_file(database: str, bank: TestBank) -> None:
    await payout_approved()
    bank.plan(Fault.LOST_ANSWER)
    await work(database)
    with pytest.raises(NothingToPay):
        await made()


async def test_two_who_make_a_file_at_once_pay_each_payout_in_one_of_them(database: str, store: FolderStore) -> None:
    payments = [await payout_approved() for _ in range(6)]
    clerks = [await staff(Role.FINANCE) for _ in range(4)]
    ids = [each.payout.id for each in payments]
    outcomes = await asyncio.gather(
        filing.make_file(ids, actor=clerks[0]), filing.make_file(list(reversed(ids)), actor=clerks[1]),
        filing.make_file(None, actor=clerks[2]), filing.make_file(None, actor=clerks[3]),
        return_exceptions=True,
    )  # fmt: skip
    files = [each for each in outcomes if isinstance(each, PaymentFile)]
    assert all(isinstance(each, PaymentFile | IllegalStep | NothingToPay) for each in outcomes), outcomes
    assert sum(each.payment_count for each in files) == 6
    attempts = await PayoutAttempt.filter(channel=AttemptChannel.FILE)
    assert sorted(str(each.payout_id) for each in attempts) == sorted(map(str, ids))


async def test_a_file_and_the_workers_at_once_pay_each_payout_once(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payments = [await payout_approved() for _ in range(8)]
    clerk = await staff(Role.FINANCE)
    ids = [each.payout.id for each in payments]
    await asyncio.gather(
        work(database),
        *(filing.make_file([each], actor=clerk) for each in ids),
        return_exceptions=True,
    )
    await hurry()
    await work(database)
    sent = {number for number, _ in bank.charges}
    for payment in payments:
        attempt = await payment.attempt()
        by_file = attempt.channel is AttemptChannel.FILE
        assert (attempt.request_no in sent) is not by_file
        assert attempt.state is (AttemptState.SUBMITTED if by_file else AttemptState.SETTLED)
    files = await PaymentFile.all()
    assert sum(each.payment_count for each in files) == await PayoutAttempt.filter(channel="FILE").count()


async def test_what_no_statement_tells_of_after_three_working_days_is_named(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payment = await payout_approved()
    await made(payment)
    with clock.at(clock.now() + timedelta(days=1)):
        assert await untold.name_untold(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=15)):
        assert await untold.name_untold(actor=SYSTEM) == 1
        assert await untold.name_untold(actor=SYSTEM) == 1
    (found,) = await PayoutException.all()
    assert (found.kind, found.payout_id, found.state) == ("NOT_IN_STATEMENT", payment.payout.id, "OPEN")
    assert found.owner_id is not None and found.owner_id != payment.maker.staff_id


async def test_what_a_file_settled_is_not_missed_in_the_list_over_http(
    database: str, bank: TestBank, store: FolderStore
) -> None:
    payment = await payout_approved()
    await made(payment)
    number = (await payment.attempt()).request_no
    await execution._record(payment.payout.id, 1, Receipt(number, BankStatus.SETTLED, Money(150_000)), SYSTEM, None)
    assert await reconciliation.reconcile(clock.today(), bank=bank.client, actor=SYSTEM) == 0


@pytest.mark.parametrize(("today", "late"), [("2026-12-01", False), ("2026-12-02", True)])
def test_the_days_are_working_days_after_that_of_sending(today: str, late: bool) -> None:
    def is_working(day: date) -> bool:
        return day.weekday() < 5

    assert is_untold(date(2026, 11, 26), date.fromisoformat(today), is_working) is late


@given(
    st.lists(
        st.tuples(st.integers(1, 10**12), st.text(max_size=200), st.from_regex(r"[0-9]{8,34}", fullmatch=True)),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_whatever_stands_in_a_name_the_file_is_valid_and_adds_up(payments: list[tuple[int, str, str]]) -> None:
    orders = [
        Order(f"{number:032x}", Money(minor), f"张{name}", account)
        for number, (minor, name, account) in enumerate(payments)
    ]
    ours = Payer("安心 & <Co>", "310066610018800031234", "102290068111")
    document = validated(write_payments("f" * 32, clock.now(), ours, orders))
    amounts = told(document, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt")
    (total,) = told(document, "CstmrCdtTrfInitn/GrpHdr/CtrlSum")
    assert sum(map(Decimal, amounts)) == Decimal(total) == Decimal(sum(minor for minor, _, _ in payments)) / 100


def test_our_account_is_shown_as_a_mask_alone() -> None:
    assert payer().account not in repr(payer())
    assert payer().mask == "*" * 17 + "1234"
