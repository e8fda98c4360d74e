"""How policies speaks to the customer: one template with the policy's number, in the transaction that causes it."""

from __future__ import annotations

from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.policies.models import Policy


def subject_of(policy: Policy) -> Subject:
    """The policy as other rooms name it."""
    return Subject(SubjectKind.POLICY, policy.id)


def scope_of(policy: Policy) -> Scope:
    """Whom the policy concerns."""
    return Scope(customer_id=policy.customer_id, partner_id=policy.partner_id)


async def tell_customer(policy: Policy, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the customer about the policy, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(policy.customer_id),
        parameters={"policy_number": policy.policy_number, **parameters},
        subject=subject_of(policy),
        scope=scope_of(policy),
        actor=actor,
    )
