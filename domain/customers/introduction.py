"""Introducing a customer into a partner's book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import Entry, record_all
from domain.customers.details import (
    CustomerDetails,
    all_sealed_columns,
    blind_indexes,
    check_details,
    organisation_form,
    to_camel,
)
from domain.customers.guessing import Tries, tries_at
from domain.customers.models import Customer
from domain.customers.refusals import DetailDiffers
from domain.customers.terms import CustomerKind, IdentityState
from domain.kernel.actor import Actor, Role
from domain.kernel.database import current, take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Refusal, refuse_all
from domain.kernel.rows import add_all
from domain.kernel.sealing import blind_index
from domain.kernel.subject import Subject, SubjectKind

INTRODUCERS = (Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE, Role.SYSTEM)
GUESSED = ("identity_number", "bank_account")
"""What a partner may not find out by trying."""


async def introduce(details: CustomerDetails, partner_id: UUID, *, actor: Actor) -> UUID:
    """Introduces a customer; one whose phone the book knows already is found again, unchanged.

    Raises: Forbidden; Refusals for fields that break their rules, or differ from what is known (DetailDiffers), and
    with TooManyAttempts where sealed ones were guessed at too often.
    """
    check_details(details)
    async with transaction():
        return await introduce_within(details, partner_id, actor=actor)


async def introduce_within(details: CustomerDetails, partner_id: UUID, *, actor: Actor) -> UUID:
    """The same inside the caller's transaction: how a sale introduces its customer.

    Raises: NoTransaction, Forbidden; Refusals as above.
    """
    current()
    _expect_introducer(actor, partner_id)
    check_details(details)
    book = await open_book([details], partner_id, actor=actor)
    found = book.meet(details)
    await book.enter(actor)
    refuse_all(list(found.refused))
    return found.customer_id


@dataclass(frozen=True, slots=True)
class Introduced:
    """A person who was introduced or found again, or why the book knows somebody else by this phone."""

    customer_id: UUID
    refused: tuple[Refusal, ...] = ()


class Book:
    """What a partner's book knows of people who are brought into it together, one after another."""

    def __init__(self, partner_id: UUID, known: Iterable[Customer], tries: Tries) -> None:
        self._partner_id, self._tries = partner_id, tries
        self._known = {bytes(row.phone_blind): row for row in known}
        self._added: list[Customer] = []

    def meet(self, details: CustomerDetails) -> Introduced:
        """Finds somebody again, or has him or her entered in the end: who comes twice is introduced once."""
        phone = blind_index("phone", details.phone.strip())
        known = self._known.get(phone)
        if known is not None:
            return Introduced(known.id, tuple(self._differences(known, details)))
        row = self._known[phone] = _customer(details, self._partner_id)
        self._added.append(row)
        return Introduced(row.id)

    async def enter(self, actor: Actor) -> None:
        """Makes the entries of whoever is new, and keeps how often somebody guessed."""
        await add_all(self._added)
        await record_all([_introduction(row) for row in self._added], actor)
        await self._tries.keep()

    def _differences(self, known: Customer, details: CustomerDetails) -> list[Refusal]:
        """What was given and is known otherwise: most likely the number is a stranger's, by a slip of the pen.

        What is sealed is compared where all else is the same, is not named, and only so often.
        """
        if told := _told_differences(known, details):
            return told
        sealed = _sealed_given(known, details)
        if not sealed:
            return []
        if (bound := self._tries.bound(known.id)) is not None:
            return [bound]
        if all(getattr(known, f"{name}_blind") == value for name, value in sealed.items()):
            return []
        self._tries.add(known.id)
        return [DetailDiffers(path=("input", "customer"))]


async def open_book(people: Sequence[CustomerDetails], partner_id: UUID, *, actor: Actor) -> Book:
    """The book of a partner, opened where it may know these people, whose fields keep their rules.

    Until the commit nobody else brings one of their phones into it.

    Raises: NoTransaction, Forbidden.
    """
    _expect_introducer(actor, partner_id)
    phones = [blind_index("phone", each.phone.strip()) for each in people]
    await take_turns(*(phone_key(partner_id, each) for each in phones))
    rows = await Customer.filter(partner_id=partner_id, phone_blind__in=phones)
    return Book(partner_id, rows, await tries_at([row.id for row in rows]))


def _expect_introducer(actor: Actor, partner_id: UUID) -> None:
    if not actor.has(*INTRODUCERS) or (actor.partner_id is not None and actor.partner_id != partner_id):
        raise Forbidden(permission="customer:introduce")


def _introduction(row: Customer) -> Entry:
    after: dict[str, object] = {"phone": row.phone_mask, "mail": row.mail_mask, "partner_id": row.partner_id}
    return Entry("customer:introduce", Subject(SubjectKind.CUSTOMER, row.id), after=after)


def _told_differences(known: Customer, details: CustomerDetails) -> list[Refusal]:
    """What of the fields that may be named was given and is known otherwise."""
    plain = {"full_name": details.full_name.strip(), "kind": details.said_kind, "organisation_code": _code(details)}
    given: dict[str, object] = {name: value for name, value in plain.items() if value is not None}
    given |= {name: value for name, value in blind_indexes(details).items() if name not in GUESSED}
    kept = {name: getattr(known, name if name in plain else f"{name}_blind") for name in given}
    return [
        DetailDiffers(field=name, path=("input", "customer", to_camel(name)))
        for name, value in given.items()
        if kept[name] is not None and kept[name] != value
    ]


def _sealed_given(known: Customer, details: CustomerDetails) -> dict[str, bytes]:
    """What was given of the fields that nobody may find out by guessing, where the book has one to compare."""
    given = blind_indexes(details)
    return {
        name: given[name] for name in GUESSED if name in given and getattr(known, f"{name}_blind") is not None
    }


def phone_key(partner_id: UUID, phone: bytes) -> str:
    """What those wait for each other by who bring one phone into one book, so that the second one finds the first."""
    return f"customer:phone:{partner_id}:{phone.hex()}"


def _customer(details: CustomerDetails, partner_id: UUID) -> Customer:
    row_id = new_id()
    return Customer(
        id=row_id,
        partner_id=partner_id,
        kind=details.said_kind or CustomerKind.PERSON,
        full_name=details.full_name.strip(),
        language=details.language,
        organisation_code=_code(details),
        identity_state=IdentityState.UNVERIFIED,
        **all_sealed_columns(row_id, details),
    )


def _code(details: CustomerDetails) -> str | None:
    return None if details.organisation_code is None else organisation_form(details.organisation_code)
