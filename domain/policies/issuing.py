"""Selling: a device is registered, checked and rated, its customer introduced, and the policy issued in one commit."""

from __future__ import annotations

from uuid import UUID

from domain.customers.details import CustomerDetails
from domain.customers.introduction import introduce_within
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import get_visible
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.policies.covers import refuse_covered
from domain.policies.models import Policy
from domain.policies.pricing import DEVICE
from domain.policies.refusals import PartnerSuspended
from domain.policies.selling import SELLERS, Device, Sale, agreed_terms, check_form, serial_of
from domain.policies.writing import issue_all
from domain.products.models import ProductPeril, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.tariffs import tariff_of


async def register(
    version_id: UUID, *, partner_id: UUID | None, device: Device, customer: CustomerDetails, actor: Actor
) -> Policy:
    """Registers a device and sells it a version that is on sale; a partner sells for itself and names no other.

    Raises: Forbidden; NotFound for a version or partner missing or out of sight; Refusals for a device or customer
    that breaks the rules of form; PartnerSuspended, NotOnSale, PurchaseInFuture, RegisteredTooLate, NotRated,
    DeviceCovered; Invalid for a price not above zero or in another currency.
    Source: Insurance Law Art. 13, 17; Measures 二(三).
    """
    if not actor.has(*SELLERS):
        raise Forbidden(permission="policy:register")
    check_form(device)
    async with transaction():
        partner = await seller_of(partner_id or actor.partner_id, actor)
        version = await get_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
        tariff = await tariff_of(version, partner, clock.today())
        terms = agreed_terms(version, tariff, device, clock.today())
        perils = await perils_of(version)
        await refuse_covered(serial_of(device), [each.peril for each in perils], (*DEVICE, "serialNumber"))
        customer_id = await introduce_within(customer, partner.id, actor=actor)
        sale = Sale(version, perils, partner.id, customer_id, device, terms)
        return await issue_within(sale, invoiced=False, actor=actor)


async def issue_within(sale: Sale, *, invoiced: bool, actor: Actor) -> Policy:
    """Issues the policy of a sale whose device was found free of other covers, in the current transaction.

    `invoiced` says that the premium was invoiced to the customer before, and is not owed by the seller.
    """
    (policy,) = await issue_all([sale], invoiced=invoiced, actor=actor)
    return policy


async def perils_of(version: ProductVersion) -> list[ProductPeril]:
    """What a version insures, with the terms of each peril."""
    return await ProductPeril.filter(product_version_id=version.id).order_by("peril")


async def seller_of(partner_id: UUID | None, actor: Actor) -> Partner:
    """Who sells: a partner in sight that is not suspended.

    Raises: Invalid where nobody is named; NotFound; PartnerSuspended.
    """
    if partner_id is None:
        raise Invalid("required", path=("input", "partnerId"))
    partner = await get_visible(Partner, PARTNER, partner_id, actor)
    if not partner.active:
        raise PartnerSuspended
    return partner
