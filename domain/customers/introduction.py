"""Introducing a customer into a partner's book."""

from __future__ import annotations

from collections.abc import Sequence
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


async def introduce(details: CustomerDetails, partner_id: UUID, *, actor: Actor) -> UUID:
    """Introduces a customer; one whose phone the book knows already is found again, unchanged.

    Raises: Forbidden; Refusals for fields that break their rules, or differ from what is known (DetailDiffers).
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
    (found,) = await introduce_all([details], partner_id, actor=actor)
    refuse_all(list(found.refused))
    return found.customer_id


@dataclass(frozen=True, slots=True)
class Introduced:
    """A person who was introduced or found again, or why the book knows somebody else by this phone."""

    customer_id: UUID
    refused: tuple[Refusal, ...] = ()


async def introduce_all(
    people: Sequence[CustomerDetails], partner_id: UUID, *, actor: Actor
) -> list[Introduced]:
    """Introduces many customers, whose fields keep their rules, in as many statements as one; in their order.

    Who comes twice among them is introduced once and found again.

    Raises: NoTransaction, Forbidden.
    """
    _expect_introducer(actor, partner_id)
    phones = [blind_index("phone", each.phone.strip()) for each in people]
    await take_turns(*(phone_key(partner_id, each) for each in phones))
    rows = await Customer.filter(partner_id=partner_id, phone_blind__in=phones)
    book = {bytes(row.phone_blind): row for row in rows}
    found: list[Introduced] = []
    added: list[Customer] = []
    for phone, details in zip(phones, people, strict=True):
        known = book.get(phone)
        if known is None:
            known = book[phone] = _customer(details, partner_id)
            added.append(known)
            found.append(Introduced(known.id))
        else:
            found.append(Introduced(known.id, tuple(_differences(known, details))))
    await add_all(added)
    await record_all([_introduction(row) for row in added], actor)
    return found


def _expect_introducer(actor: Actor, partner_id: UUID) -> None:
    if not actor.has(*INTRODUCERS) or (actor.partner_id is not None and actor.partner_id != partner_id):
        raise Forbidden(permission="customer:introduce")


def _introduction(row: Customer) -> Entry:
    after: dict[str, object] = {"phone": row.phone_mask, "mail": row.mail_mask, "partner_id": row.partner_id}
    return Entry("customer:introduce", Subject(SubjectKind.CUSTOMER, row.id), after=after)


def _differences(known: Customer, details: CustomerDetails) -> list[Refusal]:
    """What was given and is known otherwise: most likely the number is a stranger's, by a slip of the pen."""
    plain = {"full_name": details.full_name.strip(), "kind": details.said_kind, "organisation_code": _code(details)}
    given: dict[str, object] = {name: value for name, value in plain.items() if value is not None}
    given |= blind_indexes(details)
    kept = {name: getattr(known, name if name in plain else f"{name}_blind") for name in given}
    return [
        DetailDiffers(field=name, path=("input", "customer", to_camel(name)))
        for name, value in given.items()
        if kept[name] is not None and kept[name] != value
    ]


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
