"""The arithmetic of claims: what the contract pays, what is held in reserve, who may decide, and by when.

Pure functions over values. Amounts are `Money`, rates `Decimal`; a formula is rounded once, at its end.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from domain.claims.terms import DeclineCode
from domain.kernel.money import Money
from domain.products.terms import Peril

ONE = Decimal(1)
MAKER_ANSWERS = frozenset({Peril.BREAKDOWN, Peril.BATTERY})
"""Perils that the maker's warranty answers for; drops, liquids, screens and theft it never does."""
CLEARED_UP_TO = Decimal("50000.00")
"""What a claim may cost without compliance's clearance, in units of its currency: what two approvers may pay out."""


class PayableRule(StrEnum):
    """The rules that lead from the bill to what is paid."""

    NOT_COVERED = "NOT_COVERED"
    """扣除不属保险责任的项目: lines that the contract does not cover fall out."""
    THIRD_PARTY_PAID = "THIRD_PARTY_PAID"
    """扣减第三者已赔金额: what a third party has paid the insured for the loss (Art. 60)."""
    VALUE = "VALUE"
    """不超过保险价值: never more than the thing was worth (Art. 55)."""
    UNDER_INSURANCE = "UNDER_INSURANCE"
    """不足额保险比例赔付: the share of the sum insured in the value (Art. 55)."""
    DEDUCTIBLE = "DEDUCTIBLE"
    """免赔额: what the insured bears first."""
    COINSURANCE = "COINSURANCE"
    """共保比例: the share of the rest that the insured bears."""
    CLAIM_LIMIT = "CLAIM_LIMIT"
    """每次事故限额: the most for one claim."""
    AGGREGATE_LIMIT = "AGGREGATE_LIMIT"
    """累计限额余额: what is left of the limit for the term."""
    RIGHTS_WAIVED = "RIGHTS_WAIVED"
    """扣减已放弃的追偿权利: what the insured gave up against a third party before the payment (Art. 61)."""


