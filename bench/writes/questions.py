"""What is asked of both sides, and what must stand in the database afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from bench.reads.load import CONNECTIONS
from domain.access.models import Session
from domain.access.terms import ApiScope, Principal
from domain.access.tokens import issue_token
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id, public_id
from domain.kernel.money import Money
from domain.partners import introduction
from domain.partners.introduction import License
from domain.partners.terms import PartnerKind
from domain.products import catalogue, review
from domain.products.reading import PRODUCT_VERSION
from domain.products.terms import Exclusion, Peril, PerilTerms, ProductKind, VersionTerms
from domain.staff.terms import ProductGrade

OFFICE = Actor.system("bench")
PREVIEW = """query($id: ID!, $device: QuotedDeviceInput!) {
  productVersion(id: $id) { offer(device: $device) { premium { amount } net { amount } tax { amount } endsOn } } }"""
SALE = """mutation($input: PolicyRegisterInput!) { policyRegister(input: $input) {
  policy { policyNumber premium { amount } startsOn endsOn } errors { code } } }"""


@dataclass(frozen=True)
class Caller:
    """A live session."""

    session_id: UUID

    async def token(self) -> str:
        """A fresh access token; one lives for ten minutes only."""
        return issue_token(await Session.get(id=self.session_id), at=clock.now())[0]


@dataclass
class Question:
    """One kind of request. `bodies` are asked in turn, after the first two, which were asked for the recording.

    `counted` finds how many changes stand in the database; reads count nothing. `rows` are what the other side works
    on; `least` is the rate to hold.
    """

    name: str
    caller: Caller
    bodies: Sequence[str]
    counted: str | None = None
    connections: int = CONNECTIONS
    rows: list[dict[UUID, UUID]] = field(default_factory=list)
    least: float | None = None


async def partner() -> UUID:
    """A partner that may sell."""
    return await introduction.introduce(
        code="bench", name="Bench", kind=PartnerKind.RETAILER, commission_rate=Decimal("0.15"),
        licence=License("31000020260001", clock.today() + timedelta(days=365)), actor=OFFICE,
    )  # fmt: skip


async def key_of(partner_id: UUID) -> Caller:
    """The partner's key."""
    session = await Session.create(
        id=new_id(), principal=Principal.API_KEY, partner_id=partner_id, roles=[Role.PARTNER],
        scopes=sorted(ApiScope), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    return Caller(session.id)


async def on_sale() -> UUID:
    """A cover of phones."""
    terms = VersionTerms(
        grade=ProductGrade.P2, months=24, base_rate=Decimal("0.042"), minimum_premium=Money.of("15.00"),
        perils=dict.fromkeys((Peril.DROP, Peril.SCREEN, Peril.LIQUID), PerilTerms()), per_claim_limit=Money.of("5000"),
        deductible=Money.of("200.00"), exclusions=(Exclusion("WEAR", "自然磨损。", "Wear and tear."),),
        relativities={"category": {"PHONE": Decimal("1.20")}},
    )  # fmt: skip
    version_id = await catalogue.draft(
        code="bench", kind=ProductKind.ACCIDENTAL_DAMAGE, name_zh="全保", name_en="Full cover", terms=terms,
        actor=OFFICE,
    )  # fmt: skip
    underwriter, compliance = (
        Actor(frozenset({role}), staff_id=uuid4()) for role in (Role.UNDERWRITER, Role.COMPLIANCE)
    )
    await review.submit(version_id, expected_version=1, actor=underwriter)
    await review.put_on_sale(version_id, reason="bench", expected_version=2, actor=compliance)
    return version_id


def preview(version_id: UUID, caller: Caller) -> Question:
    """What a phone would cost."""
    device = {"category": "PHONE", "price": {"amount": "5999.00"}, "purchasedOn": clock.today().isoformat()}
    given = {"id": public_id(PRODUCT_VERSION.prefix, version_id), "device": device}
    return Question("preview", caller, [json.dumps({"query": PREVIEW, "variables": given})] * 3)


def sale(version_id: UUID, caller: Caller, count: int) -> Question:
    """Sales of a cover of one phone each, each to somebody new."""
    policies = "SELECT count(*) FROM policy WHERE serial_number LIKE 'SN0%'"
    return Question("sale", caller, [*_sales(version_id, count)], policies)


def _sales(version_id: UUID, count: int) -> list[str]:
    named: Callable[[int], str] = lambda number: f"SN-BENCH-{number}" if number < 2 else f"SN{number:09d}"  # noqa: E731
    return [_sale(version_id, named(number), f"13{number:09d}") for number in range(count + 2)]


def _sale(version_id: UUID, serial: str, phone: str) -> str:
    device = {
        "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": serial,
        "purchasedOn": clock.today().isoformat(), "price": {"amount": "5999.00"},
    }  # fmt: skip
    customer = {"fullName": "Zhang San", "phone": phone, "mail": f"{phone}@example.com"}
    version = public_id(PRODUCT_VERSION.prefix, version_id)
    given = {"productVersionId": version, "device": device, "customer": customer}
    return json.dumps({"query": SALE, "variables": {"input": given}})
