"""Handing an application in, once advice, disclosure and consent are on record; and taking it back."""

from __future__ import annotations

from uuid import UUID

from domain.applications.disclosing import exclusions_of, shown_codes
from domain.applications.jobs import UnderwriteApplication
from domain.applications.locks import Move, subject_of, take
from domain.applications.models import Application
from domain.applications.notices import scope_of, tell_applicant, waiting
from domain.applications.refusals import AdviceDiffers, AdviceMissing, DisclosuresMissing
from domain.applications.releasing import let_go
from domain.applications.terms import NEEDED_CONSENTS, ApplicationAction
from domain.customers import consents, identity
from domain.customers.refusals import ConsentMissing
from domain.customers.terms import IdentityState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Refusal, refuse_all
from domain.partners.models import Partner
from domain.policies.refusals import NotOnSale, PartnerSuspended
from domain.products.models import ProductVersion
from domain.products.terms import VersionState
from domain.quotes.models import Recommendation
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage


async def submit(application_id: UUID, *, expected_version: int, actor: Actor) -> Application:
    """Hands an application in: who applies is checked, and underwriting begins by itself when that is known.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, TermsOver; Refusals with all that is missing: AdviceMissing
    or AdviceDiffers, DisclosuresMissing, ConsentMissing, NotOnSale, PartnerSuspended; IdentityMissing.
    Source: Measures 二(三)1; Insurance Law Art. 16, 17; NFRA Order 2025-7; PIPL Art. 14, 24.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.SUBMIT, expected_version=expected_version, actor=actor)
        application = found.application
        refuse_all(await _missing(application))
        identified = await identity.request_check(application.customer_id, actor=actor)
        application.submitted_at, application.expires_on = clock.now(), None
        await found.write("submitted_at", "expires_on", actor=actor, identity=identified)
        await clocks.start(waiting(application), ServiceStage.FIRST_RESPONSE)
        await tell_applicant(application, "APPLICATION_SUBMITTED", actor)
        if identified is IdentityState.VERIFIED:
            await ask_for_underwriting(application, actor)
    return application


async def ask_for_underwriting(application: Application, actor: Actor) -> None:
    """Has an application underwritten whose applicant is known, or known not to be whoever he or she says."""
    await enqueue(
        UnderwriteApplication(application_id=application.id), subject=subject_of(application),
        scope=scope_of(application), actor=actor, unique_key=str(application.id),
    )  # fmt: skip


async def _missing(application: Application) -> list[Refusal]:
    """All that stands against handing in an application."""
    found: list[Refusal] = [*await _advice_faults(application)]
    shown = await shown_codes(application)
    codes = tuple(each.code for each in await exclusions_of(application) if each.code not in shown)
    if codes:
        found.append(DisclosuresMissing(codes))
    consents_missing = await consents.missing_consents(application.customer_id, NEEDED_CONSENTS)
    if consents_missing:
        found.append(ConsentMissing(tuple(consents_missing)))
    version = await ProductVersion.get(id=application.product_version_id)
    if version.state is not VersionState.ON_SALE:
        found.append(NotOnSale())
    if not await Partner.filter(id=application.partner_id, active=True).exists():
        found.append(PartnerSuspended())
    return found


async def _advice_faults(application: Application) -> list[Refusal]:
    """Why the advice on record is not the one for this application."""
    if application.recommendation_id is None:
        return [AdviceMissing()]
    advice = await Recommendation.get(id=application.recommendation_id)
    if advice.chosen_id is None:
        return [AdviceMissing()]
    compared = {
        "customer": advice.customer_id in {None, application.customer_id},
        "product": advice.chosen_id == application.product_version_id,
        "category": advice.category is application.category,
        "condition": advice.condition is application.condition,
        "price": (advice.price_minor, advice.currency) == (application.price_minor, application.currency),
        "purchasedOn": advice.purchased_on == application.purchased_on,
        "declaredUse": advice.declared_use is application.declared_use,
    }
    return [AdviceDiffers(name) for name, is_same in compared.items() if not is_same]


async def withdraw(application_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Application:
    """Takes an application back before it is paid; an invoice of which nothing was paid goes with it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PaidInPart.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.WITHDRAW, expected_version=expected_version, actor=actor)
        await _end(found, reason, actor)
        await tell_applicant(found.application, "APPLICATION_WITHDRAWN", actor)
    return found.application


async def _end(found: Move, reason: str, actor: Actor) -> None:
    application = found.application
    await let_go(application, reason=reason, actor=actor)
    application.closing_reason, application.closed_at, application.expires_on = reason, clock.now(), None
    await found.write("closing_reason", "closed_at", "expires_on", actor=actor, reason=reason)
