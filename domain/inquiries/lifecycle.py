"""The steps of an inquiry: who may take it from which state to which."""

from __future__ import annotations

from domain.inquiries.terms import InquiryAction, InquiryState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = InquiryAction, InquiryState
SERVICE, SYSTEM = Role.CUSTOMER_SERVICE, Role.SYSTEM
SPECIALISTS = (Role.SALES, Role.CLAIMS_HANDLER, Role.UNDERWRITER)
ASKERS = (Role.CUSTOMER, Role.PARTNER, SERVICE)
IN_HAND = (S.IN_PROGRESS, S.ESCALATED)
WAITING = (S.NEW, *IN_HAND)
OPEN = (*WAITING, S.ANSWERED)

INQUIRY_LIFECYCLE: Lifecycle[InquiryState, InquiryAction] = Lifecycle(
    name="inquiry",
    initial=S.NEW,
    steps=(
        step(A.TAKE_UP, WAITING, S.IN_PROGRESS, SERVICE, Role.SALES),
        *(step(A.IDENTIFY, state, state, SERVICE) for state in OPEN),
        step(A.ESCALATE, IN_HAND, S.ESCALATED, SERVICE),
        step(A.ANSWER, IN_HAND, S.ANSWERED, SERVICE, *SPECIALISTS),
        *(step(A.NOTE, state, state, SERVICE, *SPECIALISTS) for state in OPEN),
        *(step(A.HASTEN, state, state, SERVICE) for state in WAITING),
        *(step(A.FOLLOW_UP, state, state, *ASKERS, SYSTEM) for state in WAITING),
        step(A.FOLLOW_UP, S.ANSWERED, S.IN_PROGRESS, *ASKERS, SYSTEM),
        step(A.CLOSE, S.ANSWERED, S.CLOSED, *ASKERS, SYSTEM),
        step(A.REOPEN, S.CLOSED, S.IN_PROGRESS, *ASKERS, SYSTEM),
        step(A.CONVERT, OPEN, S.CONVERTED, SERVICE),
    ),
)
