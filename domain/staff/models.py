"""The rows of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.staff.terms import AuthorityKind


class Staff(Model):
    """A member of staff. `roles` holds names of `Role`; who left is not active and cannot sign in."""

    id: UUID = columns.key()
    email: str = columns.text(254)
    name: str = columns.text(100)
    roles: list[Role] = columns.document(list)
    active: bool = columns.flag(default=True)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "staff"
        constraints = (
            UniqueConstraint(fields=("email",), name="staff_email_key"),
            CheckConstraint(check="email = lower(email)", name="staff_email_lower"),
        )


class AuthorityLimit(Model):
    """Up to which amount one member of staff may decide, from an instant on. The latest one counts."""

    id: UUID = columns.key()
    staff: Any = columns.belongs_to("Staff")
    staff_id: UUID
    kind: AuthorityKind = columns.choice(AuthorityKind)
    limit_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    valid_from: datetime = columns.instant(clock.now)
    set_by: UUID | None = columns.maybe_reference()

    class Meta:
        table = "authority_limit"
        constraints = (CheckConstraint(check="limit_minor >= 0", name="authority_limit_not_negative"),)
        indexes = (
            Index(fields=("staff_id", "id"), name="authority_limit_staff"),
            Index(fields=("staff_id", "kind", "valid_from"), name="authority_limit_current"),
        )


class StaffPassword(Model):
    """The hash (argon2id, peppered) of a member of staff's password."""

    id: UUID = columns.key()
    staff: Any = columns.belongs_to("Staff")
    staff_id: UUID
    hash: str = columns.text(200)

    class Meta:
        table = "staff_password"
        constraints = (UniqueConstraint(fields=("staff_id",), name="staff_password_staff_key"),)
