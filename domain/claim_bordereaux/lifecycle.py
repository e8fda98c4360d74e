"""The steps of a claims bordereau: a job writes and checks it, finance hands it over, the partner answers."""

from __future__ import annotations

from domain.bordereaux.terms import BordereauAction, BordereauState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = BordereauAction, BordereauState

CLAIM_BORDEREAU_LIFECYCLE: Lifecycle[BordereauState, BordereauAction] = Lifecycle(
    name="claim_bordereau",
    initial=S.OPEN,
    steps=(
        step(A.GENERATE, S.OPEN, S.GENERATED, Role.SYSTEM),
        step(A.VALIDATE, S.GENERATED, S.VALIDATED, Role.SYSTEM),
        step(A.REOPEN, S.GENERATED, S.OPEN, Role.FINANCE),
        step(A.SUBMIT, S.VALIDATED, S.SUBMITTED, Role.FINANCE),
        step(A.ACKNOWLEDGE, S.SUBMITTED, S.ACKNOWLEDGED, Role.PARTNER),
        step(A.REJECT, S.SUBMITTED, S.REJECTED, Role.PARTNER),
    ),
)
