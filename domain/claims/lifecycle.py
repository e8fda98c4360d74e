"""The steps of a claim: who may take it from which state to which."""

from __future__ import annotations

from domain.claims.terms import (
    ANSWERED,
    COMMITTED,
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
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = ClaimAction, ClaimState
CUSTOMER, PARTNER, SERVICE, SYSTEM = Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE, Role.SYSTEM
HANDLER, MANAGER, RISK = Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK
DECIDABLE = (S.APPROVED, S.PARTIALLY_APPROVED)
UNDECIDED = (S.NOTIFIED, S.REGISTERED, S.DOCS_REQUESTED, S.ASSESSING, S.DECISION_PENDING)
OVER = (S.NOT_REGISTERED, S.WITHDRAWN, S.CLOSED)
AT_WORK = (S.REGISTERED, S.DOCS_REQUESTED, S.ASSESSING, S.DECISION_PENDING, S.REOPENED)

CLAIM_LIFECYCLE: Lifecycle[ClaimState, ClaimAction] = Lifecycle(
    name="claim",
    initial=S.NOTIFIED,
    steps=(
        step(A.REGISTER, S.NOTIFIED, S.REGISTERED, HANDLER, MANAGER),
        step(A.REFUSE_REGISTRATION, S.NOTIFIED, S.NOT_REGISTERED, HANDLER, MANAGER),
        step(A.ASSIGN, S.NOTIFIED, S.NOTIFIED, MANAGER),
        *(step(A.ASSIGN, state, state, MANAGER) for state in AT_WORK),
        step(A.REQUEST_DOCUMENTS, S.REGISTERED, S.DOCS_REQUESTED, HANDLER, MANAGER),
        step(A.RECEIVE_DOCUMENTS, S.DOCS_REQUESTED, S.REGISTERED, SERVICE, HANDLER, MANAGER, SYSTEM),
        step(A.ADD_PAPER, S.NOTIFIED, S.NOTIFIED, CUSTOMER, PARTNER, SERVICE, MANAGER),
        *(step(A.ADD_PAPER, state, state, CUSTOMER, PARTNER, SERVICE, HANDLER, MANAGER) for state in AT_WORK),
        *(step(A.JUDGE_DOCUMENT, state, state, HANDLER, MANAGER) for state in AT_WORK),
        step(A.START_ASSESSMENT, (S.REGISTERED, S.DOCS_REQUESTED, S.REOPENED), S.ASSESSING, HANDLER, MANAGER),
        step(A.SET_LINES, S.ASSESSING, S.ASSESSING, HANDLER, MANAGER),
        step(A.RECORD_THIRD_PARTY, S.ASSESSING, S.ASSESSING, HANDLER, MANAGER),
        step(A.PROPOSE, S.ASSESSING, S.DECISION_PENDING, HANDLER, MANAGER),
        step(A.RETURN_TO_ASSESSMENT, S.DECISION_PENDING, S.ASSESSING, HANDLER, MANAGER),
        step(A.SECOND, S.DECISION_PENDING, S.DECISION_PENDING, MANAGER),
        step(A.APPROVE, S.DECISION_PENDING, S.APPROVED, HANDLER, MANAGER),
        step(A.APPROVE_IN_PART, S.DECISION_PENDING, S.PARTIALLY_APPROVED, HANDLER, MANAGER),
        step(A.DECLINE, S.DECISION_PENDING, S.DECLINED, HANDLER, MANAGER),
        step(A.RESCIND, (*COMMITTED, S.PAID, S.DECLINED), S.DECLINED, MANAGER),
        step(A.AGREE, DECIDABLE, S.AGREED, CUSTOMER, SERVICE),
        step(A.REQUEST_PAYOUT, S.AGREED, S.PAYMENT_PENDING, CUSTOMER, SERVICE),
        step(A.RECORD_PAID, S.PAYMENT_PENDING, S.PAID, SYSTEM),
        step(A.CLOSE, ANSWERED, S.CLOSED, HANDLER, MANAGER, SYSTEM),
        step(A.REOPEN, S.CLOSED, S.REOPENED, MANAGER),
        step(A.WITHDRAW, UNDECIDED, S.WITHDRAWN, CUSTOMER, HANDLER),
    ),
)

REFERRAL_LIFECYCLE: Lifecycle[ReferralState, ReferralAction] = Lifecycle(
    name="referral",
    initial=ReferralState.NONE,
    steps=(
        step(
            ReferralAction.REFER, (ReferralState.NONE, ReferralState.CLEARED), ReferralState.OPEN,
            HANDLER, MANAGER, RISK, SYSTEM,
        ),
        step(ReferralAction.REFER, ReferralState.CONFIRMED, ReferralState.OPEN, RISK),
        step(ReferralAction.CLEAR, ReferralState.OPEN, ReferralState.CLEARED, RISK),
        step(ReferralAction.CONFIRM, ReferralState.OPEN, ReferralState.CONFIRMED, RISK),
    ),
)

F, N = FirstNoticeAction, FirstNoticeState

FIRST_NOTICE_LIFECYCLE: Lifecycle[FirstNoticeState, FirstNoticeAction] = Lifecycle(
    name="first_notice",
    initial=N.DRAFT,
    steps=(
        step(F.FILL, N.DRAFT, N.DRAFT, CUSTOMER, PARTNER, SERVICE),
        step(F.SUBMIT, N.DRAFT, N.SUBMITTED, CUSTOMER, PARTNER, SERVICE),
        step(F.ABANDON, N.DRAFT, N.ABANDONED, CUSTOMER, PARTNER, SERVICE, SYSTEM),
    ),
)

D, P = DocumentAction, DocumentState

DOCUMENT_LIFECYCLE: Lifecycle[DocumentState, DocumentAction] = Lifecycle(
    name="claim_document",
    initial=P.REQUESTED,
    steps=(
        step(D.RECEIVE, (P.REQUESTED, P.REJECTED), P.RECEIVED, SERVICE, HANDLER, MANAGER, SYSTEM),
        step(D.ACCEPT, P.RECEIVED, P.ACCEPTED, HANDLER, MANAGER),
        step(D.REJECT, P.RECEIVED, P.REJECTED, HANDLER, MANAGER),
        step(D.WAIVE, (P.REQUESTED, P.REJECTED), P.WAIVED, HANDLER, MANAGER),
    ),
)

V, W = AdvanceAction, AdvanceState
OPEN_ADVANCES = (W.EXPECTED, W.PROPOSED)

ADVANCE_LIFECYCLE: Lifecycle[AdvanceState, AdvanceAction] = Lifecycle(
    name="advance",
    initial=W.EXPECTED,
    steps=(
        step(V.PROPOSE, W.EXPECTED, W.PROPOSED, SYSTEM),
        *(step(V.SECOND, state, state, MANAGER) for state in OPEN_ADVANCES),
        step(V.APPROVE, OPEN_ADVANCES, W.APPROVED, MANAGER),
        step(V.REFUSE, OPEN_ADVANCES, W.REFUSED, MANAGER),
        step(V.LAPSE, OPEN_ADVANCES, W.LAPSED, SYSTEM),
        step(V.RECORD_PAID, W.APPROVED, W.PAID, SYSTEM),
        step(V.TAKE_BACK, W.PAID, W.TAKEN_BACK, MANAGER),
        step(V.FORFEIT, (W.APPROVED, W.PAID), W.TAKEN_BACK, SYSTEM),
    ),
)

L, K = ClearanceAction, ClearanceState

CLEARANCE_LIFECYCLE: Lifecycle[ClearanceState, ClearanceAction] = Lifecycle(
    name="clearance",
    initial=K.REQUESTED,
    steps=(
        step(L.GIVE, K.REQUESTED, K.GIVEN, Role.COMPLIANCE),
        step(L.RETURN, (K.REQUESTED, K.GIVEN), K.RETURNED, Role.COMPLIANCE),
        step(L.VOID, (K.REQUESTED, K.GIVEN), K.VOID, SYSTEM),
    ),
)
