"""Bank statements: each is taken in once and whole, and each of its entries is booked once or named."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.documents.keeping import use_store
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.payouts import booking, execution, filing, reversal, statements, untold
from domain.payouts.exceptions import close_exception
from domain.payouts.models import BankStatement, BankStatementEntry, PayoutAttempt, PayoutException
from domain.payouts.refusals import DutiesNotSeparate, StatementRefused, StatementTicketUnknown
from domain.payouts.statements import Received, Ticket, read_ticket
from domain.payouts.terms import EntryState, ExceptionKind, PayoutState, StatementFault, StatementState
from domain.staff.models import Staff
from gateways.store import FolderStore
from tests.factories.insured import staff
from tests.factories.payouts import Payment, PromptBank, payout_approved
from tests.factories.statements import Entry, statement
from tests.factories.unchanged import refused, refusing, unchanged
from tests.factories.work import work

SYSTEM = Actor.system("payouts.book_statement")
OTHERS = "99310066610018800031234"


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> FolderStore:
    """A folder that files are kept in."""
    found = FolderStore(tmp_path / "files")
    use_store(found)
    return found


async def pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """A file as it comes over a line."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def take_in(content: bytes, by: Actor | None = None) -> Received:
    """Hands a statement in."""
    clerk = by or await staff(Role.FINANCE)
    assert clerk.staff_id is not None
    ticket = Ticket(clerk.staff_id, hashlib.sha256(content).hexdigest(), len(content))
    return await statements.receive(ticket, pieces(content))


async def booked(content: bytes) -> list[EntryState]:
    """What became of the entries of a statement that was taken in."""
    found = await take_in(content)
    await booking.book(found.statement_id, actor=SYSTEM)
    entries = await BankStatementEntry.filter(statement_id=found.statement_id).order_by("position")
    return [each.state for each in entries]


async def sent(amount: str = "1500.00") -> tuple[Payment, str]:
    """A payout that went in a file, and its number."""
    payment = await payout_approved(amount)
    await filing.make_file([payment.payout.id], actor=await staff(Role.FINANCE))
    return payment, (await payment.attempt()).request_no


async def open_kinds() -> list[ExceptionKind]:
    return sorted(each.kind for each in await PayoutException.filter(state="OPEN"))


async def left_the_bank() -> int:
    """Minor units that the ledger says left the bank account."""
    return -sum(each.amount_minor for each in await LedgerLine.filter(account="BANK"))


@pytest.mark.parametrize("version", ["02", "08"])
async def test_a_debit_settles_its_payout_as_a_callback_would(database: str, version: str) -> None:
    payment, number = await sent()
    await work(database)
    received = await take_in(statement(Entry("1500.00", number, bank_ref="B-77"), version=version))
    assert (received.is_new, received.entry_count) == (True, 1)
    await work(database)
    attempt, payout = await payment.attempt(), await payment.reread()
    assert (payout.state, attempt.state, attempt.bank_ref) == (PayoutState.SETTLED, "SETTLED", "B-77")
    assert await left_the_bank() == 150_000
    (entry,) = await BankStatementEntry.all()
    assert (entry.state, entry.attempt_id) == (EntryState.SETTLED, attempt.id)
    row = await BankStatement.get(id=received.statement_id)
    assert (row.state, row.opening_minor, row.closing_minor) == (StatementState.BOOKED, 100_000_000, 99_850_000)
    assert await open_kinds() == []


async def test_a_statement_that_comes_again_changes_nothing(database: str) -> None:
    _, number = await sent()
    content, clerk = statement(Entry("1500.00", number)), await staff(Role.FINANCE)
    first = await take_in(content, clerk)
    assert await booking.book(first.statement_id, actor=SYSTEM)
    async with unchanged():
        again = await take_in(content, clerk)
        assert (again.statement_id, again.is_new) == (first.statement_id, False)
        assert not await booking.book(first.statement_id, actor=SYSTEM)
    assert await left_the_bank() == 150_000


async def test_a_statement_that_comes_many_times_at_once_is_taken_in_once(database: str) -> None:
    _, number = await sent()
    content, clerk = statement(Entry("1500.00", number)), await staff(Role.FINANCE)
    found = await asyncio.gather(*(take_in(content, clerk) for _ in range(5)))
    assert len({each.statement_id for each in found}) == 1
    assert sum(each.is_new for each in found) == 1
    await asyncio.gather(*(booking.book(found[0].statement_id, actor=SYSTEM) for _ in range(4)))
    assert await left_the_bank() == 150_000
    assert await BankStatementEntry.all().count() == 1


