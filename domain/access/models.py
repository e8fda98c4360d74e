"""The rows of access. Whatever proves something stands as a hash, in a table that the readers' role cannot read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.access.terms import ApiScope, CodePurpose, EndReason, Principal
from domain.kernel import clock, columns
from domain.kernel.actor import Role


class Session(Model):
    """Somebody who is signed in, or the API key of a partner, in the roles given at sign-in or at the last renewal.

    Exactly one of `staff_id`, `customer_id`, `partner_id` is set. `label` is the name of an API key, and
    `scopes` what it may be used for; people have neither.
    """

    id: UUID = columns.key()
    principal: Principal = columns.choice(Principal)
    staff: Any = columns.maybe_belongs_to("Staff")
    staff_id: UUID | None
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    partner: Any = columns.maybe_belongs_to("Partner")
    partner_id: UUID | None
    roles: list[Role] = columns.document(list)
    label: str | None = columns.maybe_text(100)
    scopes: list[ApiScope] = columns.document(list)
    created_at: datetime = columns.instant(clock.now)
    expires_at: datetime = columns.instant()
    refreshed_at: datetime | None = columns.maybe_instant()
    revoked_at: datetime | None = columns.maybe_instant()
    revoked_reason: EndReason | None = columns.maybe_choice(EndReason)
    version: int = columns.version()

    class Meta:
        table = "session"
        constraints = (
            CheckConstraint(check="num_nonnulls(staff_id, customer_id, partner_id) = 1", name="session_one_principal"),
            CheckConstraint(
                check="(principal = 'STAFF') = (staff_id IS NOT NULL) "
                "AND (principal = 'CUSTOMER') = (customer_id IS NOT NULL)",
                name="session_principal_named",
            ),
            CheckConstraint(check="(principal = 'API_KEY') = (scopes <> '[]'::jsonb)", name="session_scopes_of_keys"),
            CheckConstraint(check="(revoked_at IS NULL) = (revoked_reason IS NULL)", name="session_revoked_why"),
        )
        indexes = (
            Index(fields=("staff_id", "id"), name="session_staff"),
            Index(fields=("customer_id", "id"), name="session_customer"),
            Index(fields=("partner_id", "id"), name="session_partner"),
        )


class SessionSecret(Model):
    """The hash (SHA-256) of a session's present refresh token."""

    id: UUID = columns.key()
    session: Any = columns.belongs_to("Session")
    session_id: UUID
    refresh_hash: bytes = columns.sealed()

    class Meta:
        table = "session_secret"
        constraints = (UniqueConstraint(fields=("session_id",), name="session_secret_session_key"),)


class ApiKey(Model):
    """The hash (SHA-256) of an API key. Its id is that of its session, which says whose it is and how long it lives."""

    id: UUID = columns.key()
    key_hash: bytes = columns.sealed()

    class Meta:
        table = "api_key"


class OneTimeCode(Model):
    """A one-time code sent to a mail address, for the customer or the member of staff who has it; else nobody's."""

    id: UUID = columns.key()
    purpose: CodePurpose = columns.choice(CodePurpose)
    mail_blind: bytes = columns.sealed()
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    staff: Any = columns.maybe_belongs_to("Staff")
    staff_id: UUID | None
    code_hash: bytes = columns.sealed()
    created_at: datetime = columns.instant(clock.now)
    expires_at: datetime = columns.instant()
    attempts: int = columns.whole(0)
    used_at: datetime | None = columns.maybe_instant()

    class Meta:
        table = "one_time_code"
        constraints = (
            CheckConstraint(
                check="(purpose = 'CUSTOMER_SIGN_IN' OR customer_id IS NULL) "
                "AND (purpose = 'STAFF_PASSWORD' OR staff_id IS NULL)",
                name="one_time_code_purpose",
            ),
        )
        indexes = (
            Index(fields=("mail_blind", "purpose", "id"), name="one_time_code_mail"),
            Index(fields=("customer_id",), name="one_time_code_customer"),
            Index(fields=("staff_id",), name="one_time_code_staff"),
            Index(fields=("expires_at",), name="one_time_code_expires"),
        )


class StaffTotp(Model):
    """The second factor of a member of staff; it counts once confirmed. `last_step` is that of the last code used.

    Units: steps of 30 seconds since 1970.
    """

    id: UUID = columns.key()
    staff: Any = columns.belongs_to("Staff")
    staff_id: UUID
    secret_sealed: bytes = columns.sealed()
    started_at: datetime = columns.instant(clock.now)
    confirmed_at: datetime | None = columns.maybe_instant()
    last_step: int = columns.big(0)

    class Meta:
        table = "staff_totp"
        constraints = (UniqueConstraint(fields=("staff_id",), name="staff_totp_staff_key"),)


class SignInAttempt(Model):
    """How often signing in was tried for one account, or from one origin, since an instant; `key` names it blindly."""

    id: UUID = columns.key()
    key: bytes = columns.sealed()
    tries: int = columns.whole(0)
    since: datetime = columns.instant()

    class Meta:
        table = "sign_in_attempt"
        constraints = (UniqueConstraint(fields=("key",), name="sign_in_attempt_key"),)
        indexes = (Index(fields=("since",), name="sign_in_attempt_since"),)
