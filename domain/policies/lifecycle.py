"""The steps of a policy: time moves it on, the customer or service staff take it back."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.policies.terms import PolicyAction, PolicyState

A, S = PolicyAction, PolicyState

POLICY_LIFECYCLE: Lifecycle[PolicyState, PolicyAction] = Lifecycle(
    name="policy",
    initial=S.PENDING,
    steps=(
        step(A.BEGIN, S.PENDING, S.IN_FORCE, Role.SYSTEM),
        step(A.EXPIRE, S.IN_FORCE, S.EXPIRED, Role.SYSTEM),
        step(A.CANCEL, (S.PENDING, S.IN_FORCE), S.CANCELLED, Role.CUSTOMER, Role.CUSTOMER_SERVICE),
    ),
)
