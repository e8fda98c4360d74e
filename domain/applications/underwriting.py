"""Underwriting (核保): what is known of an application is weighed, and decided where nothing speaks against it.

Nobody is declined here: what speaks against an application makes it a matter for a person. Source: PIPL Art. 24.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.applications import limits, rules
from domain.applications.deciding import accept_within, insured_sum, offer_within
from domain.applications.lifecycle import FLAG_LIFECYCLE
from domain.applications.locks import move, subject_of
from domain.applications.models import Application, UnderwritingFlag
from domain.applications.notices import tell_applicant, tell_underwriters, waiting
from domain.applications.rules import Facts, Finding
from domain.applications.terms import ApplicationAction, ApplicationState
from domain.billing.invoices import lapses_of
from domain.customers.consents import missing_consents
from domain.customers.duplicates import duplicates_of
from domain.customers.models import Customer
from domain.customers.terms import ConsentPurpose, IdentityState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.rows import lock_row
from domain.policies.covers import covered_perils, wait_for_device
from domain.policies.issuing import perils_of
from domain.products.models import ProductVersion
from domain.quotes.suitability import COMMERCIAL
from domain.risk.assessing import ClaimsReported, assess_credit
from domain.risk.models import CreditAssessment
from domain.risk.rules import whole_months, years_back
from domain.risk.terms import CreditAction, CreditFacts, DeclaredUse, IdentityStatus
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage

KNOWN = f"""
SELECT
  EXISTS (SELECT FROM policy p WHERE p.serial_number = a.serial_number AND p.customer_id <> a.customer_id)
    AS of_another,
  EXISTS (SELECT FROM product_exclusion e WHERE e.product_version_id = a.product_version_id AND e.code = '{COMMERCIAL}')
    AS excludes_commercial,
  EXISTS (SELECT FROM recommendation r WHERE r.id = a.recommendation_id AND r.override_reason IS NOT NULL) AS against,
  EXISTS (SELECT FROM application b WHERE b.customer_id = a.customer_id AND b.state = 'DECLINED'
          AND b.decided_at > $2::timestamptz - interval '1 year') AS declined_before
FROM application a WHERE a.id = $1::uuid
"""
"""What our own books say of an application, in one statement."""


async def underwrite(
    application_id: UUID, *, claims_reported: ClaimsReported, actor: Actor, run: Run | None = None
) -> Application | None:
    """Underwrites an application once: accepts it, offers other terms, or refers it to a person.

    `claims_reported` is what the room above knows. None when there is nothing to do any more.
    Source: Measures 二(三)1, 三(三) (credit).
    """
    async with transaction(run, finishing=True) as tx:
        application = await lock_row(Application, application_id)
        if application is None or application.state is not ApplicationState.SUBMITTED:
            return None
        tx.made = subject_of(application)
        await wait_for_device(application.serial_number)
        begun = move(application, ApplicationAction.BEGIN, actor)
        customer = await Customer.get(id=application.customer_id)
        claims = await claims_reported(customer.id, years_back(clock.today()))
        assessed = await _assess(application, customer, claims, actor)
        found = rules.findings(
            await _facts(application, customer, claims, assessed),
            await limits.standard(application.currency, clock.today()),
        )
        await _raise(application, found)
        application.credit_factor = assessed.premium_factor if assessed else None
        application.referred = rules.is_referred(found)
        flags, grade = [each.code for each in found], assessed.grade if assessed else None
        await begun.write("credit_factor", "referred", actor=actor, flags=flags, grade=grade)
        if application.referred or assessed is None or assessed.premium_factor is None:
            await _refer(application, actor)
        else:
            await _decide(application, assessed.premium_factor, assessed.credit_action, actor)
    return application


async def _assess(
    application: Application, customer: Customer, claims: int, actor: Actor
) -> CreditAssessment | None:
    """The applicant's credit; None when the consent to that was taken back. Source: PIPL Art. 15."""
    if await missing_consents(customer.id, [ConsentPurpose.CREDIT_ASSESSMENT]):
        return None
    today = clock.today()
    is_known = customer.identity_state is IdentityState.VERIFIED
    facts = CreditFacts(
        claims_reported=claims,
        payment_defaults=await lapses_of(customer.id, years_back(today)),
        tenure_months=whole_months(clock.day_of(customer.created_at), today),
        identity=IdentityStatus.VERIFIED if is_known else IdentityStatus.UNVERIFIED,
        declared_use=application.declared_use,
    )
    return await assess_credit(customer, facts, subject=subject_of(application), actor=actor)


async def _facts(
    application: Application, customer: Customer, claims: int, assessed: CreditAssessment | None
) -> Facts:
    (row,) = await fetch(KNOWN, application.id, clock.now())
    version = await ProductVersion.get(id=application.product_version_id)
    perils = [each.peril for each in await perils_of(version)]
    twins = await duplicates_of(customer.id)
    with_same_number = [each for each in twins if {"identity_number", "organisation_code"} & set(each.same)]
    covered = await covered_perils(application.serial_number, perils, holder=subject_of(application))
    return Facts(
        identity=customer.identity_state,
        credit_action=assessed.credit_action if assessed else None,
        sum_insured=insured_sum(application),
        claims=claims,
        is_device_covered=bool(covered),
        is_device_of_another=row["of_another"],
        is_use_excluded=application.declared_use is DeclaredUse.COMMERCIAL and row["excludes_commercial"],
        is_identity_shared=any(not each.same_name for each in with_same_number),
        is_known_elsewhere=bool(twins),
        is_against_advice=row["against"],
        is_declined_before=row["declined_before"],
    )


async def _raise(application: Application, found: list[Finding]) -> None:
    await UnderwritingFlag.bulk_create(
        UnderwritingFlag(
            id=new_id(),
            application_id=application.id,
            code=each.code,
            level=each.level,
            state=FLAG_LIFECYCLE.initial,
            currency=application.currency,
            value_minor=application.sum_insured_minor or 0,
        )
        for each in found
    )


async def _refer(application: Application, actor: Actor) -> None:
    """Leaves an application to a person; the applicant is told that it takes longer."""
    await clocks.stop(subject_of(application), ServiceStage.FIRST_RESPONSE)
    await clocks.start(waiting(application), ServiceStage.RESOLUTION)
    await tell_applicant(application, "APPLICATION_REFERRED", actor)
    await tell_underwriters(application, actor)


async def _decide(application: Application, factor: Decimal, credit_action: CreditAction, actor: Actor) -> None:
    """Accepts at the tariff or below it, or offers the surcharge of the credit grade."""
    if factor <= rules.ONE:
        await accept_within(move(application, ApplicationAction.ACCEPT, actor), factor=factor, actor=actor)
    else:
        has_choice = credit_action is CreditAction.SURCHARGE_OR_GUARANTEE
        found = move(application, ApplicationAction.COUNTER_OFFER, actor)
        await offer_within(found, factor=factor, guarantee=has_choice, actor=actor)
