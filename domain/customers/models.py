"""The rows of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.customers.terms import ConsentChannel, ConsentPurpose, CustomerKind, IdentityState, Language
from domain.kernel import clock, columns


class Customer(Model):
    """A customer in one partner's book. `<field>_sealed` is the ciphertext, `_mask` what is shown, `_blind` for search.

    `payee_changed_at` is when phone or account were changed, which starts the cool-down before money is paid out;
    `mail_since` is when the entry got its mail address, which decides between several entries of one address.
    `identity_checked_at` is when the register last answered about the present name and number.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    kind: CustomerKind = columns.choice(CustomerKind)
    full_name: str = columns.text(100)
    language: Language = columns.choice(Language)
    phone_sealed: bytes = columns.sealed()
    phone_mask: str = columns.text(32)
    phone_blind: bytes = columns.sealed()
    mail_sealed: bytes = columns.sealed()
    mail_mask: str = columns.text(260)
    mail_blind: bytes = columns.sealed()
    mail_since: datetime = columns.instant(clock.now)
    identity_number_sealed: bytes | None = columns.maybe_sealed()
    identity_number_mask: str | None = columns.maybe_text(32)
    identity_number_blind: bytes | None = columns.maybe_sealed()
    organisation_code: str | None = columns.maybe_text(18)
    identity_state: IdentityState = columns.choice(IdentityState)
    identity_checked_at: datetime | None = columns.maybe_instant()
    bank_account_sealed: bytes | None = columns.maybe_sealed()
    bank_account_mask: str | None = columns.maybe_text(32)
    bank_account_blind: bytes | None = columns.maybe_sealed()
    address_sealed: bytes | None = columns.maybe_sealed()
    address_mask: str | None = columns.maybe_text(64)
    payee_changed_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "customer"
        constraints = (
            UniqueConstraint(fields=("partner_id", "phone_blind"), name="customer_phone_key"),
            CheckConstraint(
                check="(bank_account_sealed IS NULL) = (bank_account_mask IS NULL)", name="customer_bank_account_whole"
            ),
            CheckConstraint(
                check="CASE kind WHEN 'PERSON' THEN organisation_code IS NULL ELSE identity_number_sealed IS NULL END",
                name="customer_number_of_kind",
            ),
            CheckConstraint(
                check="identity_state NOT IN ('VERIFIED', 'MISMATCH') OR identity_checked_at IS NOT NULL",
                name="customer_identity_answered_when",
            ),
            CheckConstraint(
                check="identity_state = 'UNVERIFIED' OR identity_number_sealed IS NOT NULL"
                " OR organisation_code IS NOT NULL",
                name="customer_identity_of_a_number",
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="customer_partner"),
            Index(fields=("phone_blind",), name="customer_phone"),
            Index(fields=("mail_blind",), name="customer_mail"),
            Index(fields=("identity_number_blind",), name="customer_identity_number"),
            Index(fields=("bank_account_blind",), name="customer_bank_account"),
            Index(fields=("organisation_code",), name="customer_organisation_code"),
        )


class Consent(Model):
    """What a customer consented to 个人信息同意记录: once given it never changes, but for being withdrawn, once.

    `text_version` is the version of the text that was shown in `language`; `taken_by` who recorded it, as the audit
    names people, and `withdrawn_by` who recorded that it was taken back. A reason is nothing that is asked for.
    """

    id: UUID = columns.key()
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    purpose: ConsentPurpose = columns.choice(ConsentPurpose)
    text_version: int = columns.whole()
    language: Language = columns.choice(Language)
    channel: ConsentChannel = columns.choice(ConsentChannel)
    taken_by: str = columns.text(80)
    given_at: datetime = columns.instant(clock.now)
    withdrawn_at: datetime | None = columns.maybe_instant()
    withdrawn_by: str | None = columns.maybe_text(80)
    withdrawal_reason: str | None = columns.maybe_text(2000)

    class Meta:
        table = "consent"
        constraints = (
            CheckConstraint(check="(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="consent_withdrawn_whole"),
            CheckConstraint(
                check="withdrawal_reason IS NULL OR withdrawn_at IS NOT NULL", name="consent_reason_of_withdrawal"
            ),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="consent_customer"),
            Index(fields=("partner_id", "id"), name="consent_partner"),
        )


class DetailTries(Model):
    """How often other sealed details than the known ones were given of a customer, since an instant 信息比对次数."""

    id: UUID = columns.key()
    customer_id: UUID = columns.reference()
    tries: int = columns.whole()
    since: datetime = columns.instant()

    class Meta:
        table = "detail_tries"
        constraints = (UniqueConstraint(fields=("customer_id",), name="detail_tries_customer_key"),)
