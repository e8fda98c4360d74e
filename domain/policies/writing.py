"""Writes what was sold: policies, covers, postings, audit, letters and jobs; many in as many statements as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.audit.entries import Entry, record_all
from domain.customers.contacts import recipients_of
from domain.jobs.queue import Queued, enqueue_all
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import next_numbers
from domain.kernel.ids import new_id
from domain.kernel.rows import add_all
from domain.notifications.outbox import Letter, notify_all
from domain.partners.announcing import announce_all
from domain.partners.terms import WebhookEvent
from domain.policies import rules
from domain.policies.jobs import MakePolicyDocuments
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.models import Policy, PolicyCover
from domain.policies.notices import news_of, scope_of, subject_of
from domain.policies.postings import post_all_written
from domain.policies.selling import Sale, serial_of
from domain.policies.terms import PolicyState


async def issue_all(sales: Sequence[Sale], *, invoiced: bool, actor: Actor) -> list[Policy]:
    """Issues the policies of sales whose devices were found free of other covers, in the current transaction.

    `invoiced` says that the premiums were invoiced to the customers before, and are not owed by the seller.
    """
    numbers = await next_numbers("policy_number_seq", len(sales))
    policies = [_policy(sale, number) for sale, number in zip(sales, numbers, strict=True)]
    sold = list(zip(sales, policies, strict=True))
    await add_all(policies)
    await add_all([cover for sale, policy in sold for cover in _covers(policy, sale)])
    await post_all_written(policies, invoiced=invoiced, actor=actor)
    await record_all([_entry(policy) for policy in policies], actor)
    await _tell(sold, actor)
    await announce_all(WebhookEvent.POLICY_ISSUED, [news_of(each) for each in policies], actor=actor)
    work = [Queued(MakePolicyDocuments(policy_id=each.id), subject_of(each), scope_of(each)) for each in policies]
    await enqueue_all(work, actor=actor)
    return policies


def _entry(policy: Policy) -> Entry:
    after: dict[str, object] = {
        "state": policy.state,
        "policy_number": policy.policy_number,
        "product_version_id": policy.product_version_id,
        "premium_minor": policy.premium_minor,
    }
    return Entry("policy:register", subject_of(policy), after=after)


async def _tell(sold: Sequence[tuple[Sale, Policy]], actor: Actor) -> None:
    """Writes to each customer that the policy was issued."""
    recipients = await recipients_of(policy.customer_id for _, policy in sold)
    letters = [
        Letter(
            template="POLICY_ISSUED",
            recipient=recipients[policy.customer_id],
            parameters={
                "policy_number": policy.policy_number,
                "premium": str(sale.terms.premium),
                "starts_on": policy.starts_on.isoformat(),
                "last_day": (policy.ends_on - timedelta(days=1)).isoformat(),
            },
            subject=subject_of(policy),
            scope=scope_of(policy),
        )
        for sale, policy in sold
    ]
    await notify_all(letters, actor=actor)


def _policy(sale: Sale, number: int) -> Policy:
    version, device, terms = sale.version, sale.device, sale.terms
    now, dates = clock.now(), terms.dates
    today = clock.day_of(now)
    return Policy(
        external_ref=sale.external_ref,
        policy_number=f"PL{today:%Y}{number:07d}",
        product_version_id=version.id,
        customer_id=sale.customer_id,
        partner_id=sale.partner_id,
        state=PolicyState.IN_FORCE if dates.starts_on <= today else POLICY_LIFECYCLE.initial,
        category=device.category,
        brand=device.brand.strip(),
        model=device.model.strip(),
        serial_number=serial_of(device),
        condition=device.condition,
        purchased_on=device.purchased_on,
        invoice_number=device.invoice_number.strip() if device.invoice_number else None,
        warranty_until=device.warranty_until,
        waiting_until=dates.waiting_until,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        cooling_off_until=rules.cooling_off_until(today, version.cooling_off_days),
        currency=version.currency,
        price_minor=device.price.minor,
        sum_insured_minor=terms.sum_insured.minor,
        deductible_minor=version.deductible_minor,
        premium_minor=terms.premium.minor,
        premium_net_minor=terms.net.minor,
        premium_tax_minor=terms.tax.minor,
        commission_minor=terms.commission.minor,
        issued_at=now,
    )


def _covers(policy: Policy, sale: Sale) -> list[PolicyCover]:
    return [
        PolicyCover(
            id=new_id(),
            policy_id=policy.id,
            customer_id=policy.customer_id,
            partner_id=policy.partner_id,
            peril=each.peril,
            serial_number=policy.serial_number,
            live=True,
            currency=policy.currency,
            limit_minor=each.limit_minor,
            deductible_minor=each.deductible_minor,
            max_claims_a_year=each.max_claims_a_year,
        )
        for each in sale.perils
    ]
