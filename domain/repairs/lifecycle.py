"""The steps of a repair order: who may take it from which state to which."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.repairs.terms import RepairAction, RepairState

A, S = RepairAction, RepairState
STAFF = (Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER)
"""Who has devices repaired, and decides what is paid for."""
REPAIRER = Role.REPAIRER
UNDECIDED = (
    S.CREATED, S.DISPATCHED, S.ACCEPTED, S.REFUSED, S.DEVICE_RECEIVED, S.DIAGNOSED, S.ESTIMATE_SUBMITTED,
    S.ESTIMATE_REJECTED, S.BEYOND_REPAIR,
)  # fmt: skip
"""States in which nothing was promised yet."""
OVER = (S.INVOICED, S.SETTLED, S.PAYMENT_REFUSED, S.CASH_CHOSEN, S.CANCELLED)
"""States in which nothing is left to do for the device; another order for the claim may be made."""
PAID_OFF = (S.SETTLED, S.PAYMENT_REFUSED, S.CASH_CHOSEN, S.CANCELLED)
"""States in which nobody waits for money, either."""

REPAIR_LIFECYCLE: Lifecycle[RepairState, RepairAction] = Lifecycle(
    name="repair_order",
    initial=S.CREATED,
    steps=(
        step(A.DISPATCH, (S.CREATED, S.REFUSED), S.DISPATCHED, *STAFF),
        step(A.ACCEPT, S.DISPATCHED, S.ACCEPTED, REPAIRER),
        step(A.REFUSE, S.DISPATCHED, S.REFUSED, REPAIRER),
        step(A.RECEIVE_DEVICE, S.ACCEPTED, S.DEVICE_RECEIVED, REPAIRER),
        step(A.DIAGNOSE, S.DEVICE_RECEIVED, S.DIAGNOSED, REPAIRER),
        step(A.SUBMIT_ESTIMATE, (S.DIAGNOSED, S.ESTIMATE_REJECTED), S.ESTIMATE_SUBMITTED, REPAIRER),
        step(A.APPROVE_ESTIMATE, S.ESTIMATE_SUBMITTED, S.ESTIMATE_APPROVED, *STAFF),
        step(A.REJECT_ESTIMATE, S.ESTIMATE_SUBMITTED, S.ESTIMATE_REJECTED, *STAFF),
        step(A.DECLARE_BEYOND_REPAIR, S.ACCEPTED, S.BEYOND_REPAIR, *STAFF),  # of a device that was stolen
        step(A.DECLARE_BEYOND_REPAIR, S.DIAGNOSED, S.BEYOND_REPAIR, REPAIRER),
        step(A.DECLARE_BEYOND_REPAIR, S.ESTIMATE_SUBMITTED, S.BEYOND_REPAIR, *STAFF),
        step(A.CHOOSE_REPLACEMENT, S.BEYOND_REPAIR, S.REPLACEMENT_CHOSEN, *STAFF),
        step(A.CHOOSE_CASH, S.BEYOND_REPAIR, S.CASH_CHOSEN, *STAFF),
        step(A.RECORD_REPLACEMENT, S.REPLACEMENT_CHOSEN, S.COMPLETED, *STAFF),
        step(A.START_REPAIR, S.ESTIMATE_APPROVED, S.IN_REPAIR, REPAIRER),
        step(A.COMPLETE, S.IN_REPAIR, S.COMPLETED, REPAIRER),
        step(A.RETURN_DEVICE, S.COMPLETED, S.RETURNED, REPAIRER),
        step(A.INVOICE, S.RETURNED, S.INVOICED, REPAIRER),
        step(A.SETTLE, S.INVOICED, S.SETTLED, Role.SYSTEM),
        step(A.REFUSE_PAYMENT, S.INVOICED, S.PAYMENT_REFUSED, Role.CLAIMS_MANAGER),
        step(A.CANCEL, UNDECIDED, S.CANCELLED, *STAFF),
    ),
)
