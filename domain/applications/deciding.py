"""The decision on an application: accepted, offered on other terms, or declined; the last only by a person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.applications import limits, rules
from domain.applications.drafting import device_of
from domain.applications.jobs import BillApplication
from domain.applications.locks import Move, subject_of, take
from domain.applications.models import Application, UnderwritingFlag
from domain.applications.notices import scope_of, tell_applicant, tell_seller
from domain.applications.refusals import AboveUnderwritingAuthority, FlagsOpen, OwnSale
from domain.applications.releasing import let_go
from domain.applications.terms import ApplicationAction, ApplicationState, DeclineReason
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.policies.covers import hold_covers
from domain.policies.issuing import perils_of
from domain.policies.pricing import Priced, price
from domain.policies.selling import sale_terms
from domain.products.models import ProductVersion
from domain.products.tariffs import relativities_of
from domain.quotes.models import Recommendation
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage
from domain.staff.authority import AuthorityKind, authority


@dataclass(frozen=True, slots=True)
class Decline:
    """Why an application is declined: a coded reason, and the words that the applicant reads."""

    reason: DeclineReason
    text: str


async def accept(application_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Application:
    """Insures as priced what was referred, at a discount where the credit grade gives one.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority, FlagsOpen;
    DeviceCovered.
    """
    async with transaction():
        found = await _take(application_id, ApplicationAction.ACCEPT, expected_version, actor)
        await _expect_clear(found.application)
        factor = min(rules.ONE, found.application.credit_factor or rules.ONE)
        await accept_within(found, factor=factor, reason=reason, actor=actor)
    return found.application


async def counter_offer(
    application_id: UUID,
    *,
    loading_factor: Decimal,
    guarantee: bool,
    reason: str,
    expected_version: int,
    actor: Actor,
) -> Application:
    """Offers what was referred at a premium multiplied by a factor above 1, or with a guarantee instead if allowed.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority, FlagsOpen; Invalid for
    a factor out of bounds.
    """
    async with transaction():
        found = await _take(application_id, ApplicationAction.COUNTER_OFFER, expected_version, actor)
        rules.check_loading(loading_factor)
        await _expect_clear(found.application)
        found.application.loading_factor = loading_factor
        await offer_within(found, factor=loading_factor, guarantee=guarantee, reason=reason, actor=actor)
    return found.application


async def decline(application_id: UUID, *, decline: Decline, expected_version: int, actor: Actor) -> Application:
    """Declines an application, with the reason in the applicant's language.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority.
    Source: PIPL Art. 24 (no refusal by automation alone).
    """
    async with transaction():
        found = await _take(application_id, ApplicationAction.DECLINE, expected_version, actor)
        application = found.application
        await clocks.stop(subject_of(application), ServiceStage.RESOLUTION)
        await let_go(application, reason=decline.text, actor=actor)
        application.decline_reason, application.decline_text = decline.reason, decline.text
        application.closed_at, application.expires_on = clock.now(), None
        await found.write(
            "decline_reason", "decline_text", "closed_at", "expires_on", "decided_by", "decided_at",
            actor=actor, reason=decline.text, decline_reason=decline.reason,
        )  # fmt: skip
        await tell_applicant(application, "APPLICATION_DECLINED", actor, reason=decline.text)
        await tell_seller(application, actor, outcome=application.state)
    return application


async def accept_within(found: Move, *, factor: Decimal, reason: str | None = None, actor: Actor) -> None:
    """Accepts an application at its tariff times a factor of at most 1, and keeps its covers free.

    Raises: DeviceCovered.
    """
    application = found.application
    application.premium_minor = (await priced_again(application, factor)).premium.minor
    await accepted(application, actor)
    await found.write(*ACCEPTED_COLUMNS, actor=actor, reason=reason, premium_minor=application.premium_minor)


ACCEPTED_COLUMNS = ("premium_minor", "expires_on", "decided_by", "decided_at")


async def accepted(application: Application, actor: Actor) -> None:
    """What follows when it is agreed on what terms a locked application is insured: nobody else gets these covers, and
    it is billed.

    Raises: DeviceCovered.
    """
    version = await ProductVersion.get(id=application.product_version_id)
    perils = [each.peril for each in await perils_of(version)]
    await hold_covers(application.serial_number, perils, holder=subject_of(application))
    application.expires_on = None
    await clocks.stop(subject_of(application), ServiceStage.FIRST_RESPONSE, ServiceStage.RESOLUTION)
    await tell_seller(application, actor, outcome=ApplicationState.ACCEPTED)
    await ask_for_billing(application, actor)


async def ask_for_billing(application: Application, actor: Actor) -> None:
    """Has an application invoiced that was accepted."""
    await enqueue(
        BillApplication(application_id=application.id), subject=subject_of(application), scope=scope_of(application),
        actor=actor, unique_key=str(application.id),
    )  # fmt: skip


async def offer_within(
    found: Move, *, factor: Decimal, guarantee: bool, reason: str | None = None, actor: Actor
) -> None:
    """Offers other terms on an application; the applicant has the time of a quote to agree."""
    application = found.application
    application.offered_premium_minor = (await priced_again(application, factor)).premium.minor
    application.guarantee_offered = guarantee
    application.expires_on = await limits.last_day(clock.today())
    await clocks.stop(subject_of(application), ServiceStage.FIRST_RESPONSE, ServiceStage.RESOLUTION)
    await found.write(
        "offered_premium_minor", "guarantee_offered", "expires_on", "loading_factor", "decided_by", "decided_at",
        actor=actor, reason=reason, offered_premium_minor=application.offered_premium_minor, guarantee=guarantee,
    )  # fmt: skip
    offered = str(Money(application.offered_premium_minor, application.currency))
    last_day = application.expires_on.isoformat()
    if guarantee:
        await tell_applicant(
            application, "APPLICATION_OFFERED_WITH_CHOICE", actor, premium=offered, last_day=last_day
        )
    else:
        await tell_applicant(application, "APPLICATION_COUNTER_OFFERED", actor, premium=offered, last_day=last_day)
    await tell_seller(application, actor, outcome=application.state)


async def priced_again(application: Application, factor: Decimal) -> Priced:
    """What the application comes to on its tariff times a factor, rounded once; its days are from today on."""
    version = await ProductVersion.get(id=application.product_version_id)
    sale = sale_terms(version, await relativities_of(version))
    return price(sale, device_of(application), clock.today(), beyond=[factor])


async def expect_underwriter(application: Application, actor: Actor) -> None:
    """Refuses whoever sold, advised or acted for the applicant, and whoever has not the authority for the sum insured.

    Raises: OwnSale, AboveUnderwritingAuthority.
    """
    advised = await Recommendation.filter(id=application.recommendation_id, adviser_id=actor.staff_id).exists()
    if str(actor.staff_id) in application.assisted_by or advised:
        raise OwnSale
    limit = await authority(actor.staff_id, AuthorityKind.UNDERWRITING, clock.now())
    insured = insured_sum(application)
    if limit.currency is not insured.currency or insured > limit:
        raise AboveUnderwritingAuthority(limit=limit)


def insured_sum(application: Application) -> Money:
    """The sum insured of a priced application."""
    return Money(application.sum_insured_minor or 0, application.currency)


async def _take(application_id: UUID, action: ApplicationAction, expected_version: int, actor: Actor) -> Move:
    """The application, moved, with the underwriter who may decide it so."""
    found = await take(application_id, action, expected_version=expected_version, actor=actor)
    await expect_underwriter(found.application, actor)
    found.application.decided_by, found.application.decided_at = actor.staff_id, clock.now()
    return found


async def _expect_clear(application: Application) -> None:
    flags = await UnderwritingFlag.filter(application_id=application.id).order_by("code")
    against = [each.code.value for each in flags if rules.speaks_against(each.level, each.state)]
    if against:
        raise FlagsOpen(tuple(against))
