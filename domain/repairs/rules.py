"""The rules of repairs: what a rate card allows, whether a repair is worth it, what counts as a repeat.

Pure functions over values. Amounts are `Money`, rates `Decimal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.claims.terms import DeclineCode
from domain.kernel.money import Currency, Money
from domain.repairs.terms import LossGround, LossProposal, WorkKind


@dataclass(frozen=True, slots=True)
class Rate:
    """One price of a rate card, for labour or for a part, from a day on."""

    kind: WorkKind
    code: str
    price: Money
    valid_from: date


@dataclass(frozen=True, slots=True)
class EstimatedLine:
    """One line of an estimate as the repairer gives it. With an exclusion it is not covered.

    `price` is for one; `off_card_reason` says why the line does not follow the rate card.
    """

    kind: WorkKind
    description: str
    price: Money
    code: str | None = None
    quantity: int = 1
    exclusion: DeclineCode | None = None
    off_card_reason: str | None = None

    @property
    def bill(self) -> Money:
        """What the line comes to."""
        return Money(self.price.minor * self.quantity, self.price.currency)


@dataclass(frozen=True, slots=True)
class LossTest:
    """What the total-loss test says, and why."""

    proposal: LossProposal
    grounds: tuple[LossGround, ...]


def rate_on(card: Iterable[Rate], kind: WorkKind, code: str, currency: Currency, day: date) -> Rate | None:
    """The price of a code that counts on a day: the one that began last, or None before the first."""
    begun = [
        each
        for each in card
        if each.kind is kind and each.code == code and each.price.currency is currency and each.valid_from <= day
    ]
    return max(begun, key=lambda rate: rate.valid_from, default=None)


def is_within_card(line: EstimatedLine, rate: Rate | None) -> bool:
    """Whether a line costs no more than its rate, which may be missing, or says why it does not follow the card."""
    return line.off_card_reason is not None or (rate is not None and line.price <= rate.price)


def total(lines: Iterable[EstimatedLine], currency: Currency) -> Money:
    """What an estimate comes to, covered or not."""
    return Money(sum(line.bill.minor for line in lines), currency)


def covered(lines: Iterable[EstimatedLine], currency: Currency) -> Money:
    """What of an estimate the contract covers, before deductible and limits."""
    return total((line for line in lines if line.exclusion is None), currency)


def total_loss(
    *,
    cost: Money | None,
    value: Money,
    replacement_rate: Decimal,
    has_parts: bool,
    still_payable: Money,
    is_stolen: bool = False,
) -> LossTest:
    """Whether a device is repaired, replaced or paid for.

    A repair that costs more than `replacement_rate` (0 to 1, of the product's version) of the device's actual
    value, or for which there are no parts, is a total loss, and so is a device that was stolen. Then another device is
    proposed where the contract still pays what the device is worth, else money. Without a cost only the parts speak.

    Source: product terms (settlement form); Insurance Law Art. 55 (never more than the value).
    """
    grounds: list[LossGround] = []
    if is_stolen:
        grounds.append(LossGround.STOLEN)
    elif not has_parts:
        grounds.append(LossGround.NO_PARTS)
    if cost is not None and cost.amount > value.amount * replacement_rate:
        grounds.append(LossGround.COST_ABOVE_SHARE)
    if not grounds:
        return LossTest(LossProposal.REPAIR, (LossGround.COST_WITHIN_SHARE,) if cost is not None else ())
    if still_payable < value:
        return LossTest(LossProposal.CASH, (*grounds, LossGround.COVER_BELOW_VALUE))
    return LossTest(LossProposal.REPLACE, tuple(grounds))


def is_repeat(returned_at: datetime, now: datetime, days: int) -> bool:
    """Whether a repair of the same device counts as a repeat. Units: times 24 hours since it was returned."""
    return returned_at <= now <= returned_at + timedelta(days=days)


def serves(offered: Sequence[str], wanted: str) -> bool:
    """Whether one of a repairer's cities or brands is the one wanted, however it is written."""
    return wanted.strip().casefold() in {each.strip().casefold() for each in offered}
