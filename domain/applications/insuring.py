"""From acceptance to a policy: the invoice is issued, and when its first part is paid, the policy."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.applications import limits, rules
from domain.applications.deciding import priced_again
from domain.applications.drafting import device_of
from domain.applications.locks import move, subject_of
from domain.applications.models import Application
from domain.applications.notices import scope_of, tell_applicant
from domain.applications.terms import ApplicationAction, ApplicationState
from domain.billing.invoicing import hand_over, issue_invoice
from domain.billing.reviving import reopen
from domain.billing.rules import commission, split_tax
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money, spread
from domain.kernel.rows import lock_row
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.covers import refuse_covered, release_holds
from domain.policies.issuing import issue_within, perils_of
from domain.policies.selling import Sale, Terms
from domain.products.models import ProductVersion


async def bill(application_id: UUID, *, actor: Actor, run: Run | None = None) -> Application | None:
    """Issues the invoice of an accepted application, once; None when there is nothing to do any more."""
    async with transaction(run, finishing=True) as tx:
        application = await lock_row(Application, application_id)
        if application is None or application.state is not ApplicationState.ACCEPTED:
            return None
        found = move(application, ApplicationAction.BILL, actor)
        version = await ProductVersion.get(id=application.product_version_id)
        premium = agreed_premium(application)
        invoice = await issue_invoice(
            subject_of(application),
            scope_of(application),
            gross=premium,
            tax_rate=version.premium_tax_rate,
            commission_rate=application.commission_rate or Decimal(0),
            count=min(application.instalments, premium.minor),
            actor=actor,
        )
        last_day = await limits.last_day(clock.today())
        application.expires_on = last_day
        await found.write("expires_on", actor=actor, invoice_number=invoice.invoice_number)
        await tell_applicant(
            application, "APPLICATION_ACCEPTED", actor, premium=str(premium), invoice_number=invoice.invoice_number,
            first=str(spread(premium, invoice.instalment_count)[0]), count=str(invoice.instalment_count),
            last_day=last_day.isoformat(),
        )  # fmt: skip
        tx.made = subject_of(application)
    return application


async def issue(
    application_id: UUID, invoice_id: UUID, *, actor: Actor, run: Run | None = None
) -> Application | None:
    """Issues the policy of an application whose first instalment was paid, once; the invoice is the policy's then.

    None when there is nothing to do any more. Source: Insurance Law Art. 13.
    """
    async with transaction(run, finishing=True) as tx:
        application = await lock_row(Application, application_id)
        if application is None or application.state is not ApplicationState.PAYMENT_PENDING:
            return None
        found = move(application, ApplicationAction.ISSUE, actor)
        sale = await _sale(application)
        perils = [each.peril for each in sale.perils]
        await refuse_covered(application.serial_number, perils, holder=subject_of(application))
        await release_holds(subject_of(application))
        policy = await issue_within(sale, invoiced=True, actor=actor)
        insured = Subject(SubjectKind.POLICY, policy.id)
        await hand_over(invoice_id, subject=insured, actor=actor)
        await reopen(insured, actor=actor)
        application.policy_id, application.closed_at, application.expires_on = policy.id, clock.now(), None
        await found.write(
            "policy_id", "closed_at", "expires_on", actor=actor, policy_number=policy.policy_number
        )
        tx.made = subject_of(application)
    return application


def agreed_premium(application: Application) -> Money:
    """What was agreed upon, with tax inside."""
    return Money(application.premium_minor or 0, application.currency)


async def _sale(application: Application) -> Sale:
    """The sale as it was agreed upon: the premium stands, the days are those of a contract of today."""
    version = await ProductVersion.get(id=application.product_version_id)
    priced, premium = await priced_again(application, rules.ONE), agreed_premium(application)
    net, tax = split_tax(premium, version.premium_tax_rate)
    earned = commission(net, application.commission_rate or Decimal(0))
    terms = Terms(priced.dates, priced.sum_insured, premium, net, tax, earned)
    perils, device = await perils_of(version), device_of(application)
    return Sale(version, perils, application.partner_id, application.customer_id, device, terms)
