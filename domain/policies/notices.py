"""How policies speaks to the customer and to the partner's system, in the transaction that causes it."""

from __future__ import annotations

from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor
from domain.kernel.ids import public_id
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.partners.announcing import News
from domain.policies.models import Policy
from domain.policies.reading import POLICY


def subject_of(policy: Policy) -> Subject:
    """The policy as other rooms name it."""
    return Subject(SubjectKind.POLICY, policy.id)


def scope_of(policy: Policy) -> Scope:
    """Whom the policy concerns."""
    return Scope(customer_id=policy.customer_id, partner_id=policy.partner_id)


def news_of(policy: Policy) -> News:
    """The policy as its partner's system is told of it."""
    return News(subject_of(policy), public_id(POLICY.prefix, policy.id), policy.policy_number, policy.partner_id)


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
