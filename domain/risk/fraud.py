"""What speaks for a look at a claim by a person, and how much: pure rules over what is known. None of them refuses.

Source: domain practice (fraud indicators of device protection); PIPL Art. 24 (no refusal by automation alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.kernel.money import Money
from domain.kernel.refusals import Invalid, Refusal
from domain.risk.terms import FraudCode, FraudMeasure

MOST_POINTS = 100
"""A score never says more than this."""
UP_TO = frozenset({FraudCode.EARLY_LOSS, FraudCode.PAYEE_CHANGED})
"""Signals that a number up to the threshold gives; the others are given by one from the threshold on."""


@dataclass(frozen=True, slots=True)
class FraudFacts:
    """What is known of a claim. Units: days; numbers of rows; `limit` is what the contract can still pay for it.

    `days_before_sale` counts from the loss to the contract and is 0 or less for a later loss; `days_into_cover` from
    the first day of cover to the loss; `days_since_change` from the last change of phone or account to the report, None
    when there was none. `estimate_of_median` is the dearest line of an estimate in per cent of what other repairers ask
    for the same, None where nothing was estimated or too few others did.
    """

    days_before_sale: int
    days_into_cover: int
    policies_of_others: int
    claims_in_a_year: int
    invoices_elsewhere: int
    account_sharers: int
    days_since_change: int | None
    claimed: Money
    limit: Money | None
    serials_told_otherwise: int = 0
    claims_with_same_file: int = 0
    estimate_of_median: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: what it weighs, and by what it was found, in a few words without personal data."""

    code: FraudCode
    points: int
    evidence: str


def signals(facts: FraudFacts, measures: Iterable[FraudMeasure]) -> list[Signal]:
    """The signals that a claim gives, in the order of the measures."""
    found = ((each, _evidence(facts, each)) for each in measures)
    return [Signal(each.code, each.points, evidence) for each, evidence in found if evidence is not None]


def score_of(found: Iterable[Signal]) -> int:
    """What the signals weigh together, at most 100."""
    return min(MOST_POINTS, sum(each.points for each in found))


def is_suspicious(score: int, refer_at: int) -> bool:
    """Whether a person must look at it before anything is decided."""
    return score >= refer_at


def _evidence(facts: FraudFacts, measure: FraudMeasure) -> str | None:
    """By what a signal is found, or None where it is not."""
    number = _number(facts, measure.code)
    if number is None:
        return None
    reached = number <= measure.threshold if measure.code in UP_TO else number >= measure.threshold
    return f"{number:f}" if reached else None


def _number(facts: FraudFacts, code: FraudCode) -> Decimal | None:
    numbers: Mapping[FraudCode, int | Decimal | None] = {
        FraudCode.LOSS_BEFORE_SALE: facts.days_before_sale if facts.days_before_sale > 0 else None,
        FraudCode.EARLY_LOSS: facts.days_into_cover if facts.days_into_cover >= 0 else None,
        FraudCode.DEVICE_ELSEWHERE: facts.policies_of_others,
        FraudCode.FREQUENT_CLAIMS: facts.claims_in_a_year,
        FraudCode.INVOICE_REPEATED: facts.invoices_elsewhere,
        FraudCode.ACCOUNT_SHARED: facts.account_sharers,
        FraudCode.PAYEE_CHANGED: facts.days_since_change,
        FraudCode.NEAR_LIMIT: _share(facts.claimed, facts.limit),
        FraudCode.SERIAL_MISMATCH: facts.serials_told_otherwise,
        FraudCode.FILE_REPEATED: facts.claims_with_same_file,
        FraudCode.REPAIRER_OUTLIER: facts.estimate_of_median,
    }
    found = numbers[code]
    return None if found is None else Decimal(found)


def _share(claimed: Money, limit: Money | None) -> Decimal | None:
    """Per cent of a limit that is claimed, to one place; None without a limit."""
    if limit is None or limit.minor <= 0:
        return None
    return (Decimal(claimed.minor) * 100 / limit.minor).quantize(Decimal("0.1"))


def faults_of(measures: Sequence[FraudMeasure]) -> list[Refusal]:
    """What keeps measures from judging every claim: each code is there once."""
    if sorted(each.code for each in measures) == sorted(FraudCode):
        return []
    return [Invalid("each_once", ", ".join(FraudCode), path=("input", "measures"))]
