"""The steps of an application, and of what underwriting found."""

from __future__ import annotations

from domain.applications.terms import ApplicationAction, ApplicationState, FlagAction, FlagState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = ApplicationAction, ApplicationState
APPLICANTS = (Role.CUSTOMER, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE)
"""Who applies: customers for themselves, partners and staff for a customer."""
UNDERWRITER, SYSTEM = Role.UNDERWRITER, Role.SYSTEM
WAITING_FOR_APPLICANT = (S.DRAFT, S.PRICED, S.INFO_REQUESTED, S.COUNTER_OFFERED, S.PAYMENT_PENDING)
"""States whose time runs out: the next step is the applicant's, never ours."""
WAITING_FOR_US = (S.SUBMITTED, S.ACCEPTED, S.PAYMENT_PENDING)
"""States that a job of ours ends: once who applies is known, at once, and when the first premium was paid."""
GONE_STATES = (S.DECLINED, S.WITHDRAWN, S.EXPIRED)
"""States of an application that leads to no policy."""
OPEN = (*WAITING_FOR_APPLICANT, S.SUBMITTED, S.UNDERWRITING, S.ACCEPTED)

APPLICATION_LIFECYCLE: Lifecycle[ApplicationState, ApplicationAction] = Lifecycle(
    name="application",
    initial=S.DRAFT,
    steps=(
        step(A.REVISE, (S.DRAFT, S.PRICED), S.DRAFT, *APPLICANTS),
        step(A.PRICE, S.DRAFT, S.PRICED, *APPLICANTS),
        step(A.DISCLOSE, S.PRICED, S.PRICED, *APPLICANTS),
        step(A.SUBMIT, S.PRICED, S.SUBMITTED, *APPLICANTS),
        step(A.BEGIN, S.SUBMITTED, S.UNDERWRITING, SYSTEM),
        step(A.REQUEST_INFO, S.UNDERWRITING, S.INFO_REQUESTED, UNDERWRITER),
        step(A.SUPPLY_INFO, S.INFO_REQUESTED, S.UNDERWRITING, *APPLICANTS),
        step(A.JUDGE_FLAG, S.UNDERWRITING, S.UNDERWRITING, UNDERWRITER),
        step(A.ACCEPT, S.UNDERWRITING, S.ACCEPTED, UNDERWRITER, SYSTEM),
        step(A.COUNTER_OFFER, S.UNDERWRITING, S.COUNTER_OFFERED, UNDERWRITER, SYSTEM),
        step(A.DECLINE, (S.UNDERWRITING, S.INFO_REQUESTED), S.DECLINED, UNDERWRITER),
        step(A.AGREE, S.COUNTER_OFFERED, S.ACCEPTED, *APPLICANTS),
        step(A.BILL, S.ACCEPTED, S.PAYMENT_PENDING, SYSTEM),
        step(A.ISSUE, S.PAYMENT_PENDING, S.ISSUED, SYSTEM),
        step(A.WITHDRAW, OPEN, S.WITHDRAWN, *APPLICANTS),
        step(A.EXPIRE, WAITING_FOR_APPLICANT, S.EXPIRED, SYSTEM),
    ),
)

FLAG_LIFECYCLE: Lifecycle[FlagState, FlagAction] = Lifecycle(
    name="underwriting_flag",
    initial=FlagState.OPEN,
    steps=(
        step(FlagAction.APPROVE, FlagState.OPEN, FlagState.APPROVED, UNDERWRITER),
        step(FlagAction.CLEAR, FlagState.OPEN, FlagState.CLEARED, UNDERWRITER),
        step(FlagAction.REJECT, FlagState.OPEN, FlagState.REJECTED, UNDERWRITER),
    ),
)
