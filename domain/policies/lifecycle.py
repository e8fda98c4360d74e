"""The steps of a policy: time moves it on, underwriters reinstate it, customer or service take it back."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.policies.terms import PolicyAction, PolicyState, RegistrationAction, RegistrationState

A, S = PolicyAction, PolicyState

POLICY_LIFECYCLE: Lifecycle[PolicyState, PolicyAction] = Lifecycle(
    name="policy",
    initial=S.PENDING,
    steps=(
        step(A.BEGIN, S.PENDING, S.IN_FORCE, Role.SYSTEM),
        step(A.EXPIRE, (S.IN_FORCE, S.LAPSED), S.EXPIRED, Role.SYSTEM),
        step(A.LAPSE, S.IN_FORCE, S.LAPSED, Role.SYSTEM),
        step(A.REINSTATE, S.LAPSED, S.IN_FORCE, Role.UNDERWRITER),
        step(A.CANCEL, (S.PENDING, S.IN_FORCE), S.CANCELLED, Role.CUSTOMER, Role.CUSTOMER_SERVICE),
    ),
)

R, W = RegistrationAction, RegistrationState

REGISTRATION_LIFECYCLE: Lifecycle[RegistrationState, RegistrationAction] = Lifecycle(
    name="registration",
    initial=W.RECEIVED,
    steps=(
        step(R.REGISTER, W.RECEIVED, W.REGISTERING, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE),
        step(R.FINISH, W.REGISTERING, W.FINISHED, Role.SYSTEM),
    ),
)