async def test_another_statement_of_the_same_number_is_refused(database: str) -> None:
    clerk = await staff(Role.FINANCE)
    await take_in(statement(Entry("1.00")), clerk)
    async with refusing(StatementRefused) as raised:
        await take_in(statement(Entry("2.00")), clerk)
    assert raised.value.fault is StatementFault.NUMBER_TAKEN


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (lambda: statement(Entry("1.00"), closing="999999.01"), StatementFault.DOES_NOT_ADD_UP),
        (lambda: statement(Entry("1.00"), closing="999998.99"), StatementFault.DOES_NOT_ADD_UP),
        (lambda: statement(Entry("1.00"), account=OTHERS), StatementFault.OTHER_ACCOUNT),
        (lambda: statement(Entry("1.00"), currency="USD"), StatementFault.OTHER_CURRENCY),
        (lambda: statement(Entry("1.001")), StatementFault.INCOMPLETE),
        (lambda: statement(Entry("-1.00"), closing="1000001.00"), StatementFault.INCOMPLETE),
        (lambda: statement(Entry("1.00"))[:-9], StatementFault.UNREADABLE),
    ],
)
async def test_what_cannot_be_believed_is_refused_and_nothing_changes(
    database: str, content: object, fault: StatementFault
) -> None:
    assert callable(content)
    clerk = await staff(Role.FINANCE)
    async with refusing(StatementRefused) as raised:
        await take_in(content(), clerk)
    assert raised.value.fault is fault


async def test_a_debit_that_is_a_cent_off_settles_nothing_and_is_named(database: str) -> None:
    payment, number = await sent()
    assert await booked(statement(Entry("1500.01", number))) == [EntryState.NAMED]
    assert (await payment.reread()).state is PayoutState.SUBMITTED
    assert await open_kinds() == [ExceptionKind.WRONG_AMOUNT]
    assert await left_the_bank() == 0


async def test_a_payment_that_is_debited_twice_settles_once_and_is_named(database: str) -> None:
    payment, number = await sent()
    states = await booked(statement(Entry("1500.00", number), Entry("1500.00", number)))
    assert states == [EntryState.SETTLED, EntryState.NAMED]
    assert await booked(statement(Entry("1500.00", number), number="S-2")) == [EntryState.NAMED]
    found = await PayoutException.filter(state="OPEN").order_by("id")
    assert [(each.kind, each.reference, each.payout_id) for each in found] == [
        (ExceptionKind.PAID_TWICE, "S-2026-001/2", payment.payout.id),
        (ExceptionKind.PAID_TWICE, "S-2/1", payment.payout.id),
    ]  # fmt: skip
    assert all(each.owner_id for each in found)
    assert await left_the_bank() == 150_000


@pytest.mark.parametrize("marks", [{"returned": "AC04"}, {"reversal": True}])
async def test_a_payment_that_came_back_reverses_its_payout_wherever_the_credit_stands(
    database: str, marks: dict[str, object]
) -> None:
    payment, number = await sent()
    back = Entry("1500.00", number, way="CRDT", **marks)  # type: ignore[arg-type]
    assert await booked(statement(back, Entry("1500.00", number))) == [EntryState.RETURNED, EntryState.SETTLED]
    payout = await payment.reread()
    assert (payout.state, await left_the_bank()) == (PayoutState.REVERSED, 0)
    assert await LedgerTransaction.filter(kind__in=["payout:settled", "payout:reversed"]).count() == 2
    assert await open_kinds() == []


@pytest.mark.parametrize(
    ("amount", "returned"), [("1499.99", "AC04"), ("1500.00", None)], ids=["in part", "not marked as a return"]
)
async def test_money_that_may_be_a_return_is_for_a_person_to_judge(
    database: str, amount: str, returned: str | None
) -> None:
    payment, number = await sent()
    states = await booked(
        statement(Entry("1500.00", number), Entry(amount, number, way="CRDT", returned=returned))
    )
    assert states == [EntryState.SETTLED, EntryState.NAMED]
    assert (await payment.reread()).state is PayoutState.SETTLED
    assert await open_kinds() == [ExceptionKind.RETURN_UNCLEAR]


