"""The tables of steps of applications and flags."""

from __future__ import annotations

import pytest

from domain.applications.lifecycle import APPLICATION_LIFECYCLE, FLAG_LIFECYCLE, OPEN, WAITING_FOR_APPLICANT
from domain.applications.terms import ApplicationAction as A
from domain.applications.terms import ApplicationState as S
from domain.applications.terms import FlagAction, FlagState
from domain.kernel.actor import Role

EXPECTED = {
    S.DRAFT: {A.REVISE, A.PRICE, A.WITHDRAW, A.EXPIRE},
    S.PRICED: {A.REVISE, A.DISCLOSE, A.SUBMIT, A.WITHDRAW, A.EXPIRE},
    S.SUBMITTED: {A.BEGIN, A.WITHDRAW},
    S.UNDERWRITING: {A.REQUEST_INFO, A.JUDGE_FLAG, A.ACCEPT, A.COUNTER_OFFER, A.DECLINE, A.WITHDRAW},
    S.INFO_REQUESTED: {A.SUPPLY_INFO, A.DECLINE, A.WITHDRAW, A.EXPIRE},
    S.COUNTER_OFFERED: {A.AGREE, A.WITHDRAW, A.EXPIRE},
    S.ACCEPTED: {A.BILL, A.WITHDRAW},
    S.PAYMENT_PENDING: {A.ISSUE, A.WITHDRAW, A.EXPIRE},
    S.ISSUED: set(),
    S.DECLINED: set(),
    S.WITHDRAWN: set(),
    S.EXPIRED: set(),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", list(A))
def test_every_action_is_decided_in_every_state(state: S, action: A) -> None:
    assert (APPLICATION_LIFECYCLE.find(state, action) is not None) is (action in EXPECTED[state])


def test_every_state_is_reached() -> None:
    assert {line.target for line in APPLICATION_LIFECYCLE.steps} == set(S)
    assert {line.target for line in FLAG_LIFECYCLE.steps} | {FlagState.OPEN} == set(FlagState)


def test_only_people_decline() -> None:
    (line,) = [line for line in APPLICATION_LIFECYCLE.steps if line.action is A.DECLINE]
    assert line.roles == {Role.UNDERWRITER}


def test_time_ends_only_what_waits_for_the_applicant() -> None:
    (line,) = [line for line in APPLICATION_LIFECYCLE.steps if line.action is A.EXPIRE]
    assert line.sources == set(WAITING_FOR_APPLICANT) < set(OPEN)


def test_a_rejected_flag_is_final() -> None:
    assert not [line for line in FLAG_LIFECYCLE.steps if FlagState.REJECTED in line.sources]
    assert {line.action for line in FLAG_LIFECYCLE.steps} == set(FlagAction)
