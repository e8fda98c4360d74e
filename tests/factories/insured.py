"""Insured customers and the staff that works on their claims, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from domain.customers.details import CustomerDetails
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.partners import introduction
from domain.partners.introduction import License
from domain.partners.terms import PartnerKind
from domain.policies import issuing
from domain.policies.models import Policy
from domain.policies.selling import Device
from domain.products import catalogue, review
from domain.products.terms import DeviceCategory, Exclusion, Peril, PerilTerms, ProductKind, VersionTerms
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind, ProductGrade


@dataclass(frozen=True)
class Insured:
    """A customer with a policy in force, sold by a partner."""

    policy_id: UUID
    customer_id: UUID
    partner_id: UUID

    @property
    def customer(self) -> Actor:
        """The customer, signed in."""
        return Actor(frozenset({Role.CUSTOMER}), customer_id=self.customer_id)

    @property
    def partner(self) -> Actor:
        """The partner's system."""
        return Actor(frozenset({Role.PARTNER}), partner_id=self.partner_id)


PERILS = (Peril.DROP, Peril.SCREEN, Peril.LIQUID, Peril.THEFT, Peril.BREAKDOWN)
"""What `insured()` is covered against."""
OFFICE = Actor.system("factory")
WEAR = Exclusion("WEAR", "自然磨损。", "Wear and tear.")
LICENSE = License("31000020260001", date(2099, 12, 31))
"""What `partner_with_a_book()` sells by."""


def terms(**changes: Any) -> VersionTerms:
    """A year of full cover up to the price, 200.00 to bear first; no waiting, a limit that no claim reaches."""
    usual: dict[str, Any] = {
        "grade": ProductGrade.P2,
        "months": 12,
        "base_rate": Decimal("0.05"),
        "minimum_premium": Money.of("15.00"),
        "perils": dict.fromkeys(PERILS, PerilTerms()),
        "deductible": Money.of("200.00"),
        "refund_fee": Money.of("20.00"),
        "per_claim_limit": Money.of("1000000.00"),
        "exclusions": (WEAR,),
        "relativities": {"category": {"PHONE": Decimal("1.20"), "LAPTOP": Decimal("1.00")}},
    }
    return VersionTerms(**{**usual, **changes})


def device(**changes: Any) -> Device:
    """A new phone of 3,000.00, bought today."""
    usual: dict[str, Any] = {
        "category": DeviceCategory.PHONE,
        "brand": "Acme",
        "model": "One",
        "serial_number": f"SN{uuid4().hex[:20]}",
        "purchased_on": clock.today(),
        "price": Money.of("3000.00"),
    }
    return Device(**{**usual, **changes})


def person(**changes: Any) -> CustomerDetails:
    """Somebody with a phone of his or her own."""
    mark = uuid4()
    phone = f"138{mark.int % 10**8:08d}"
    usual: dict[str, Any] = {"full_name": "Zhang San", "phone": phone, "mail": f"{mark.hex}@example.com"}
    return CustomerDetails(**{**usual, **changes})


async def partner_with_a_book() -> Actor:
    """A licensed retailer that sells for a tenth of the net premium."""
    code = uuid4().hex[-12:]
    partner_id = await introduction.introduce(
        code=code, name="Shop", kind=PartnerKind.RETAILER, commission_rate=Decimal("0.1"), licence=LICENSE,
        actor=OFFICE,
    )  # fmt: skip
    return Actor(frozenset({Role.PARTNER}), partner_id=partner_id)


async def version_drafted(**changes: Any) -> UUID:
    """A version that nobody has put on sale."""
    return await catalogue.draft(
        code=uuid4().hex[-12:],
        kind=ProductKind.ACCIDENTAL_DAMAGE,
        name_zh="全保",
        name_en="Full cover",
        terms=terms(**changes),
        actor=OFFICE,
    )


async def version_in_review(**changes: Any) -> UUID:
    """A version that an underwriter has handed to compliance; its own version is 2."""
    version_id = await version_drafted(**changes)
    underwriter = Actor(frozenset({Role.UNDERWRITER}), staff_id=uuid4())
    await review.submit(version_id, expected_version=1, actor=underwriter)
    return version_id


async def version_on_sale(**changes: Any) -> UUID:
    """A version that is on sale; its own version is 3."""
    version_id = await version_in_review(**changes)
    compliance = Actor(frozenset({Role.COMPLIANCE}), staff_id=uuid4())
    await review.put_on_sale(version_id, reason="checked", expected_version=2, actor=compliance)
    return version_id


async def sold(*, version_id: UUID | None = None, partner: Actor | None = None, **changes: Any) -> Policy:
    """A policy sold by a partner just now; `changes` are of the device."""
    return await issuing.register(
        version_id or await version_on_sale(),
        partner_id=None,
        device=device(**changes),
        customer=person(),
        actor=partner or await partner_with_a_book(),
    )


async def insured(**changes: Any) -> Insured:
    """A customer whose policy has been in force for a month: 3,000.00 for the term, 200.00 to bear first.

    `changes` are of the version's terms.
    """
    with clock.at(clock.now() - timedelta(days=30)):
        policy = await sold(version_id=await version_on_sale(**changes))
    return Insured(policy.id, policy.customer_id, policy.partner_id)


async def insured_dearly(price: str = "100000.00") -> Insured:
    """The same with a device of such a price."""
    with clock.at(clock.now() - timedelta(days=30)):
        policy = await sold(price=Money.of(price))
    return Insured(policy.id, policy.customer_id, policy.partner_id)


async def staff(
    role: Role, limit: str | None = None, *, kind: AuthorityKind = AuthorityKind.CLAIM_DECISION
) -> Actor:
    """Somebody on the staff in one role, who may decide claims, or what else `kind` says, up to `limit`."""
    row = await Staff.create(name=role.value, email=f"{uuid4().hex}@insurer.example", roles=[role])
    if limit is not None:
        money = Money.of(limit)
        await AuthorityLimit.create(
            staff_id=row.id, kind=kind, limit_minor=money.minor, currency=money.currency
        )
    return Actor(frozenset({role}), staff_id=row.id)


async def handler(limit: str = "5000.00") -> Actor:
    """A claims handler."""
    return await staff(Role.CLAIMS_HANDLER, limit)


async def manager(limit: str = "50000.00") -> Actor:
    """A claims manager."""
    return await staff(Role.CLAIMS_MANAGER, limit)
