"""The steps of recoveries: who handles claims writes down, finance confirms the money."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.recoveries.terms import (
    ReceiptAction,
    ReceiptState,
    SalvageAction,
    SalvageState,
    SubrogationAction,
    SubrogationState,
)

STAFF = (Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER)
"""Who pursues what comes back of a claim."""
A, S = SalvageAction, SalvageState

SALVAGE_LIFECYCLE: Lifecycle[SalvageState, SalvageAction] = Lifecycle(
    name="salvage",
    initial=S.EXPECTED,
    steps=(
        step(A.RECEIVE, S.EXPECTED, S.RECEIVED, *STAFF),
        step(A.SELL, S.RECEIVED, S.SOLD, *STAFF),
        step(A.SCRAP, (S.EXPECTED, S.RECEIVED), S.SCRAPPED, *STAFF),
        step(A.LEAVE_TO_CUSTOMER, (S.EXPECTED, S.RECEIVED), S.LEFT_TO_CUSTOMER, *STAFF),
        step(A.UNDO_SALE, S.SOLD, S.RECEIVED, Role.FINANCE),
    ),
)

B, D = SubrogationAction, SubrogationState
DEMANDED = (D.DEMANDED, D.RECOVERED)

SUBROGATION_LIFECYCLE: Lifecycle[SubrogationState, SubrogationAction] = Lifecycle(
    name="subrogation",
    initial=D.OPEN,
    steps=(
        step(B.DEMAND, D.OPEN, D.DEMANDED, *STAFF),
        *(step(B.RECORD_RECEIPT, state, state, *STAFF) for state in DEMANDED),
        step(B.CONFIRM_RECEIPT, DEMANDED, D.RECOVERED, Role.FINANCE),
        step(B.CLOSE, DEMANDED, D.CLOSED, *STAFF),
        step(B.WAIVE, (D.OPEN, D.DEMANDED), D.WAIVED, Role.CLAIMS_MANAGER),
    ),
)

RECEIPT_LIFECYCLE: Lifecycle[ReceiptState, ReceiptAction] = Lifecycle(
    name="recovery_receipt",
    initial=ReceiptState.RECORDED,
    steps=(
        step(ReceiptAction.CONFIRM, ReceiptState.RECORDED, ReceiptState.CONFIRMED, Role.FINANCE),
        step(ReceiptAction.REFUSE, ReceiptState.RECORDED, ReceiptState.REFUSED, Role.FINANCE),
    ),
)
