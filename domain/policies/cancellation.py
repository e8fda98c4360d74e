"""Taking a policy back (退保): before its cover begins, or within the cooling-off days while no loss was reported."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.billing.ending import end_for
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.partners.announcing import announce
from domain.partners.terms import WebhookEvent
from domain.payouts.news import Returned
from domain.payouts.requests import request_payout
from domain.policies import rules
from domain.policies.covers import release_covers
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.models import Policy
from domain.policies.notices import news_of, scope_of, subject_of, tell_customer
from domain.policies.postings import post_refund, post_taken_back
from domain.policies.reading import POLICY
from domain.policies.refusals import CoolingOffOver, LossReported
from domain.policies.terms import PolicyAction, PolicyState
from domain.products.models import ProductVersion


async def cancel(policy_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Policy:
    """Takes a policy back; its covers are free for another sale, the premium is reversed as far as it is given back,
    and what was invoiced and not paid is not owed any more.

    Within the cooling-off days all of it is given back, later, while the cover has not begun, all but the fee.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; LossReported; CoolingOffOver once the cover runs.
    Source: Insurance Law Art. 15, 54; product terms (cooling-off).
    """
    async with transaction():
        policy = await lock_visible(Policy, POLICY, policy_id, actor)
        expect_version(policy, expected_version)
        before = policy.state
        policy.state = POLICY_LIFECYCLE.step(before, PolicyAction.CANCEL, actor)
        refund = await _refund(policy, before)
        ended = await end_for(subject_of(policy), policy.currency, actor=actor)
        if ended is not None:
            refund = max(refund, ended.unpaid)  # a fee is kept of what was paid, and not asked for besides
        policy.refund_minor, policy.cancelled_at = refund.minor, clock.now()
        await save_changes(policy, "state", "refund_minor", "cancelled_at")
        await release_covers([policy.id])
        earned = Money(policy.commission_minor, policy.currency) if ended is None else ended.commission
        await post_taken_back(policy, refund, earned, actor)
        await record(
            "policy:cancel",
            subject_of(policy),
            actor,
            before={"state": before},
            after={"state": policy.state, "refund_minor": refund.minor},
            reason=reason,
        )
        back = refund if ended is None else refund - ended.unpaid
        if ended is not None and back.minor:
            await _give_back(policy, back, actor)
        await tell_customer(policy, "POLICY_CANCELLED", actor, refund=str(back))
        await announce(WebhookEvent.POLICY_CANCELLED, news_of(policy), actor=actor)
    return policy


async def _give_back(policy: Policy, owed: Money, actor: Actor) -> None:
    """Asks for the payment of what a customer paid and gets back; a partner that collected it settles it itself."""
    await post_refund(policy, owed, actor)
    await request_payout(
        source=subject_of(policy), decision_no=1, amount=owed, scope=scope_of(policy),
        barred=[actor.staff_id] if actor.staff_id else [], actor=actor,
    )  # fmt: skip


async def tell_refund_returned(returned: Returned, actor: Actor) -> None:
    """Writes to a customer that a refund came back, in the current transaction."""
    policy = await Policy.get(id=returned.matter_id)
    await tell_customer(
        policy, "POLICY_REFUND_RETURNED", actor, amount=str(returned.amount), account=returned.account
    )


async def _refund(policy: Policy, state: PolicyState) -> Money:
    if policy.loss_reported:
        raise LossReported
    premium, today = Money(policy.premium_minor, policy.currency), clock.today()
    if today <= policy.cooling_off_until:
        return premium
    if state is PolicyState.IN_FORCE or policy.starts_on <= today:
        raise CoolingOffOver(last_day=policy.cooling_off_until)
    version = await ProductVersion.get(id=policy.product_version_id)
    days = (policy.ends_on - policy.starts_on).days
    return rules.refund(premium, Money(version.refund_fee_minor, policy.currency), 0, days)