async def test_a_return_that_comes_twice_reverses_once(database: str) -> None:
    payment, number = await sent()
    back = Entry("1500.00", number, way="CRDT", returned="AC04")
    states = await booked(statement(Entry("1500.00", number), back, back))
    assert states == [EntryState.SETTLED, EntryState.RETURNED, EntryState.NAMED]
    assert (await payment.reread()).state is PayoutState.REVERSED
    assert (await left_the_bank(), await open_kinds()) == (0, [ExceptionKind.RETURN_UNCLEAR])
    assert await Job.filter(kind="payouts.returned", subject_id=payment.payout.id).count() == 1


async def test_a_debit_after_the_return_is_named_and_pays_nothing(database: str) -> None:
    payment, number = await sent()
    back = Entry("1500.00", number, way="CRDT", returned="AC04")
    await booked(statement(Entry("1500.00", number), back))
    assert await booked(statement(Entry("1500.00", number), number="S-2")) == [EntryState.NAMED]
    assert (await payment.reread()).state is PayoutState.REVERSED
    assert await open_kinds() == [ExceptionKind.PAID_TWICE]


async def test_entries_that_name_no_payment_of_ours_are_named_when_money_left(database: str) -> None:
    states = await booked(
        statement(
            Entry("12.00"), Entry("5.00", "SOMEBODY-ELSE"), Entry("80.00", way="CRDT"),
            Entry("7.00", "UNKNOWN", way="CRDT", returned="AC01"), Entry("3.00", status="PDNG"),
        )
    )  # fmt: skip
    assert states == [EntryState.NAMED, EntryState.NAMED, EntryState.OTHER, EntryState.NAMED]
    assert await open_kinds() == [
        ExceptionKind.RETURN_UNCLEAR, ExceptionKind.UNKNOWN_PAYMENT, ExceptionKind.UNKNOWN_PAYMENT,
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["02", "08"])
async def test_a_batch_is_booked_part_by_part_and_only_where_its_parts_make_it(database: str, version: str) -> None:
    one, first = await sent("10.00")
    two, second = await sent("20.00")
    parts = [(first, "10.00"), (second, "20.00")]
    wrong = statement(Entry("31.00", parts=parts), version=version, number="S-0")
    assert await booked(wrong) == [EntryState.NAMED]
    assert (await one.reread()).state is PayoutState.SUBMITTED
    right = statement(Entry("30.00", parts=parts, bank_ref="BATCH"), version=version)
    assert await booked(right) == [EntryState.SETTLED, EntryState.SETTLED]
    assert {(await each.reread()).state for each in (one, two)} == {PayoutState.SETTLED}
    assert await PayoutAttempt.filter(bank_ref="BATCH").count() == 1
    assert await open_kinds() == [ExceptionKind.UNKNOWN_PAYMENT]


async def test_a_payment_over_http_is_confirmed_by_the_statement(database: str) -> None:
    payment = await payout_approved()
    await execution.execute(payment.payout.id, 1, bank=PromptBank(), actor=SYSTEM)
    number = (await payment.attempt()).request_no
    assert await booked(statement(Entry("1500.00", number))) == [EntryState.CONFIRMED]
    assert (await left_the_bank(), await open_kinds()) == (150_000, [])


async def test_a_debit_of_a_payout_that_was_never_sent_is_named(database: str) -> None:
    payment = await payout_approved()
    number = (await payment.attempt()).request_no
    assert await booked(statement(Entry("1500.00", number))) == [EntryState.NAMED]
    assert (await payment.reread()).state is PayoutState.APPROVED
    assert await open_kinds() == [ExceptionKind.CONTRADICTION]


async def test_the_statement_explains_what_was_missed_in_earlier_ones(database: str) -> None:
    _, number = await sent()
    with clock.at(clock.now() + timedelta(days=15)):
        await untold.name_untold(actor=SYSTEM)
    assert await open_kinds() == [ExceptionKind.NOT_IN_STATEMENT]
    assert await booked(statement(Entry("1500.00", number))) == [EntryState.SETTLED]
    assert await open_kinds() == []


async def test_what_somebody_said_came_back_is_confirmed_by_the_statement(database: str) -> None:
    payment, number = await sent()
    await booked(statement(Entry("1500.00", number)))
    await reversed_by_hand(payment)
    back = Entry("1500.00", number, way="CRDT", returned="AC04")
    assert await booked(statement(back, back, number="S-2")) == [EntryState.RETURNED, EntryState.NAMED]
    assert (await left_the_bank(), await open_kinds()) == (0, [ExceptionKind.RETURN_UNCLEAR])
    with clock.at(clock.now() + timedelta(days=15)):
        assert await untold.name_untold(actor=SYSTEM) == 0


