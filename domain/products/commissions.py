"""What partners earn for selling 佣金: agreed by partner, product and day, earned by who is licensed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch_one, take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.kernel.rows import get_visible
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.partners.rules import is_licensed
from domain.products import rules
from domain.products.models import CommissionRate, Product
from domain.products.reading import PRODUCT
from domain.products.refusals import PartnerNotLicensed

SETTERS = (Role.UNDERWRITER,)
"""Who agrees commission: underwriting, whose tariff bears it. The roles' table gives product and tariff to underwriting
and lets finance only read them; who pays commission out does not say how much it is."""
AGREED = """
SELECT rate FROM commission_rate
WHERE partner_id = $1::uuid AND (product_id = $2::uuid OR product_id IS NULL) AND starts_on <= $3::date
ORDER BY product_id IS NULL, starts_on DESC LIMIT 1
"""
"""What was agreed of a partner ($1) and a product ($2) for a day ($3)."""


async def set_commission(
    partner_id: UUID, *, product_id: UUID | None, rate: Decimal, starts_on: date, reason: str, actor: Actor
) -> CommissionRate:
    """Agrees another commission from a day on, for one product or for all; what was sold before keeps its own.

    Units: `rate` 0 to 1, at six decimals. Raises: Forbidden, NotFound; Invalid for a rate out of bounds or a day that
    is over; PartnerNotLicensed; AlreadyExists for a second one from that day on.
    Source: Insurance Law Art. 130 (commission goes to licensed agents and brokers only).
    """
    if not actor.has(*SETTERS):
        raise Forbidden(permission="commission:set")
    if not 0 <= rate <= 1:
        raise Invalid("between", "0 and 1", path=("input", "rate"))
    if starts_on < (today := clock.today()):
        raise Invalid("min", today.isoformat(), path=("input", "startsOn"))
    async with transaction():
        await take_turns(f"commission:{partner_id}/{product_id}/{starts_on}")
        partner = await get_visible(Partner, PARTNER, partner_id, actor)
        if product_id is not None:
            await get_visible(Product, PRODUCT, product_id, actor)
        if rate > 0 and not is_licensed(partner.license_number, partner.licensed_until, starts_on):
            raise PartnerNotLicensed(path=("input", "partnerId"))
        if await CommissionRate.filter(partner_id=partner_id, product_id=product_id, starts_on=starts_on).exists():
            raise AlreadyExists("CommissionRate", path=("input", "startsOn"))
        row = await CommissionRate.create(
            partner_id=partner_id, product_id=product_id, rate=rate, starts_on=starts_on, set_by=actor.staff_id,
            reason=reason,
        )  # fmt: skip
        after: dict[str, object] = {"product_id": product_id, "rate": rate, "starts_on": starts_on}
        await record("commission:set", Subject(SubjectKind.PARTNER, partner_id), actor, after=after, reason=reason)
    return row


async def commission_rate_of(partner_id: UUID, product_id: UUID, on: date) -> Decimal:
    """The share of the net premium that a sale of this product on this day earns the partner, 0 to 1.

    It is what was agreed last for the product, else for all products, else the partner's usual rate; nothing without a
    licence that is valid on the day. In the current transaction. Raises: NotFound for a partner that is not there.
    """
    partner = await Partner.filter(id=partner_id).first()
    if partner is None:
        raise NotFound(kind="Partner")
    agreed = await fetch_one(AGREED, partner_id, product_id, on)
    return earned_rate(partner, agreed["rate"] if agreed else None, on)


def earned_rate(partner: Partner, agreed: Decimal | None, on: date) -> Decimal:
    """The same of a partner whose agreed rate was read already; None when nothing was agreed."""
    licensed = is_licensed(partner.license_number, partner.licensed_until, on)
    return rules.commission_rate(agreed, partner.commission_rate, licensed=licensed)
