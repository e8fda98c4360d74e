"""What underwriting finds, and what it weighs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.applications import rules
from domain.applications.rules import Facts, Standard
from domain.applications.terms import FlagCode, FlagLevel, FlagState
from domain.customers.terms import IdentityState
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.risk.terms import CreditAction

CLEAN = Facts(IdentityState.VERIFIED, CreditAction.ACCEPT, Money.of("3000.00"), 0)
STANDARD = Standard(Money.of("10000.00"), 3)


def codes(facts: Facts) -> list[FlagCode]:
    return [each.code for each in rules.findings(facts, STANDARD)]


def test_nothing_is_found_of_a_known_customer_with_a_plain_device() -> None:
    assert codes(CLEAN) == []
    assert not rules.is_referred(rules.findings(CLEAN, STANDARD))


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"identity": IdentityState.MISMATCH}, FlagCode.IDENTITY_MISMATCH, FlagLevel.BLOCK),
        ({"identity": IdentityState.UNVERIFIED}, FlagCode.IDENTITY_MISMATCH, FlagLevel.BLOCK),
        ({"is_identity_shared": True}, FlagCode.IDENTITY_SHARED, FlagLevel.BLOCK),
        ({"is_known_elsewhere": True}, FlagCode.KNOWN_ELSEWHERE, FlagLevel.INFO),
        ({"is_device_covered": True}, FlagCode.DEVICE_COVERED, FlagLevel.REJECT),
        ({"is_device_of_another": True}, FlagCode.DEVICE_OF_ANOTHER, FlagLevel.BLOCK),
        ({"sum_insured": Money.of("10000.01")}, FlagCode.SUM_ABOVE_LIMIT, FlagLevel.BLOCK),
        ({"claims": 3}, FlagCode.CLAIMS_EXPERIENCE, FlagLevel.BLOCK),
        ({"credit_action": CreditAction.REFER}, FlagCode.CREDIT_REFERRED, FlagLevel.BLOCK),
        ({"is_use_excluded": True}, FlagCode.USE_EXCLUDED, FlagLevel.DECLINE),
        ({"is_against_advice": True}, FlagCode.AGAINST_ADVICE, FlagLevel.INFO),
        ({"is_declined_before": True}, FlagCode.DECLINED_BEFORE, FlagLevel.INFO),
    ],
)
def test_each_fact_is_found_by_itself(changes: dict[str, object], code: FlagCode, level: FlagLevel) -> None:
    (found,) = rules.findings(replace(CLEAN, **changes), STANDARD)  # type: ignore[arg-type]
    assert (found.code, found.level) == (code, level)
    assert rules.is_referred([found]) is (level is not FlagLevel.INFO)


def test_what_lies_at_the_limit_is_accepted() -> None:
    assert codes(replace(CLEAN, sum_insured=Money.of("10000.00"), claims=2)) == []


def test_nothing_is_accepted_by_itself_in_a_currency_without_a_standard() -> None:
    nothing = Standard(Money(0), 0)
    assert {each.code for each in rules.findings(CLEAN, nothing)} == {
        FlagCode.SUM_ABOVE_LIMIT, FlagCode.CLAIMS_EXPERIENCE,
    }  # fmt: skip


def test_no_credit_grade_declines_anybody() -> None:
    for action in CreditAction:
        levels = {each.level for each in rules.findings(replace(CLEAN, credit_action=action), STANDARD)}
        assert levels <= {FlagLevel.BLOCK}


@pytest.mark.parametrize("level", list(FlagLevel))
@pytest.mark.parametrize("state", list(FlagState))
def test_a_flag_stops_an_acceptance_until_it_is_set_aside(level: FlagLevel, state: FlagState) -> None:
    expected = state is FlagState.REJECTED or (state is FlagState.OPEN and level is not FlagLevel.INFO)
    assert rules.speaks_against(level, state) is expected


@pytest.mark.parametrize("factor", ["1", "1.00", "0.9", "3.01", "-2"])
def test_a_loading_is_above_one_and_at_most_threefold(factor: str) -> None:
    with pytest.raises(Invalid):
        rules.check_loading(Decimal(factor))


@given(st.integers(min_value=0, max_value=400))
def test_reminders_never_become_fewer(days: int) -> None:
    assert rules.reminders_passed(days) <= rules.reminders_passed(days + 1) <= len(rules.INFO_REMINDERS)
