"""Changing what is known of a customer; a new bank account starts the cool-down before payouts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.customers.contacts import recipient
from domain.customers.details import SEALED, sealed_columns, to_camel
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.notifications.terms import Recipient

BANK_COOL_DOWN = timedelta(hours=24)  # payee fraud: a changed account is not paid to at once


async def change_contact(
    customer_id: UUID, *, phone: str | None, mail: str | None, expected_version: int, actor: Actor
) -> None:
    """Changes phone or mail, by the customer or customer service.

    Raises: Forbidden, NotFound, StaleVersion; Invalid for a value that breaks its rule.
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
        former = recipient(row)
        changed: list[str] = []
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        for name, plain in values.items():
            if plain is None:
                continue
            if not SEALED[name].fits(SEALED[name].normalise(plain)):
                raise Invalid(f"{name}_form", path=("input", to_camel(name)))
            before[name] = getattr(row, f"{name}_mask")
            for column, value in sealed_columns(row.id, name, plain).items():
                setattr(row, column, value)
                changed.append(column)
            after[name] = getattr(row, f"{name}_mask")
        if "bank_account" in after:
            row.bank_changed_at = clock.now()
            changed.append("bank_changed_at")
        if not changed:
            raise Invalid("required", path=("input",))
        await save_changes(row, *changed)
        await record("customer:change", Subject(SubjectKind.CUSTOMER, row.id), actor, before=before, after=after)
        await _tell(row, former, actor, account="bank_account" in after)


async def _tell(row: Customer, former: Recipient, actor: Actor, *, account: bool) -> None:
    """Tells the customer at the address that was known before, and at a new one: whoever did not ask for it objects."""
    subject, scope = Subject(SubjectKind.CUSTOMER, row.id), Scope(row.id, row.partner_id)
    if account:
        await notify(
            template="BANK_ACCOUNT_CHANGED",
            recipient=former,
            parameters={"account": row.bank_account_mask or ""},
            subject=subject,
            scope=scope,
            actor=actor,
        )
        return
    present = recipient(row)
    for each in (former, present) if present.address_sealed != former.address_sealed else (former,):
        await notify(
            template="CONTACT_CHANGED",
            recipient=each,
            parameters={"phone": row.phone_mask, "mail": row.mail_mask},
            subject=subject,
            scope=scope,
            actor=actor,
        )

