"""Changing what is known of a customer; a new bank account starts the cool-down before payouts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.audit.entries import record
from domain.customers.contacts import recipient
from domain.customers.details import SEALED, sealed_columns, to_camel
from domain.customers.introduction import phone_key
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.notifications.terms import Recipient


async def change_contact(
    customer_id: UUID, *, phone: str | None, mail: str | None, expected_version: int, actor: Actor
) -> None:
    """Changes phone or mail, by the customer or customer service; after a new phone nothing is paid out for 24 hours.

    Raises: Forbidden, NotFound, StaleVersion; Invalid for a value that breaks its rule; AlreadyExists for the phone of
    another customer in the same book.
    """
    await _change({"phone": phone, "mail": mail}, customer_id, expected_version, actor)


async def change_bank_account(customer_id: UUID, *, bank_account: str, expected_version: int, actor: Actor) -> None:
    """Changes the account that claims are paid to; nothing is paid to it for 24 hours.

    Raises: Forbidden, NotFound, StaleVersion, Invalid.
    """
    await _change({"bank_account": bank_account}, customer_id, expected_version, actor)


async def _change(values: dict[str, str | None], customer_id: UUID, expected_version: int, actor: Actor) -> None:
    if not actor.has(Role.CUSTOMER, Role.CUSTOMER_SERVICE):
        raise Forbidden(permission="customer:change")
    async with transaction():
        row = await lock_visible(Customer, CUSTOMER, customer_id, actor)
        expect_version(row, expected_version)
        former, former_mail = recipient(row), bytes(row.mail_blind)
        given = {name: plain for name, plain in values.items() if plain is not None}
        before = _masks(row, given)
        changed = _set(row, given)
        if "phone" in given:
            await _expect_own_phone(row)
        await save_changes(row, *changed)
        subject = Subject(SubjectKind.CUSTOMER, row.id)
        await record("customer:change", subject, actor, before=before, after=_masks(row, given))
        moved = bytes(row.mail_blind) != former_mail
        await _tell(row, (former, recipient(row)) if moved else (former,), actor, account="bank_account" in given)


def _masks(row: Customer, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(row, f"{name}_mask") for name in names}


def _set(row: Customer, given: dict[str, str]) -> list[str]:
    """Sets the sealed fields that were given. Returns the columns that were set.

    Raises: Invalid for a value that breaks its rule, or when nothing was given.
    """
    columns: dict[str, object] = {}
    for name, plain in given.items():
        if not SEALED[name].fits(SEALED[name].normalise(plain)):
            raise Invalid(f"{name}_form", path=("input", to_camel(name)))
        columns |= sealed_columns(row.id, name, plain)
    if not columns:
        raise Invalid("required", path=("input",))
    if given.keys() & {"phone", "bank_account"}:
        columns["payee_changed_at"] = clock.now()
    if "mail" in given and columns["mail_blind"] != bytes(row.mail_blind):
        columns["mail_since"] = clock.now()
    for column, value in columns.items():
        setattr(row, column, value)
    return list(columns)


async def _expect_own_phone(row: Customer) -> None:
    """Refuses a phone by which the book knows another customer.

    Raises: AlreadyExists.
    """
    await take_turns(phone_key(row.partner_id, row.phone_blind))
    others = Customer.filter(partner_id=row.partner_id, phone_blind=row.phone_blind).exclude(id=row.id)
    if await others.exists():
        raise AlreadyExists("A customer of this mobile number", path=("input", "phone"))


async def _tell(row: Customer, addresses: tuple[Recipient, ...], actor: Actor, *, account: bool) -> None:
    """Tells the customer at the address that was known before, and at a new one: whoever did not ask for it objects."""
    subject, scope = Subject(SubjectKind.CUSTOMER, row.id), Scope(row.id, row.partner_id)
    if account:
        await notify(
            template="BANK_ACCOUNT_CHANGED",
            recipient=addresses[0],
            parameters={"account": row.bank_account_mask or ""},
            subject=subject,
            scope=scope,
            actor=actor,
        )
        return
    for each in addresses:
        await notify(
            template="CONTACT_CHANGED",
            recipient=each,
            parameters={"phone": row.phone_mask, "mail": row.mail_mask},
            subject=subject,
            scope=scope,
            actor=actor,
        )

