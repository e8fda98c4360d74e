"""Introducing a customer into a partner's book."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.customers.details import (
    CustomerDetails,
    all_sealed_columns,
    blind_indexes,
    check_details,
    to_camel,
)
from domain.customers.models import Customer
from domain.customers.refusals import DetailDiffers
from domain.kernel.actor import Actor, Role
from domain.kernel.database import current, take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Refusal, refuse_all
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
    if not actor.has(*INTRODUCERS) or (actor.partner_id is not None and actor.partner_id != partner_id):
        raise Forbidden(permission="customer:introduce")
    check_details(details)
    phone = blind_index("phone", details.phone.strip())
    await take_turns(phone_key(partner_id, phone))
    known = await Customer.filter(partner_id=partner_id, phone_blind=phone).first()
    if known is not None:
        refuse_all(_differences(known, details))
        return known.id
    row = await _add(details, partner_id)
    await record(
        "customer:introduce",
        Subject(SubjectKind.CUSTOMER, row.id),
        actor,
        after={"phone": row.phone_mask, "mail": row.mail_mask, "partner_id": partner_id},
    )
    return row.id


def _differences(known: Customer, details: CustomerDetails) -> list[Refusal]:
    """What was given and is known otherwise: most likely the number is a stranger's, by a slip of the pen."""
    given = {"full_name": details.full_name.strip(), **blind_indexes(details)}
    kept = {name: getattr(known, name if name == "full_name" else f"{name}_blind") for name in given}
    return [
        DetailDiffers(field=name, path=("input", "customer", to_camel(name)))
        for name, value in given.items()
        if kept[name] is not None and kept[name] != value
    ]


def phone_key(partner_id: UUID, phone: bytes) -> str:
    """What those wait for each other by who bring one phone into one book, so that the second one finds the first."""
    return f"customer:phone:{partner_id}:{phone.hex()}"


async def _add(details: CustomerDetails, partner_id: UUID) -> Customer:
    row_id = new_id()
    return await Customer.create(
        id=row_id,
        partner_id=partner_id,
        full_name=details.full_name.strip(),
        language=details.language,
        **all_sealed_columns(row_id, details),
    )
