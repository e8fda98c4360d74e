"""The first stage: an application is drafted, revised while it may be, and priced, which locks its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.applications import limits
from domain.applications.lifecycle import APPLICANTS, APPLICATION_LIFECYCLE, GONE_STATES
from domain.applications.locks import subject_of, take
from domain.applications.models import Application
from domain.applications.refusals import AdviceUsed
from domain.applications.terms import ApplicationAction
from domain.audit.entries import record
from domain.customers.details import CustomerDetails
from domain.customers.introduction import introduce_within
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import next_number, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid, Refusal, Refusals, refuse_all
from domain.kernel.rows import get_visible, lock_visible
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.policies.issuing import seller_of
from domain.policies.pricing import objections, price
from domain.policies.selling import Device, check_form, sale_terms, serial_of
from domain.products.models import ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.tariffs import tariff_of
from domain.quotes.models import Recommendation
from domain.quotes.reading import RECOMMENDATION
from domain.risk.terms import DeclaredUse
from domain.staff.models import Staff
from domain.staff.rules import expect_qualified

PRICE_COLUMNS = ("sum_insured_minor", "tariff_premium_minor", "premium_minor", "commission_rate", "priced_on")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is applied for. `instalments` is in how many parts the premium is to be paid, 1 to 12."""

    version_id: UUID
    device: Device
    declared_use: DeclaredUse
    recommendation_id: UUID | None = None
    instalments: int = 1


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: a customer who is known, or one who is introduced into a partner's book; else whoever asks."""

    customer_id: UUID | None = None
    details: CustomerDetails | None = None
    partner_id: UUID | None = None


async def draft(wanted: Wanted, *, applicant: Applicant, actor: Actor) -> Application:
    """Takes an application down for a customer.

    Raises: Forbidden; NotFound for a version, customer, partner or recommendation missing or out of sight; Refusals
    for a device or customer that breaks the rules of form; PartnerSuspended; NotQualified for staff who may not sell
    such a product.
    """
    async with transaction():
        return await take_down(wanted, applicant=applicant, actor=actor)


async def take_down(wanted: Wanted, *, applicant: Applicant, actor: Actor) -> Application:
    """The same in the current transaction, for a room that turns something else into an application."""
    if not actor.has(*APPLICANTS):
        raise Forbidden(permission="application:draft")
    known = await _known(applicant, actor)
    version = await _version(wanted, None, actor)
    customer = known or await _introduced(applicant, actor)
    await _expect_seller(version, actor)
    today = clock.today()
    number = await next_number("application_number_seq")
    application = await Application.create(
        application_number=f"AP{today:%Y}{number:07d}",
        state=APPLICATION_LIFECYCLE.initial,
        customer_id=customer.id,
        partner_id=customer.partner_id,
        seller_id=actor.staff_id,
        assisted_by=[str(actor.staff_id)] if actor.staff_id else [],
        expires_on=await limits.last_day(today),
        **_inputs(wanted),
    )
    after: dict[str, object] = {
        "state": application.state, "application_number": application.application_number,
        "product_version_id": version.id, "customer_id": customer.id,
    }  # fmt: skip
    await record("application:draft", subject_of(application), actor, after=after)
    return application


async def revise(application_id: UUID, *, wanted: Wanted, expected_version: int, actor: Actor) -> Application:
    """Changes what is applied for; a price that stood is gone, and what was shown of another product does not count.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; as `draft`.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.REVISE, expected_version=expected_version, actor=actor)
        application = found.application
        version = await _version(wanted, application.id, actor)
        await _expect_seller(version, actor)
        columns = {**_inputs(wanted), **dict.fromkeys(PRICE_COLUMNS)}
        application.update_from_dict(columns)
        await found.write(*columns, actor=actor, product_version_id=version.id)
    return application


async def quote(application_id: UUID, *, expected_version: int, actor: Actor) -> Application:
    """Prices an application and locks its inputs; the price stands for its time, whatever the tariff becomes.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PartnerSuspended; NotQualified; Refusals with every
    objection against insuring the device; NotRated.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.PRICE, expected_version=expected_version, actor=actor)
        application, today = found.application, clock.today()
        version = await ProductVersion.get(id=application.product_version_id)
        await _expect_seller(version, actor)
        partner = await seller_of(application.partner_id, Actor.system("applications.price", actor.party))
        tariff = await tariff_of(version, partner, today)
        sale, device = sale_terms(version, tariff.relativities), device_of(application)
        refuse_all([_placed(each) for each in objections(sale, device, today)])
        priced = price(sale, device, today)
        if priced.premium.minor < application.instalments:
            raise Invalid("max", str(priced.premium.minor), path=("input", "instalments"))
        application.sum_insured_minor, application.priced_on = priced.sum_insured.minor, today
        application.tariff_premium_minor = application.premium_minor = priced.premium.minor
        application.commission_rate = tariff.commission_rate
        application.expires_on = await limits.last_day(today)
        await found.write(*PRICE_COLUMNS, "expires_on", actor=actor, premium_minor=priced.premium.minor)
    return application


