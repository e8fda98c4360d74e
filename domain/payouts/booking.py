"""Books the entries of a bank statement, each once: what they say of our payments is the bank's word.

Locks are taken in this order: job, entry, payout. Debits are booked before credits, as what comes back went out first.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Money
from domain.kernel.rows import lock_row, save_changes
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.exceptions import close_explained, open_exception
from domain.payouts.models import BankStatement, BankStatementEntry, Payout, PayoutAttempt
from domain.payouts.reversal import take_return
from domain.payouts.settling import apply_receipt
from domain.payouts.statements import subject_of
from domain.payouts.terms import (
    AttemptState,
    EntryDirection,
    EntryState,
    ExceptionKind,
    PayoutState,
    StatementState,
)

TOLD_EVERY = 100
"""Entries after which readers are told how far it is."""
WAITING = """
SELECT id FROM bank_statement_entry WHERE statement_id = $1::uuid AND state = 'WAITING'
ORDER BY direction = 'CREDIT', position
"""
TOLD = (EntryState.SETTLED, EntryState.CONFIRMED)
"""Of entries that debit one of our payments."""


async def book(statement_id: UUID, *, actor: Actor, run: Run | None = None) -> bool:
    """Books what is not booked yet of a statement, each entry in a transaction of its own; whether there was anything.

    Raises: Fenced.
    """
    async with transaction(run):
        statement = await BankStatement.get(id=statement_id)
        waiting = [UUID(str(row["id"])) for row in await fetch(WAITING, statement_id)]
    before = statement.entry_count - len(waiting)
    for number, entry_id in enumerate(waiting):
        if run is not None and number % TOLD_EVERY == 0:
            await run.report(before + number, statement.entry_count, "entries", "STATEMENT_ENTRIES")
        async with transaction(run):
            await _book_entry(entry_id, statement.statement_ref, actor)
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(BankStatement, statement_id)
        if row is None or row.state is StatementState.BOOKED:
            return False
        tx.made = subject_of(row)
        row.state, row.booked_at = StatementState.BOOKED, clock.now()
        await save_changes(row, "state", "booked_at")
        await record("payout:book_statement", subject_of(row), actor, after={"state": row.state})
    return True


async def _book_entry(entry_id: UUID, statement_ref: str, actor: Actor) -> None:
    entry = await lock_row(BankStatementEntry, entry_id)
    if entry is None or entry.state is not EntryState.WAITING:
        return
    reference = f"{statement_ref}/{entry.position}"
    found = await PayoutAttempt.filter(request_no=entry.end_to_end_id or "").first()
    payout = await lock_row(Payout, found.payout_id) if found else None
    if found is None or payout is None:
        entry.state = await _book_stranger(entry, reference, actor)
    else:
        attempt = await PayoutAttempt.get(id=found.id)  # as it is now that the payout is locked
        entry.attempt_id = attempt.id
        book_ours = _book_debit if entry.direction is EntryDirection.DEBIT else _book_credit
        entry.state = await book_ours(entry, payout, attempt, reference, actor)
    entry.booked_at = clock.now()
    await entry.save(update_fields=["state", "attempt_id", "booked_at"])


async def _book_stranger(entry: BankStatementEntry, reference: str, actor: Actor) -> EntryState:
    """An entry that names no payment of ours: money that left so must be explained, money that came in is premium."""
    if entry.direction is EntryDirection.CREDIT and not entry.is_return:
        return EntryState.OTHER
    is_debit = entry.direction is EntryDirection.DEBIT
    kind = ExceptionKind.UNKNOWN_PAYMENT if is_debit else ExceptionKind.RETURN_UNCLEAR
    await open_exception(kind, reference, payout_id=None, ours="nothing", theirs=_said(entry), actor=actor)
    return EntryState.NAMED


async def _book_debit(
    entry: BankStatementEntry, payout: Payout, attempt: PayoutAttempt, reference: str, actor: Actor
) -> EntryState:
    """Money that left for one of our payments: its settlement, unless it was told of before or differs."""
    ours = f"{attempt.state} {Money(payout.amount_minor, payout.currency)}"
    if entry.is_return or await BankStatementEntry.filter(attempt_id=attempt.id, state__in=TOLD).exists():
        kind = ExceptionKind.CONTRADICTION if entry.is_return else ExceptionKind.PAID_TWICE
        await open_exception(kind, reference, payout_id=payout.id, ours=ours, theirs=_said(entry), actor=actor)
        return EntryState.NAMED
    was_settled, amount = attempt.state is AttemptState.SETTLED, Money(entry.amount_minor, entry.currency)
    receipt = Receipt(attempt.request_no, BankStatus.SETTLED, amount, bank_ref=await _free_ref(entry.bank_ref))
    await apply_receipt(payout, attempt, receipt, actor)
    if amount.minor != payout.amount_minor or attempt.state is not AttemptState.SETTLED:
        return EntryState.NAMED
    return EntryState.CONFIRMED if was_settled else EntryState.SETTLED


async def _book_credit(
    entry: BankStatementEntry, payout: Payout, attempt: PayoutAttempt, reference: str, actor: Actor
) -> EntryState:
    """Money that came in for one of our payments: its return where all of it is back, said before or not; else unclear.

    What comes back a second time is unclear.
    """
    is_whole = entry.amount_minor == payout.amount_minor and attempt.attempt == payout.attempt
    is_return = entry.is_return and is_whole
    if is_return and payout.state is PayoutState.SETTLED:
        await take_return(payout, f"returned by the bank: {entry.reason_code or 'no reason given'}", actor)
        return EntryState.RETURNED
    if is_return and payout.reversed_at is not None and not await _came_back(attempt):
        await close_explained(ExceptionKind.RETURN_NOT_IN_STATEMENT, attempt.request_no)
        return EntryState.RETURNED
    await open_exception(
        ExceptionKind.RETURN_UNCLEAR, reference, payout_id=payout.id, theirs=_said(entry), actor=actor,
        ours=f"{payout.state} {Money(payout.amount_minor, payout.currency)}",
    )  # fmt: skip
    return EntryState.NAMED


async def _came_back(attempt: PayoutAttempt) -> bool:
    return await BankStatementEntry.exists(attempt_id=attempt.id, state=EntryState.RETURNED)


def _said(entry: BankStatementEntry) -> str:
    """What the bank says, for whoever explains it; the number, which may be a stranger's, stands in the entry alone."""
    return f"{entry.direction} {Money(entry.amount_minor, entry.currency)}"


async def _free_ref(bank_ref: str | None) -> str | None:
    """The bank's reference, unless another attempt has it: some banks give the parts of a batch one together."""
    return None if bank_ref is None or await PayoutAttempt.exists(bank_ref=bank_ref) else bank_ref
