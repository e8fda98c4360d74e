"""What a rate card allows, whether a repair is worth it, and what counts as a repeat."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claims.terms import DeclineCode
from domain.kernel.money import Currency, Money
from domain.repairs import rules
from domain.repairs.rules import EstimatedLine, Rate
from domain.repairs.terms import LossGround, LossProposal, WorkKind

CNY, DAY = Currency.CNY, date(2026, 1, 1)
RATE = Decimal("0.7")
minor = st.integers(1, 10**9)
days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
prices = st.builds(
    Rate, st.sampled_from(WorkKind), st.sampled_from(["A", "B"]),
    st.builds(Money, minor, st.sampled_from([Currency.CNY, Currency.USD])), days,
)  # fmt: skip
lines = st.builds(
    EstimatedLine,
    kind=st.sampled_from(WorkKind),
    description=st.just("x"),
    price=st.builds(Money, minor),
    code=st.none() | st.just("A"),
    quantity=st.integers(1, 99),
    exclusion=st.none() | st.sampled_from(DeclineCode),
    off_card_reason=st.none() | st.just("rare"),
)


@given(st.lists(prices), st.sampled_from(WorkKind), days)
def test_the_rate_that_counts_is_the_latest_that_has_begun(card: list[Rate], kind: WorkKind, day: date) -> None:
    found = rules.rate_on(card, kind, "A", CNY, day)
    begun = [
        each for each in card
        if (each.kind, each.code, each.price.currency) == (kind, "A", CNY) and each.valid_from <= day
    ]  # fmt: skip
    assert (found is None) == (not begun)
    if found is not None:
        assert found in begun and all(each.valid_from <= found.valid_from for each in begun)


@given(st.lists(prices), st.sampled_from(WorkKind), days, prices)
def test_a_price_from_a_later_day_changes_nothing_before_it(
    card: list[Rate], kind: WorkKind, day: date, later: Rate
) -> None:
    if later.valid_from > day:
        assert rules.rate_on([*card, later], kind, "A", CNY, day) == rules.rate_on(card, kind, "A", CNY, day)


@given(lines, st.none() | st.builds(Money, minor))
def test_a_line_is_within_the_card_or_says_why_not(line: EstimatedLine, price: Money | None) -> None:
    rate = Rate(line.kind, "A", price, DAY) if price else None
    within = rules.is_within_card(line, rate)
    assert within == (line.off_card_reason is not None or (price is not None and line.price.minor <= price.minor))


@given(st.lists(lines, max_size=20))
def test_what_is_covered_and_what_is_not_add_up_to_the_estimate(estimate: list[EstimatedLine]) -> None:
    covered, total = rules.covered(estimate, CNY), rules.total(estimate, CNY)
    excluded = sum(line.price.minor * line.quantity for line in estimate if line.exclusion is not None)
    assert covered.minor + excluded == total.minor
    assert covered <= total


@pytest.mark.parametrize(
    ("cost", "has_parts", "left", "proposal", "grounds"),
    [
        ("3317.44", True, "5999.00", LossProposal.REPAIR, (LossGround.COST_WITHIN_SHARE,)),
        ("3317.45", True, "5999.00", LossProposal.REPLACE, (LossGround.COST_ABOVE_SHARE,)),
        (None, True, "5999.00", LossProposal.REPAIR, ()),
        (None, False, "5999.00", LossProposal.REPLACE, (LossGround.NO_PARTS,)),
        (None, False, "4739.21", LossProposal.REPLACE, (LossGround.NO_PARTS,)),
        (None, False, "4739.20", LossProposal.CASH, (LossGround.NO_PARTS, LossGround.COVER_BELOW_VALUE)),
        (
            "4000.00", False, "900.00", LossProposal.CASH,
            (LossGround.NO_PARTS, LossGround.COST_ABOVE_SHARE, LossGround.COVER_BELOW_VALUE),
        ),
    ],
)  # fmt: skip
def test_above_seventy_percent_of_the_value_or_without_parts_it_is_a_total_loss(
    cost: str | None, has_parts: bool, left: str, proposal: LossProposal, grounds: tuple[LossGround, ...]
) -> None:
    """The value is the worked example of the field: 4,739.21, of which 70 % are 3,317.447."""
    found = rules.total_loss(
        cost=Money.of(cost) if cost else None, value=Money.of("4739.21"), replacement_rate=RATE, has_parts=has_parts,
        still_payable=Money.of(left),
    )  # fmt: skip
    assert (found.proposal, found.grounds) == (proposal, grounds)


@given(minor, minor, minor, st.booleans())
def test_a_total_loss_is_proposed_exactly_for_its_grounds(cost: int, value: int, left: int, has_parts: bool) -> None:
    found = rules.total_loss(
        cost=Money(cost), value=Money(value), replacement_rate=RATE, has_parts=has_parts, still_payable=Money(left)
    )
    is_lost = not has_parts or Decimal(cost) > RATE * value
    assert (found.proposal is not LossProposal.REPAIR) == is_lost
    assert (found.proposal is LossProposal.CASH) == (is_lost and left < value)
    assert found.grounds


@pytest.mark.parametrize(("after", "expected"), [(0, True), (30, True), (30.0001, False), (-1, False)])
def test_a_repair_within_thirty_days_of_the_return_is_a_repeat(after: float, expected: bool) -> None:
    returned = datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert rules.is_repeat(returned, returned + timedelta(days=after), 30) is expected


def test_cities_and_brands_are_found_however_they_are_written() -> None:
    assert rules.serves(["Acme", "上海 "], " acme")
    assert rules.serves(["Acme", "上海 "], "上海")
    assert not rules.serves(["Acme"], "Ac")