def device_of(application: Application) -> Device:
    """The device that is applied for."""
    return Device(
        category=application.category,
        brand=application.brand,
        model=application.model,
        serial_number=application.serial_number,
        purchased_on=application.purchased_on,
        price=Money(application.price_minor, application.currency),
        condition=application.condition,
        invoice_number=application.invoice_number,
        warranty_until=application.warranty_until,
    )


async def _version(wanted: Wanted, application_id: UUID | None, actor: Actor) -> ProductVersion:
    """The version that is applied for, once what was given of the device and the advice is found to be sound."""
    if wanted.recommendation_id is not None:
        await _expect_unused(wanted.recommendation_id, application_id, actor)
    version = await get_visible(ProductVersion, PRODUCT_VERSION, wanted.version_id, actor)
    try:
        check_form(wanted.device)
    except Refusals as found:
        raise Refusals(tuple(_placed(each, "wanted", *each.path[1:]) for each in found.all)) from None
    return version


def _placed(fault: Refusal, *place: str) -> Refusal:
    """What is wrong with a device, where the device stands in the input; nowhere when it does not stand there."""
    fault.path = ("input", *place) if place else ()
    return fault


async def _expect_unused(recommendation_id: UUID, application_id: UUID | None, actor: Actor) -> None:
    """Refuses advice that another application stands on; two that take it wait for each other here.

    Raises: NotFound, AdviceUsed.
    """
    await lock_visible(Recommendation, RECOMMENDATION, recommendation_id, actor)
    used = Application.filter(recommendation_id=recommendation_id).exclude(state__in=GONE_STATES)
    if await used.exclude(id=application_id).exists():
        raise AdviceUsed(path=("input", "recommendationId"))


async def _known(applicant: Applicant, actor: Actor) -> Customer | None:
    """The customer who was named, or who asks; None for one who is new. Whoever was named is in sight."""
    if applicant.partner_id is not None:
        await get_visible(Partner, PARTNER, applicant.partner_id, actor)
    given = applicant.customer_id or (None if applicant.details else actor.customer_id)
    return None if given is None else await get_visible(Customer, CUSTOMER, given, actor)


async def _introduced(applicant: Applicant, actor: Actor) -> Customer:
    """A new customer, entered into a partner's book."""
    if applicant.details is None:
        raise Invalid("required", path=("input", "customerId"))
    partner = await seller_of(applicant.partner_id or actor.partner_id, actor)
    return await Customer.get(id=await introduce_within(applicant.details, partner.id, actor=actor))


async def _expect_seller(version: ProductVersion, actor: Actor) -> None:
    """Refuses staff who may not sell such a product; customers and partners are not staff.

    Raises: NotQualified. Source: NFRA Order 2025-7.
    """
    if actor.staff_id is not None:
        seller = await Staff.get(id=actor.staff_id)
        expect_qualified(seller.sales_grade, seller.qualified_until, version.grade, clock.today())


def _inputs(wanted: Wanted) -> dict[str, Any]:
    device = wanted.device
    return {
        "product_version_id": wanted.version_id,
        "recommendation_id": wanted.recommendation_id,
        "category": device.category,
        "brand": device.brand.strip(),
        "model": device.model.strip(),
        "serial_number": serial_of(device),
        "condition": device.condition,
        "purchased_on": device.purchased_on,
        "invoice_number": device.invoice_number.strip() if device.invoice_number else None,
        "warranty_until": device.warranty_until,
        "declared_use": wanted.declared_use,
        "instalments": wanted.instalments,
        "currency": device.price.currency,
        "price_minor": device.price.minor,
    }
