"""Every state and action of a claim is decided, and every state can be reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from domain.claims.blocks import action_blocks
from domain.claims.lifecycle import (
    ADVANCE_LIFECYCLE,
    CLAIM_LIFECYCLE,
    CLEARANCE_LIFECYCLE,
    DOCUMENT_LIFECYCLE,
    FIRST_NOTICE_LIFECYCLE,
    REFERRAL_LIFECYCLE,
)
from domain.claims.terms import (
    AdvanceAction,
    AdvanceState,
    ClaimAction,
    ClaimState,
    ClearanceAction,
    ClearanceState,
    DocumentAction,
    DocumentState,
    FirstNoticeAction,
    FirstNoticeState,
    ReferralAction,
    ReferralState,
)
from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.refusals import Forbidden, IllegalStep

A, S = ClaimAction, ClaimState
FACTS: dict[str, Any] = {"has_lines": False, "has_asked_for_documents": False, "is_payable": False, "language": "en"}
H, M = Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER
WORK = {A.ASSIGN: {M}, A.JUDGE_DOCUMENT: {H, M}}
ADD = {A.ADD_PAPER: {Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE, H, M}}
DECIDED = {A.AGREE: {Role.CUSTOMER, Role.CUSTOMER_SERVICE}}
WITHDRAW = {A.WITHDRAW: {Role.CUSTOMER, H}}
CLOSE = {A.CLOSE: {H, M, Role.SYSTEM}}
RESCIND = {A.RESCIND: {M}}
EXPECTED: dict[ClaimState, dict[ClaimAction, set[Role]]] = {
    S.NOTIFIED: {
        A.REGISTER: {H, M}, A.REFUSE_REGISTRATION: {H, M}, A.ASSIGN: {M}, **WITHDRAW,
        A.ADD_PAPER: ADD[A.ADD_PAPER] - {H},
    },
    S.REGISTERED: {A.REQUEST_DOCUMENTS: {H, M}, A.START_ASSESSMENT: {H, M}, **WORK, **WITHDRAW, **ADD},
    S.NOT_REGISTERED: CLOSE,
    S.DOCS_REQUESTED: {
        A.RECEIVE_DOCUMENTS: {Role.CUSTOMER_SERVICE, H, M, Role.SYSTEM}, A.START_ASSESSMENT: {H, M}, **WORK,
        **WITHDRAW, **ADD,
    },
    S.ASSESSING: {A.SET_LINES: {H, M}, A.RECORD_THIRD_PARTY: {H, M}, A.PROPOSE: {H, M}, **WORK, **WITHDRAW, **ADD},
    S.DECISION_PENDING: {
        A.RETURN_TO_ASSESSMENT: {H, M}, A.SECOND: {M}, A.APPROVE: {H, M}, A.APPROVE_IN_PART: {H, M},
        A.DECLINE: {H, M}, **WORK, **WITHDRAW, **ADD,
    },
    S.APPROVED: DECIDED | RESCIND,
    S.PARTIALLY_APPROVED: DECIDED | RESCIND,
    S.DECLINED: CLOSE | RESCIND,
    S.AGREED: {A.REQUEST_PAYOUT: {Role.CUSTOMER, Role.CUSTOMER_SERVICE}, **RESCIND},
    S.PAYMENT_PENDING: {A.RECORD_PAID: {Role.SYSTEM}, **RESCIND},
    S.PAID: CLOSE | RESCIND,
    S.CLOSED: {A.REOPEN: {M}},
    S.REOPENED: {A.START_ASSESSMENT: {H, M}, **WORK, **ADD},
    S.WITHDRAWN: {},
}  # fmt: skip


@pytest.mark.parametrize("state", ClaimState)
@pytest.mark.parametrize("action", ClaimAction)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(state: ClaimState, action: ClaimAction) -> None:
    roles = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if roles is None:
            with pytest.raises(IllegalStep):
                CLAIM_LIFECYCLE.step(state, action, actor)
        elif role in roles:
            assert CLAIM_LIFECYCLE.step(state, action, actor) in ClaimState
        else:
            with pytest.raises(Forbidden):
                CLAIM_LIFECYCLE.step(state, action, actor)


D, P = DocumentAction, DocumentState
OF_PAPERS: dict[DocumentState, dict[DocumentAction, set[Role]]] = {
    P.REQUESTED: {D.RECEIVE: {Role.CUSTOMER_SERVICE, H, M, Role.SYSTEM}, D.WAIVE: {H, M}},
    P.RECEIVED: {D.ACCEPT: {H, M}, D.REJECT: {H, M}},
    P.ACCEPTED: {},
    P.REJECTED: {D.RECEIVE: {Role.CUSTOMER_SERVICE, H, M, Role.SYSTEM}, D.WAIVE: {H, M}},
    P.WAIVED: {},
}


@pytest.mark.parametrize("state", DocumentState)
@pytest.mark.parametrize("action", DocumentAction)
def test_each_action_on_a_paper_is_open_to_exactly_its_roles(state: DocumentState, action: DocumentAction) -> None:
    step = DOCUMENT_LIFECYCLE.find(state, action)
    assert (step.roles if step else None) == (OF_PAPERS[state].get(action))


def test_every_state_of_a_paper_can_be_reached() -> None:
    targets = {step.target for step in DOCUMENT_LIFECYCLE.steps}
    assert targets | {DOCUMENT_LIFECYCLE.initial} == set(DocumentState)


F, N = FirstNoticeAction, FirstNoticeState
REPORTERS = {Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE}
OF_NOTICES: dict[FirstNoticeState, dict[FirstNoticeAction, set[Role]]] = {
    N.DRAFT: {F.FILL: REPORTERS, F.SUBMIT: REPORTERS, F.ABANDON: {*REPORTERS, Role.SYSTEM}},
    N.SUBMITTED: {},
    N.ABANDONED: {},
}


@pytest.mark.parametrize("state", FirstNoticeState)
@pytest.mark.parametrize("action", FirstNoticeAction)
def test_each_action_on_a_first_notice_is_open_to_exactly_its_roles(
    state: FirstNoticeState, action: FirstNoticeAction
) -> None:
    step = FIRST_NOTICE_LIFECYCLE.find(state, action)
    assert (step.roles if step else None) == (OF_NOTICES[state].get(action))


V, W, L, K, B, R = AdvanceAction, AdvanceState, ClearanceAction, ClearanceState, ReferralAction, ReferralState
SUSPECTERS, REVIEW, SYS = {H, M, Role.RISK, Role.SYSTEM}, {Role.COMPLIANCE}, {Role.SYSTEM}
Beside = dict[Any, dict[Any, tuple[Any, set[Role]]]]
GRANTING: dict[Any, tuple[Any, set[Role]]] = {
    V.APPROVE: (W.APPROVED, {M}), V.REFUSE: (W.REFUSED, {M}), V.LAPSE: (W.LAPSED, SYS),
}  # fmt: skip
OF_ADVANCES: Beside = {
    W.EXPECTED: {V.PROPOSE: (W.PROPOSED, SYS), V.SECOND: (W.EXPECTED, {M}), **GRANTING},
    W.PROPOSED: {V.SECOND: (W.PROPOSED, {M}), **GRANTING},
    W.APPROVED: {V.RECORD_PAID: (W.PAID, SYS), V.FORFEIT: (W.TAKEN_BACK, SYS)},
    W.PAID: {V.TAKE_BACK: (W.TAKEN_BACK, {M}), V.FORFEIT: (W.TAKEN_BACK, SYS)},
    W.REFUSED: {},
    W.LAPSED: {},
    W.TAKEN_BACK: {},
}
OF_CLEARANCES: Beside = {
    K.REQUESTED: {L.GIVE: (K.GIVEN, REVIEW), L.RETURN: (K.RETURNED, REVIEW), L.VOID: (K.VOID, SYS)},
    K.GIVEN: {L.RETURN: (K.RETURNED, REVIEW), L.VOID: (K.VOID, SYS)},
    K.RETURNED: {},
    K.VOID: {},
}
OF_REFERRALS: Beside = {
    R.NONE: {B.REFER: (R.OPEN, SUSPECTERS)},
    R.OPEN: {B.CLEAR: (R.CLEARED, {Role.RISK}), B.CONFIRM: (R.CONFIRMED, {Role.RISK})},
    R.CLEARED: {B.REFER: (R.OPEN, SUSPECTERS)},
    R.CONFIRMED: {B.REFER: (R.OPEN, {Role.RISK})},
}


@pytest.mark.parametrize(("lifecycle", "expected", "actions"), [
    (ADVANCE_LIFECYCLE, OF_ADVANCES, V), (CLEARANCE_LIFECYCLE, OF_CLEARANCES, L), (REFERRAL_LIFECYCLE, OF_REFERRALS, B),
])  # fmt: skip
def test_each_action_on_what_hangs_on_a_claim_leads_on_for_exactly_its_roles(
    lifecycle: Lifecycle[Any, Any], expected: Beside, actions: Any
) -> None:
    states: type[StrEnum] = type(lifecycle.initial)
    assert set(expected) == set(states)
    for state, steps in expected.items():
        found = {action: lifecycle.find(state, action) for action in actions}
        assert {action: (step.target, set(step.roles)) for action, step in found.items() if step} == steps


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {CLAIM_LIFECYCLE.initial}, set[ClaimState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in CLAIM_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(ClaimState)


def test_nothing_may_be_proposed_before_a_line_was_assessed() -> None:
    blocks = action_blocks(S.ASSESSING, **FACTS)
    assert [(block["action"], block["code"]) for block in blocks] == [(A.PROPOSE, "LINES_MISSING")]
    assert (
        action_blocks(S.ASSESSING, has_lines=True, has_asked_for_documents=False, is_payable=False, language="en") == []
    )


def test_where_the_contract_pays_nothing_only_declining_is_left() -> None:
    blocks = action_blocks(
        S.DECISION_PENDING, has_lines=True, has_asked_for_documents=False, is_payable=False, language="zh-CN"
    )
    assert {block["action"] for block in blocks} == {A.SECOND, A.APPROVE, A.APPROVE_IN_PART}
    assert blocks[0]["message"].startswith("按合同")


def test_a_second_list_of_documents_is_marked_as_needing_a_manager() -> None:
    (block,) = action_blocks(
        S.REGISTERED, has_lines=False, has_asked_for_documents=True, is_payable=False, language="en"
    )
    assert (block["action"], block["code"]) == (A.REQUEST_DOCUMENTS, "SECOND_NOTICE")


@pytest.mark.parametrize("state", ClaimState)
def test_blocks_name_only_actions_that_the_state_has(state: ClaimState) -> None:
    for block in action_blocks(state, **FACTS | {"has_asked_for_documents": True}):
        assert CLAIM_LIFECYCLE.find(state, ClaimAction(block["action"]))
