"""The rules of underwriting: what is found, what it weighs, what follows, and the premium on other terms.

Pure functions over values. Amounts are `Money`, factors `Decimal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.applications.terms import FlagCode, FlagLevel, FlagState
from domain.customers.terms import IdentityState
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.risk.terms import CreditAction

ONE = Decimal(1)
LOADINGS = (Decimal("1.01"), Decimal(3))
"""The least and the most by which an underwriter multiplies a premium."""
FACTOR_PLACES = 6
"""Decimals of a factor, at most: those that are kept."""
INFO_REMINDERS = (3, 7, 14)
"""Days after something was asked for, on which the applicant is reminded of it. Source: domain practice of claims."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What is accepted without a person, from a day on: sums insured up to `sum_limit`, fewer claims than `claims`."""

    sum_limit: Money
    claims: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an application when it is underwritten. Units: `claims` reported in three years.

    There is no `credit_action` where the applicant took the consent to a credit assessment back.
    """

    identity: IdentityState
    credit_action: CreditAction | None
    sum_insured: Money
    claims: int
    is_device_covered: bool = False
    is_device_of_another: bool = False
    is_use_excluded: bool = False
    is_identity_shared: bool = False
    is_known_elsewhere: bool = False
    is_against_advice: bool = False
    is_declined_before: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding and what it weighs."""

    code: FlagCode
    level: FlagLevel


def findings(facts: Facts, standard: Standard) -> list[Finding]:
    """Everything that speaks against accepting an application by itself, in the order of the codes."""
    return list(_findings(facts, standard))


def _findings(facts: Facts, standard: Standard) -> Iterator[Finding]:
    held = (
        (facts.identity is not IdentityState.VERIFIED, FlagCode.IDENTITY_MISMATCH, FlagLevel.BLOCK),
        (facts.is_identity_shared, FlagCode.IDENTITY_SHARED, FlagLevel.BLOCK),
        (facts.is_known_elsewhere, FlagCode.KNOWN_ELSEWHERE, FlagLevel.INFO),
        (facts.is_device_covered, FlagCode.DEVICE_COVERED, FlagLevel.REJECT),
        (facts.is_device_of_another, FlagCode.DEVICE_OF_ANOTHER, FlagLevel.BLOCK),
        (facts.sum_insured > standard.sum_limit, FlagCode.SUM_ABOVE_LIMIT, FlagLevel.BLOCK),
        (facts.claims >= standard.claims, FlagCode.CLAIMS_EXPERIENCE, FlagLevel.BLOCK),
        (facts.credit_action is CreditAction.REFER, FlagCode.CREDIT_REFERRED, FlagLevel.BLOCK),
        (facts.credit_action is None, FlagCode.CONSENT_WITHDRAWN, FlagLevel.BLOCK),
        (facts.is_use_excluded, FlagCode.USE_EXCLUDED, FlagLevel.DECLINE),
        (facts.is_against_advice, FlagCode.AGAINST_ADVICE, FlagLevel.INFO),
        (facts.is_declined_before, FlagCode.DECLINED_BEFORE, FlagLevel.INFO),
    )
    return (Finding(code, level) for holds, code, level in held if holds)


def is_referred(found: Iterable[Finding]) -> bool:
    """Whether a person must look: for anything that weighs more than a hint."""
    return any(each.level is not FlagLevel.INFO for each in found)


def speaks_against(level: FlagLevel, state: FlagState) -> bool:
    """Whether a flag stops an acceptance as it stands."""
    if state is FlagState.REJECTED:
        return True
    return level is not FlagLevel.INFO and state is FlagState.OPEN


def check_loading(factor: Decimal) -> None:
    """Refuses a loading that is none, or beyond all measure.

    Raises: Invalid.
    """
    least, most = LOADINGS
    if factor != round(factor, FACTOR_PLACES):
        raise Invalid("scale", str(FACTOR_PLACES), path=("input", "loadingFactor"))
    if not least <= factor <= most:
        raise Invalid("between", f"{least} and {most}", path=("input", "loadingFactor"))


def reminders_passed(days: int) -> int:
    """How many of the reminders of what was asked for have come. Units: whole days since then."""
    return sum(days >= mark for mark in INFO_REMINDERS)
