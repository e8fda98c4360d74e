"""What upper rooms are told of a payout that was settled, or came back: what it was for, and how much it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tortoise.expressions import Q

from domain.kernel.money import Currency, Money
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.attempts import present_attempt
from domain.payouts.locks import subject_of
from domain.payouts.models import Payout
from domain.payouts.requests import GRANTED
from domain.payouts.terms import GONE, PayoutState


@dataclass(frozen=True, slots=True)
class Settled:
    """A payout as the room that asked for it knows it."""

    source: Subject
    decision_no: int
    instalment: int
    amount: Money


async def settled(payout_id: UUID) -> Settled:
    """What a payout was for."""
    row = await Payout.get(id=payout_id)
    source, amount = Subject(row.subject_kind, row.subject_id), Money(row.amount_minor, row.currency)
    return Settled(source, row.decision_no, row.instalment, amount)


@dataclass(frozen=True, slots=True)
class Returned:
    """A payment that came back, as it is written about; `account` is the mask of where it was sent.

    `matter_id` is what it was for, or what that belongs to, as a repair to its claim. A partner's has no `customer_id`.
    """

    payout: Subject
    source_kind: SubjectKind
    matter_id: UUID
    customer_id: UUID | None
    reference: str
    amount: Money
    account: str


async def returned(payout_id: UUID) -> Returned:
    """What came back of a payout."""
    row = await Payout.get(id=payout_id)
    return Returned(
        payout=subject_of(row),
        source_kind=row.subject_kind,
        matter_id=row.matter_id or row.subject_id,
        customer_id=row.customer_id,
        reference=(await present_attempt(row)).request_no,
        amount=Money(row.amount_minor, row.currency),
        account=row.account_mask or "",
    )


async def came_back(payout_id: UUID) -> bool:
    """Whether a payout was settled, came back, and was not asked for anew."""
    row = await Payout.get(id=payout_id)
    same = Payout.filter(
        subject_kind=row.subject_kind, subject_id=row.subject_id, decision_no=row.decision_no,
        instalment=row.instalment,
    )  # fmt: skip
    return row.state is PayoutState.REVERSED and not await same.exclude(state__in=GONE).exists()


async def settled_in_all(source: Subject, currency: Currency) -> Money:
    """What the bank paid for a claim and its repairs in all, whoever got it, in the current transaction.

    A payment that came back does not count.
    """
    mine = Q(subject_kind=source.kind, subject_id=source.id) | Q(matter_id=source.id)
    rows = await Payout.filter(mine, subject_kind__in=tuple(GRANTED), currency=currency, state=PayoutState.SETTLED)
    return Money(sum(row.amount_minor for row in rows), currency)
