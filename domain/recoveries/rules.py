"""The arithmetic of recoveries: pure functions over values, amounts are `Money`, rates `Decimal`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from domain.kernel.money import Money
from domain.ledger.terms import Account, Line

ONE = Decimal(1)
RATE_PLACES = Decimal("0.000001")


def insurer_share(insured_shares: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The insurer's share of salvage, 0 to 1: all of it, or the share in which the thing was insured.

    `insured_shares` are the amounts before and after each step of the calculation for under-insurance.

    Source: Insurance Law Art. 59.
    """
    share = ONE
    for before, after in insured_shares:
        if before > 0:
            share = share * after / before
    return share.quantize(RATE_PLACES)


def share_of(proceeds: Money, share: Decimal) -> Money:
    """What of the proceeds of a sale is the insurer's; the rest is the customer's."""
    return Money.rounded(proceeds.amount * share, proceeds.currency)


def recovered_lines(amount: Money, customers: Money) -> tuple[Line, ...]:
    """The posting of money that came back: at the bank, less spent on claims, and what of it is owed to the customer.

    `amount` is the insurer's, `customers` what came in beside it.
    """
    lines = (Line(Account.BANK, amount + customers), Line(Account.CLAIMS_RECOVERIES, -amount))
    return (*lines, Line(Account.SALVAGE_PAYABLE, -customers)) if customers.minor else lines


def incurred(*, paid: Money, case_change: Money, ibnr_change: Money, recoveries: Money) -> Money:
    """What claims of a period cost 已发生赔款: paid, what reserves rose by, less what came back.

    `case_change` and `ibnr_change` are below zero where reserves fell.
    """
    return paid + case_change + ibnr_change - recoveries