DEFAULT_ORDER = (
    PayableRule.VALUE,
    PayableRule.UNDER_INSURANCE,
    PayableRule.DEDUCTIBLE,
    PayableRule.COINSURANCE,
    PayableRule.CLAIM_LIMIT,
    PayableRule.AGGREGATE_LIMIT,
)


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill; with an exclusion it is not covered."""

    description: str
    bill: Money
    exclusion: DeclineCode | None = None


@dataclass(frozen=True, slots=True)
class CoverTerms:
    """What the contract says for one peril on the day of the loss. None means: no such limit, or value not agreed."""

    sum_insured: Money
    value: Money | None = None
    deductible: Money | None = None
    deductible_rate: Decimal = Decimal(0)
    coinsurance_rate: Decimal = Decimal(0)
    claim_limit: Money | None = None
    aggregate_left: Money | None = None
    order: tuple[PayableRule, ...] = DEFAULT_ORDER


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """What a third party has paid the insured for the loss, and what the insured gave up against it before payment."""

    paid: Money
    waived: Money


@dataclass(frozen=True, slots=True)
class CoverPeriod:
    """When the contract covers the peril: half-open days, and what comes before the cover within them."""

    starts_on: date
    ends_on: date
    waiting_until: date | None = None
    warranty_until: date | None = None
    lapses: tuple[tuple[date, date | None], ...] = ()
    """Times in which nothing was covered since the premium was not paid; one without an end lasts."""


@dataclass(frozen=True, slots=True)
class CalculationStep:
    """One rule applied: the exact amounts before and after it, and what it was applied to, in a few words."""

    rule: PayableRule
    basis: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """How the payable amount came about."""

    billed: Money
    steps: tuple[CalculationStep, ...]
    payable: Money


def payable(lines: Sequence[BillLine], terms: CoverTerms, third_party: ThirdParty | None = None) -> Calculation:
    """What the contract pays for a bill, with every rule that was applied.

    What a third party has paid makes the loss smaller before the rules of the product; for what the insured gave up
    the insurer does not pay in the end.

    Source: Insurance Law Art. 55, 60, 61; product terms (order of the rules).
    """
    currency = terms.sum_insured.currency
    billed = Money(0, currency)
    for line in lines:
        billed += line.bill
    amount, steps = billed.amount, list[CalculationStep]()
    for line in lines:
        if line.exclusion is not None:
            rest = amount - line.bill.amount
            steps.append(
                CalculationStep(PayableRule.NOT_COVERED, f"{line.description}: {line.exclusion}", amount, rest)
            )
            amount = rest
    nothing = Money(0, currency)
    done = third_party or ThirdParty(nothing, nothing)
    amount = _less(steps, PayableRule.THIRD_PARTY_PAID, amount, done.paid)
    for rule in terms.order:
        basis, after = _apply(rule, amount, terms)
        if after != amount:
            steps.append(CalculationStep(rule, basis, amount, after))
            amount = after
    amount = _less(steps, PayableRule.RIGHTS_WAIVED, amount, done.waived)
    return Calculation(billed, tuple(steps), Money.rounded(amount, currency))


def ceiling(terms: CoverTerms) -> Money:
    """The most that the contract pays for a loss, whatever it costs and in however many parts."""
    limits = (terms.sum_insured, terms.value, terms.claim_limit, terms.aggregate_left)
    return min((limit for limit in limits if limit is not None), key=lambda money: money.minor)


def _less(steps: list[CalculationStep], rule: PayableRule, before: Decimal, deducted: Money) -> Decimal:
    """The amount less what is deducted, never below zero; the step is added where it changes anything."""
    after = max(Decimal(0), before - deducted.amount)
    if after != before:
        steps.append(CalculationStep(rule, f"deducted {deducted.amount:f}", before, after))
    return after


def _apply(rule: PayableRule, amount: Decimal, terms: CoverTerms) -> tuple[str, Decimal]:
    match rule:
        case PayableRule.VALUE:
            return _capped("value", amount, terms.value)
        case PayableRule.UNDER_INSURANCE:
            return _proportional(amount, terms)
        case PayableRule.DEDUCTIBLE:
            held_back = deductible(amount, terms)
            return f"deductible {held_back:f}", max(Decimal(0), amount - held_back)
        case PayableRule.COINSURANCE:
            return f"coinsurance {terms.coinsurance_rate:f}", amount * (ONE - terms.coinsurance_rate)
        case PayableRule.CLAIM_LIMIT:
            return _capped("limit", amount, terms.claim_limit)
        case PayableRule.AGGREGATE_LIMIT:
            return _capped("left", amount, terms.aggregate_left)
        case PayableRule.NOT_COVERED | PayableRule.THIRD_PARTY_PAID | PayableRule.RIGHTS_WAIVED:
            return "", amount
        case _:
            assert_never(rule)


def _capped(word: str, amount: Decimal, limit: Money | None) -> tuple[str, Decimal]:
    if limit is None:
        return word, amount
    most = max(Decimal(0), limit.amount)
    return f"{word} {most:f}", min(amount, most)


def _proportional(amount: Decimal, terms: CoverTerms) -> tuple[str, Decimal]:
    if terms.value is None or terms.value.minor <= 0 or terms.sum_insured >= terms.value:
        return "fully insured", amount
    insured, value = terms.sum_insured.amount, terms.value.amount
    return f"sum insured {insured:f} of value {value:f}", amount * insured / value


def gap(loss_on: date, period: CoverPeriod | None, claims_left: int | None) -> DeclineCode | None:
    """Why the contract does not cover a loss of this day, or None when it does.

    `period` is None when the contract does not insure the peril at all; `claims_left` is how many more claims it pays
    in the year around the loss, None without such a limit. Units: days are half-open, [start, end).
    """
    if claims_left is not None and claims_left <= 0:
        return DeclineCode.LIMIT_EXHAUSTED
    return DeclineCode.PERIL_NOT_COVERED if period is None else _gap_in_time(loss_on, period)


def _gap_in_time(loss_on: date, period: CoverPeriod) -> DeclineCode | None:
    if period.warranty_until is not None and loss_on < period.warranty_until:
        return DeclineCode.MANUFACTURER_WARRANTY
    if not period.starts_on <= loss_on < period.ends_on or _is_lapsed(loss_on, period):
        return DeclineCode.NOT_IN_FORCE
    if period.waiting_until is not None and loss_on < period.waiting_until:
        return DeclineCode.WAITING_PERIOD
    return None


def _is_lapsed(day: date, period: CoverPeriod) -> bool:
    return any(first <= day and (end is None or day < end) for first, end in period.lapses)


def deductible(loss: Decimal, terms: CoverTerms) -> Decimal:
    """What the insured bears first: the fixed amount or the share of the loss, whichever is higher."""
    fixed = terms.deductible.amount if terms.deductible else Decimal(0)
    return max(fixed, loss * terms.deductible_rate)


def actual_value(price: Money, months: int, monthly_rate: Decimal, floor_rate: Decimal) -> Money:
    """What a device is worth (实际价值): its price less a rate for each month, never below the floor."""
    left = max(floor_rate, ONE - months * monthly_rate)
    return Money.rounded(price.amount * left, price.currency)


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another, zero when the end is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day:
        months -= 1
    return max(0, months)


def cover_year(loss_on: date, starts_on: date) -> tuple[date, date]:
    """The year of cover that a day falls into, half-open, counted from the first day of the contract."""
    years = loss_on.year - starts_on.year
    if loss_on < _years_after(starts_on, years):
        years -= 1
    return _years_after(starts_on, years), _years_after(starts_on, years + 1)


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; the last of February where that year has no 29th."""
    last = 28 if (day.month, day.day) == (2, 29) and not isleap(day.year + years) else day.day
    return date(day.year + years, day.month, last)


def case_reserve(expected: Money, paid: Money) -> Money:
    """What is held for a claim (已报案未决): the expected final amount less what was paid, never below zero."""
    return left_of(expected, paid)


def left_of(limit: Money, used: Money) -> Money:
    """What remains of a limit, never below zero."""
    rest = limit - used
    return rest if rest.minor > 0 else Money(0, limit.currency)


def counts_toward_authority(amount: Money, decided_before: Money) -> Money:
    """What a decision weighs against a decider's limit: the amount and all that was decided for the same loss before.

    Splitting a loss into several decisions or several claims brings none of them below the limit.
    """
    return amount + decided_before


def is_major(amount: Money) -> bool:
    """Whether a claim that costs so much in all needs compliance's clearance before it is granted."""
    return amount.amount > CLEARED_UP_TO


def due(start: datetime, days: int) -> datetime:
    """When a limit ends: so many times 24 hours after its start. Units: calendar days."""
    return start + timedelta(days=days)


def due_after_pause(due_at: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
    """The end of a limit moved by the time its clock stood still.

    Source: Supreme People's Court, Interpretation II of the Insurance Law, Art. 15: the time from the notice of
    missing papers reaching the customer to the papers reaching the insurer is deducted.
    """
    return due_at + max(timedelta(0), resumed_at - paused_at)
