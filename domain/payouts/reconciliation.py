"""Every night: the bank's list, the payouts and the ledger say the same of a day, or a named difference is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Currency, Money
from domain.payouts.bank import Bank, BankStatus, Receipt
from domain.payouts.exceptions import open_exception
from domain.payouts.settling import POSTED, posting_key
from domain.payouts.terms import AttemptChannel, AttemptState, ExceptionKind

ATTEMPT = "a.request_no, a.state, a.channel, p.id AS payout_id, p.amount_minor, p.currency, a.ended_at"
OURS = f"""
SELECT {ATTEMPT} FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
WHERE a.state = 'SETTLED' AND a.ended_at >= $1::timestamptz AND a.ended_at < $2::timestamptz ORDER BY a.request_no
"""
NAMED = f"""
SELECT {ATTEMPT} FROM payout_attempt a JOIN payout p ON p.id = a.payout_id WHERE a.request_no = ANY($1::text[])
"""
POSTINGS = f"""
SELECT t.key, t.subject_id, coalesce(sum(l.amount_minor) FILTER (WHERE l.account = 'BANK'), 0)::bigint AS bank_minor
FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
WHERE t.kind = '{POSTED}'
  AND (t.key = ANY($1::text[]) OR (t.posted_at >= $2::timestamptz AND t.posted_at < $3::timestamptz))
GROUP BY t.id
"""


@dataclass(frozen=True, slots=True)
class Ours:
    """One attempt as we have it."""

    request_no: str
    payout_id: UUID
    state: AttemptState
    amount: Money
    channel: AttemptChannel = AttemptChannel.HTTP


@dataclass(frozen=True, slots=True)
class Difference:
    """What one side has and another has not."""

    kind: ExceptionKind
    reference: str
    payout_id: UUID | None
    ours: str
    theirs: str


def compare(ours: Mapping[str, Ours], theirs: Mapping[str, Receipt]) -> list[Difference]:
    """Differences between our attempts and the bank's payments, by request number.

    What went in a payment file is in no such list; statements tell of it.
    """
    found = [_against_ours(receipt, ours.get(number)) for number, receipt in theirs.items()]
    missing = [
        each
        for number, each in ours.items()
        if each.state is AttemptState.SETTLED and number not in theirs and each.channel is AttemptChannel.HTTP
    ]
    return [each for each in found if each] + [
        Difference(ExceptionKind.MISSING_AT_BANK, each.request_no, each.payout_id, str(each.amount), "nothing")
        for each in missing
    ]


def _against_ours(receipt: Receipt, ours: Ours | None) -> Difference | None:
    theirs = f"{receipt.status} {receipt.amount}"
    if ours is None:
        return Difference(ExceptionKind.UNKNOWN_PAYMENT, receipt.request_no, None, "nothing", theirs)
    if receipt.amount != ours.amount:
        kind = ExceptionKind.WRONG_AMOUNT
    elif receipt.status is BankStatus.SETTLED and ours.state is not AttemptState.SETTLED:
        kind = ExceptionKind.NOT_SETTLED_HERE
    elif receipt.status is not BankStatus.SETTLED and ours.state is AttemptState.SETTLED:
        kind = ExceptionKind.CONTRADICTION
    else:
        return None
    return Difference(kind, receipt.request_no, ours.payout_id, f"{ours.state} {ours.amount}", theirs)


def compare_ledger(ours: Mapping[str, Ours], posted: Mapping[str, int]) -> list[Difference]:
    """Differences between settled attempts and what the ledger says left the bank. Units: `posted` in minor units."""
    settled = {posting_key(each.request_no): each for each in ours.values() if each.state is AttemptState.SETTLED}
    found: list[Difference] = []
    for key, each in settled.items():
        if key not in posted:
            missing = ExceptionKind.NOT_IN_LEDGER
            found.append(Difference(missing, each.request_no, each.payout_id, str(each.amount), "no posting"))
        elif posted[key] != -each.amount.minor:
            theirs = f"{posted[key]} minor units"
            found.append(Difference(ExceptionKind.LEDGER_DIFFERS, key, each.payout_id, str(each.amount), theirs))
    unexplained = [key for key in posted if key not in settled]
    return found + [
        Difference(ExceptionKind.LEDGER_DIFFERS, key, None, "no settled payment", f"{posted[key]} minor units")
        for key in unexplained
    ]


async def reconcile(day: date | None, *, bank: Bank, actor: Actor, run: Run | None = None) -> int:
    """Opens a difference for whatever bank, payouts and ledger say differently of a day; how many were found.

    Without a day, of yesterday. Days are the insurer's; a payment that each side counts to another day is no
    difference.
    """
    of_day = day or clock.today() - timedelta(days=1)
    span = (clock.start_of(of_day), clock.start_of(of_day + timedelta(days=1)))
    theirs = {each.request_no: each for each in await bank.list(of_day)}
    async with transaction(run):
        ours = await _ours(OURS, *span)
    for number in ours.keys() - theirs.keys():
        if ours[number].channel is AttemptChannel.FILE:
            continue
        if (receipt := await bank.find(number)) is not None:
            theirs[number] = receipt
    async with transaction(run, finishing=True):
        ours |= await _ours(OURS, *span) | await _ours(NAMED, list(theirs))
        posted = await _posted(ours, span)
        explained = await _ours(NAMED, [key.split(":")[1] for key in posted])
        found = compare(ours, theirs) + compare_ledger(explained | ours, posted)
        for each in found:
            await open_exception(
                each.kind, each.reference, payout_id=each.payout_id, ours=each.ours, theirs=each.theirs, actor=actor
            )
    return len(found)


async def _ours(statement: str, *arguments: object) -> dict[str, Ours]:
    return {row["request_no"]: _row(row) for row in await fetch(statement, *arguments)}


def _row(row: Mapping[str, Any]) -> Ours:
    amount = Money(row["amount_minor"], Currency(row["currency"]))
    return Ours(
        row["request_no"], UUID(str(row["payout_id"])), AttemptState(row["state"]), amount,
        AttemptChannel(row["channel"]),
    )  # fmt: skip


async def _posted(ours: Mapping[str, Ours], span: Sequence[object]) -> dict[str, int]:
    rows = await fetch(POSTINGS, [posting_key(number) for number in ours], *span)
    return {row["key"]: int(row["bank_minor"]) for row in rows}
