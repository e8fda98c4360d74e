"""Which refusals are kept under a key."""

from __future__ import annotations

import pytest

from domain.claims.refusals import AboveAuthority
from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.idempotency.rules import is_answer
from domain.kernel import clock
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid, NotFound, OutcomeNotKnown, Refusal, StaleVersion, TooManyAttempts
from domain.policies.refusals import PurchaseInFuture

NO = AboveAuthority(limit=Money.of("1.00"))


@pytest.mark.parametrize("refusal", [NO, NotFound(kind="Claim"), StaleVersion(current_version=2)])
def test_what_the_insurer_says_is_an_answer(refusal: Refusal) -> None:
    assert is_answer([refusal])
    assert is_answer([NO, refusal])


@pytest.mark.parametrize(
    "refusal",
    [
        Invalid("required"), PurchaseInFuture(today=clock.today()),
        TooManyAttempts(retry_at=clock.now()), OutcomeNotKnown(),
        IdempotencyKeyReused(first_seen_at=clock.now()), RequestUnderWay(),
    ],
)  # fmt: skip
def test_how_it_was_asked_is_none(refusal: Refusal) -> None:
    assert not is_answer([refusal])
    assert not is_answer([NO, refusal])
