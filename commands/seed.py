"""Puts the demo data into a database through the verbs of the rooms; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from commands import seed_data, seed_matters
from commands.addresses import home
from commands.seed_data import PASSWORD, Associate, Colleague, Offer, Sale
from domain.access.keys import issue_key
from domain.access.passwords import set_password
from domain.access.refusals import TooManyKeys
from domain.access.terms import ApiScope
from domain.connections import database
from domain.customers.consents import give
from domain.customers.terms import ConsentChannel, ConsentPurpose
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch_one, lending, transaction
from domain.kernel.money import Money
from domain.kernel.settings import settings
from domain.partners.introduction import License, introduce
from domain.policies.issuing import register
from domain.policies.rules import serial_form
from domain.policies.selling import Device
from domain.products.catalogue import draft
from domain.products.review import put_on_sale, submit
from domain.staff import changes
from domain.staff.joining import join

SEEDING = Actor.system("seed")
KEY_FILE = "partner-key"
KEY_NAME = "demo"
LIMITED = "SELECT id FROM authority_limit WHERE staff_id = $1::uuid AND kind = $2"
LIMIT_PROPOSED = "SELECT id FROM staff_change WHERE staff_id = $1::uuid AND authority = $2 AND state = 'PROPOSED'"
REASON = "demo data"
YEAR = timedelta(days=365)
LICENSED = 3 * YEAR
AGREED = tuple(each for each in ConsentPurpose if each is not ConsentPurpose.MARKETING)
"""What every customer of the demo has consented to in the shop."""


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    mail: str
    what: str


@dataclass(frozen=True)
class DemoAccess:
    """How to get in. `partner_key` is empty when another home holds it."""

    password: str
    staff: tuple[Person, ...]
    customers: tuple[Person, ...]
    partner_key: str


async def seed_alone(say: Callable[[str], None]) -> str:
    """Seeds the database of the settings and tells how to get in; the migrations must be applied."""
    async with database(settings().database_url):
        access = await seed(home() / KEY_FILE, say)
    return f"Staff sign in with the password {access.password}; the partner's key is {access.partner_key}"


async def seed(key_file: Path, say: Callable[[str], None]) -> DemoAccess:
    """Makes what is missing, in one order, so that a seeding that was cut off is finished by the next.

    The partner's key is told once by the system and therefore kept in `key_file`, for its owner only.
    """
    if not await _is_done():
        say("making demo data")
        staff = {each.mail: await _colleague(each) for each in seed_data.STAFF}
        await _limits(staff)
        partners = {each.code: await _partner(each) for each in seed_data.PARTNERS}
        versions = {each.code: await _product(each, staff) for each in seed_data.PRODUCTS}
        for sale in seed_data.SALES:
            await _policy(sale, partners, versions)
        await seed_matters.seed(staff, partners[seed_data.REPAIRER.code])
    key = await _partner_key(_read(key_file))
    _keep(key_file, key)
    customers = tuple(Person(details.mail, what) for details, what in seed_data.CUSTOMERS)
    return DemoAccess(PASSWORD, tuple(Person(one.mail, one.what) for one in seed_data.STAFF), customers, key)


async def _one(statement: str, *arguments: object) -> UUID | None:
    """The id that a statement finds, if any."""
    async with transaction():
        row = await fetch_one(statement, *arguments)
    return None if row is None else UUID(str(row["id"]))


async def _is_done() -> bool:
    """Whether the last thing that seeding makes is there."""
    return await _one("SELECT id FROM complaint WHERE description = $1", seed_matters.GRIEVANCE) is not None


async def _colleague(one: Colleague) -> UUID:
    found = await _one("SELECT id FROM staff WHERE email = $1", one.mail)
    staff_id = found or await join(name=one.name, email=one.mail, roles=[one.role], actor=SEEDING)
    if await _one("SELECT id FROM staff_password WHERE staff_id = $1::uuid", staff_id) is None:
        await set_password(staff_id, password=PASSWORD, actor=SEEDING)
    return staff_id


async def _limits(staff: dict[str, UUID]) -> None:
    first, second = (_staff(Role.ADMIN, staff[mail]) for mail in seed_data.ADMINISTRATORS)
    for one in seed_data.STAFF:
        whose = staff[one.mail]
        for kind, limit in one.limits:
            if await _one(LIMITED, whose, kind) is None:
                amount = Money.of(limit)
                change_id = await _one(LIMIT_PROPOSED, whose, kind) or await changes.propose_limit(
                    whose, kind=kind, limit=amount, reason=REASON, actor=first
                )
                await changes.confirm(change_id, expected_version=1, actor=second)


async def _partner(one: Associate) -> UUID:
    found = await _one("SELECT id FROM partner WHERE code = $1", one.code)
    licence = License(one.license_number, clock.today() + LICENSED) if one.license_number else None
    return found or await introduce(
        code=one.code,
        name=one.name,
        kind=one.kind,
        commission_rate=one.commission_rate,
        licence=licence,
        actor=SEEDING,
    )


async def _product(offer: Offer, staff: dict[str, UUID]) -> UUID:
    """The version on sale: drafted and submitted by underwriting, put on sale by compliance."""
    statement = """SELECT v.id FROM product_version v JOIN product p ON p.id = v.product_id
        WHERE p.code = $1 AND v.state = ANY($2::text[]) ORDER BY v.number LIMIT 1"""
    on_sale = await _one(statement, offer.code, ["ON_SALE"])
    if on_sale is not None:
        return on_sale
    underwriter = _staff(Role.UNDERWRITER, staff["underwriter@demo.example"])
    version_id = await _one(statement, offer.code, ["IN_REVIEW"])
    if version_id is None:
        version_id = await _one(statement, offer.code, ["DRAFT"]) or await draft(
            code=offer.code,
            kind=offer.kind,
            name_zh=offer.name_zh,
            name_en=offer.name_en,
            terms=offer.terms,
            actor=underwriter,
        )
        await submit(version_id, expected_version=1, actor=underwriter)
    compliance = _staff(Role.COMPLIANCE, staff["compliance@demo.example"])
    await put_on_sale(version_id, reason=REASON, expected_version=2, actor=compliance)
    return version_id


def _staff(role: Role, staff_id: UUID) -> Actor:
    return Actor(frozenset({role}), staff_id=staff_id)


async def _policy(sale: Sale, partners: dict[str, UUID], versions: dict[str, UUID]) -> None:
    statement = """SELECT p.id FROM policy p JOIN product_version v ON v.id = p.product_version_id
        WHERE p.serial_number = $1 AND v.id = $2::uuid"""
    if await _one(statement, serial_form(sale.serial_number), versions[sale.product]) is not None:
        return
    purchased_on = clock.today() - timedelta(days=sale.days_ago)
    device = Device(
        category=sale.category,
        brand=sale.brand,
        model=sale.model,
        serial_number=sale.serial_number,
        purchased_on=purchased_on,
        price=Money.of(sale.price),
        warranty_until=purchased_on + YEAR,
    )
    partner_id = partners[sale.by.code]
    seller = Actor(frozenset({Role.PARTNER}), partner_id=partner_id)
    version = versions[sale.product]
    async with lending():
        policy = await register(version, partner_id=partner_id, device=device, customer=sale.buyer, actor=seller)
        await give(policy.customer_id, purposes=AGREED, channel=ConsentChannel.PARTNER, actor=seller)


async def _partner_key(kept: str) -> str:
    """The retailer's key: the kept one, else a new one; none when two others are live."""
    partner_id = await _one("SELECT id FROM partner WHERE code = $1", seed_data.RETAILER.code)
    if kept or partner_id is None:
        return kept
    try:
        return (await issue_key(partner_id, name=KEY_NAME, scopes=ApiScope, actor=SEEDING)).text
    except TooManyKeys:
        return ""


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _keep(file: Path, key: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(key)
