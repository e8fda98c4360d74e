"""The rows of staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.staff.terms import AuthorityKind, ChangeKind, ChangeState, ProductGrade


class Staff(Model):
    """A member of staff. `roles` holds names of `Role`; who left is not active and cannot sign in.

    `sales_grade` is the hardest grade of product that he or she may sell, up to and including `qualified_until`.
    """

    id: UUID = columns.key()
    email: str = columns.text(254)
    name: str = columns.text(100)
    roles: list[Role] = columns.document(list)
    active: bool = columns.flag(default=True)
    sales_grade: ProductGrade | None = columns.maybe_choice(ProductGrade)
    qualified_until: date | None = columns.maybe_day()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "staff"
        constraints = (
            UniqueConstraint(fields=("email",), name="staff_email_key"),
            CheckConstraint(check="email = lower(email)", name="staff_email_lower"),
            CheckConstraint(
                check="(sales_grade IS NULL) = (qualified_until IS NULL)", name="staff_qualification_whole"
            ),
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


class StaffChange(Model):
    """Other roles or another limit for somebody, proposed by one person and confirmed by a second one.

    `roles` of a change of roles are all from then on; a change of a limit has `authority`, amount and currency.
    """

    id: UUID = columns.key()
    staff: Any = columns.belongs_to("Staff")
    staff_id: UUID
    kind: ChangeKind = columns.choice(ChangeKind)
    state: ChangeState = columns.choice(ChangeState)
    roles: list[Role] = columns.document(list)
    authority: AuthorityKind | None = columns.maybe_choice(AuthorityKind)
    limit_minor: int | None = columns.maybe_minor()
    currency: Currency | None = columns.maybe_choice(Currency)
    reason: str = columns.text(2000)
    proposer: Any = columns.belongs_to("Staff")
    proposer_id: UUID
    proposed_at: datetime = columns.instant(clock.now)
    decider: Any = columns.maybe_belongs_to("Staff")
    decider_id: UUID | None
    decided_at: datetime | None = columns.maybe_instant()
    rejection_reason: str | None = columns.maybe_text(2000)
    version: int = columns.version()

    class Meta:
        table = "staff_change"
        constraints = (
            UniqueConstraint(
                fields=("staff_id", "kind"), name="staff_change_open_roles_key",
                condition="state = 'PROPOSED' AND kind = 'ROLES'",
            ),
            UniqueConstraint(
                fields=("staff_id", "authority"), name="staff_change_open_limit_key",
                condition="state = 'PROPOSED' AND kind = 'LIMIT'",
            ),
            CheckConstraint(
                check="state <> 'CONFIRMED' OR (decider_id <> proposer_id AND decider_id <> staff_id)",
                name="staff_change_second_person",
            ),
            CheckConstraint(
                check="proposer_id <> staff_id", name="staff_change_not_ones_own",
            ),
            CheckConstraint(
                check="(state = 'PROPOSED') = (decider_id IS NULL) AND (state = 'PROPOSED') = (decided_at IS NULL)",
                name="staff_change_decided_whole",
            ),
            CheckConstraint(
                check="(kind = 'ROLES') = (roles <> '[]'::jsonb)"
                " AND (kind = 'LIMIT') = (authority IS NOT NULL AND limit_minor IS NOT NULL AND currency IS NOT NULL)",
                name="staff_change_whole",
            ),
        )
        indexes = (
            Index(fields=("staff_id", "id"), name="staff_change_staff"),
            Index(fields=("state", "id"), name="staff_change_state"),
            Index(fields=("proposer_id",), name="staff_change_proposer"),
            Index(fields=("decider_id",), name="staff_change_decider"),
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
