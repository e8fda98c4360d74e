"""The table of steps of bordereaux."""

from __future__ import annotations

import pytest

from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE, HANDED_OVER
from domain.bordereaux.terms import BordereauAction as A
from domain.bordereaux.terms import BordereauState as S
from domain.kernel.actor import Role

EXPECTED: dict[S, set[A]] = {
    S.OPEN: {A.GENERATE},
    S.GENERATED: {A.VALIDATE, A.REOPEN},
    S.VALIDATED: {A.SUBMIT},
    S.SUBMITTED: {A.ACKNOWLEDGE, A.REJECT},
    S.ACKNOWLEDGED: set(),
    S.REJECTED: set(),
}
TAKERS = {
    A.GENERATE: Role.SYSTEM, A.VALIDATE: Role.SYSTEM, A.REOPEN: Role.FINANCE, A.SUBMIT: Role.FINANCE,
    A.ACKNOWLEDGE: Role.PARTNER, A.REJECT: Role.PARTNER,
}  # fmt: skip


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", list(A))
def test_every_action_is_decided_in_every_state(state: S, action: A) -> None:
    assert (BORDEREAU_LIFECYCLE.find(state, action) is not None) is (action in EXPECTED[state])


def test_every_state_is_reached() -> None:
    assert {line.target for line in BORDEREAU_LIFECYCLE.steps} == set(S)


def test_jobs_write_and_compare_finance_hands_over_and_the_partner_answers() -> None:
    assert {line.action: set(line.roles) for line in BORDEREAU_LIFECYCLE.steps} == {
        action: {role} for action, role in TAKERS.items()
    }


def test_whatever_was_handed_over_is_read_by_the_partner_and_nothing_before() -> None:
    (submit,) = [line for line in BORDEREAU_LIFECYCLE.steps if line.action is A.SUBMIT]
    after = {line.target for line in BORDEREAU_LIFECYCLE.steps if submit.target in line.sources}
    assert set(HANDED_OVER) == {submit.target, *after}
