"""The steps of a complaint: who may take it from which state to which."""

from __future__ import annotations

from domain.complaints.terms import ComplaintAction, ComplaintState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = ComplaintAction, ComplaintState
CUSTOMER, SERVICE, COMPLIANCE, SYSTEM = Role.CUSTOMER, Role.CUSTOMER_SERVICE, Role.COMPLIANCE, Role.SYSTEM
ANSWERERS = (Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER)
UNANSWERED = (S.RECEIVED, S.ACCEPTED, S.INVESTIGATING, S.RESPONSE_PENDING_APPROVAL)
RUNNING = (S.ACCEPTED, S.INVESTIGATING, S.RESPONSE_PENDING_APPROVAL)

COMPLAINT_LIFECYCLE: Lifecycle[ComplaintState, ComplaintAction] = Lifecycle(
    name="complaint",
    initial=S.RECEIVED,
    steps=(
        step(A.ACCEPT, S.RECEIVED, S.ACCEPTED, SERVICE),
        step(A.REFUSE, S.RECEIVED, S.NOT_ACCEPTED, SERVICE),
        step(A.ASSIGN, (S.ACCEPTED, S.INVESTIGATING), S.INVESTIGATING, SERVICE, COMPLIANCE),
        step(A.DRAFT_REPLY, S.INVESTIGATING, S.RESPONSE_PENDING_APPROVAL, *ANSWERERS),
        step(A.RETURN_REPLY, S.RESPONSE_PENDING_APPROVAL, S.INVESTIGATING, COMPLIANCE),
        step(A.APPROVE_REPLY, S.RESPONSE_PENDING_APPROVAL, S.REPLIED, COMPLIANCE),
        *(step(A.EXTEND, state, state, COMPLIANCE) for state in RUNNING),
        step(A.REQUEST_REVIEW, S.REPLIED, S.REVIEW_REQUESTED, CUSTOMER, SERVICE),
        step(A.COMPLETE_REVIEW, S.REVIEW_REQUESTED, S.REVIEWED, COMPLIANCE),
        step(A.CLOSE, (S.REPLIED, S.REVIEWED, S.NOT_ACCEPTED), S.CLOSED, SERVICE, COMPLIANCE, SYSTEM),
        step(A.WITHDRAW, UNANSWERED, S.WITHDRAWN, CUSTOMER, SERVICE),
    ),
)