async def test_what_somebody_said_came_back_and_no_statement_confirms_is_named_and_explained_by_another(
    database: str,
) -> None:
    payment, number = await sent()
    await booked(statement(Entry("1500.00", number)))
    clerk = await reversed_by_hand(payment)
    with clock.at(clock.now() + timedelta(days=1)):
        assert await untold.name_untold(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=15)):
        assert await untold.name_untold(actor=SYSTEM) == 1
    (found,) = await PayoutException.all()
    assert (found.kind, found.reference, found.payout_id) == ("RETURN_NOT_IN_STATEMENT", number, payment.payout.id)
    assert found.owner_id not in (None, clerk.staff_id, payment.maker.staff_id)
    async with refused(DutiesNotSeparate):
        await close_exception(found.id, explanation="it did", expected_version=1, actor=clerk)


@pytest.mark.parametrize("by", ["statement", "person"])
async def test_a_return_that_was_missed_in_statements_is_explained_once(database: str, by: str) -> None:
    payment, number = await sent()
    await booked(statement(Entry("1500.00", number)))
    await reversed_by_hand(payment)
    with clock.at(clock.now() + timedelta(days=15)):
        await untold.name_untold(actor=SYSTEM)
    if by == "statement":
        back = Entry("1500.00", number, way="CRDT", returned="AC04")
        assert await booked(statement(back, number="S-2")) == [EntryState.RETURNED]
    else:
        (found,) = await PayoutException.all()
        approver = await staff(Role.FINANCE_APPROVER)
        await close_exception(found.id, explanation="by cheque", expected_version=1, actor=approver)
    assert await open_kinds() == []
    with clock.at(clock.now() + timedelta(days=30)):
        assert await untold.name_untold(actor=SYSTEM) == 0


async def reversed_by_hand(payment: Payment) -> Actor:
    """Somebody of finance says that a settled payment came back; who."""
    clerk, row = await staff(Role.FINANCE), await payment.reread()
    await reversal.reverse(row.id, reason="the bank called", expected_version=row.version, actor=clerk)
    return clerk


async def test_a_booking_that_was_cut_off_goes_on_where_it_was(database: str) -> None:
    numbers = [(await sent("1.00"))[1] for _ in range(3)]
    found = await take_in(statement(*(Entry("1.00", each) for each in numbers)))
    first = await BankStatementEntry.filter(position=1).first()
    assert first is not None
    async with transaction():
        await booking._book_entry(first.id, "S-2026-001", SYSTEM)
    assert await booking.book(found.statement_id, actor=SYSTEM)
    assert {each.state for each in await BankStatementEntry.all()} == {EntryState.SETTLED}
    assert await left_the_bank() == 300


async def test_a_ticket_is_for_one_file_of_one_person_for_ten_minutes(database: str) -> None:
    clerk, content = await staff(Role.FINANCE), statement()
    digest = hashlib.sha256(content).hexdigest()
    address = await statements.ask_ticket(sha256=digest, size=len(content), actor=clerk)
    text = address.rpartition("/")[2]
    ticket = read_ticket(text)
    assert (ticket.staff_id, ticket.sha256, ticket.size) == (clerk.staff_id, digest, len(content))
    for wrong in (text[:-1], text.replace(digest, "0" * 64), "", "a.b.c.d.e", f"{text}.x"):
        with pytest.raises(StatementTicketUnknown):
            read_ticket(wrong)
    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(StatementTicketUnknown):
        read_ticket(text)
    for other in (content + b" ", content[:-1], content.replace(b"1000000.00", b"2000000.00")):
        async with refusing(StatementRefused) as raised:
            await statements.receive(ticket, pieces(other))
        assert raised.value.fault in {StatementFault.NOT_THE_FILE, StatementFault.UNREADABLE}
    await Staff.filter(id=clerk.staff_id).update(active=False)
    async with refused(StatementTicketUnknown):
        await statements.receive(ticket, pieces(content))


async def test_tickets_are_for_finance_and_for_files_that_may_come(database: str) -> None:
    clerk, risk = await staff(Role.FINANCE), await staff(Role.RISK)
    async with refused(Forbidden):
        await statements.ask_ticket(sha256="0" * 64, size=1, actor=risk)
    for digest, size in (("0" * 64, 0), ("0" * 64, statements.MAX_BYTES + 1), ("x" * 64, 1), ("0" * 63, 1)):
        async with refused(Invalid):
            await statements.ask_ticket(sha256=digest, size=size, actor=clerk)
