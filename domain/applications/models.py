"""The rows of applications. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.applications.terms import (
    ApplicationState,
    DeclineReason,
    DisclosureChannel,
    FlagCode,
    FlagLevel,
    FlagState,
    OfferChoice,
)
from domain.customers.terms import Language
from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.products.terms import DeviceCategory, DeviceCondition, DisclosureLevel
from domain.risk.terms import DeclaredUse

GONE = "state IN ('DECLINED', 'WITHDRAWN', 'EXPIRED')"


class Application(Model):
    """One application 投保申请 for a cover of one device; a quote 报价 while it is only priced.

    `seller_id` is the member of staff who took it down, `assisted_by` all of them who took a step for the applicant, by
    their ids. `premium_minor` is what was agreed upon so far, with tax
    inside: the tariff's until it is accepted, `offered_premium_minor` what is offered instead. `commission_rate`, 0 to
    1, is the seller's on the day of the price. `credit_factor` and `loading_factor` are what the premium is multiplied
    by beyond the tariff. `expires_on` is the last day for what the applicant has to do; null while the next step is
    ours.
    Shape of `requests`: `{"at", "items", "answer", "answered_at"}`, oldest first.
    """

    id: UUID = columns.key()
    application_number: str = columns.text(24)
    state: ApplicationState = columns.choice(ApplicationState)
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    seller: Any = columns.maybe_belongs_to("Staff")
    seller_id: UUID | None
    assisted_by: list[str] = columns.document(list)
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    recommendation: Any = columns.maybe_belongs_to("Recommendation")
    recommendation_id: UUID | None
    category: DeviceCategory = columns.choice(DeviceCategory)
    brand: str = columns.text(60)
    model: str = columns.text(60)
    serial_number: str = columns.text(40)
    condition: DeviceCondition = columns.choice(DeviceCondition)
    purchased_on: date = columns.day()
    invoice_number: str | None = columns.maybe_text(40)
    warranty_until: date | None = columns.maybe_day()
    declared_use: DeclaredUse = columns.choice(DeclaredUse)
    instalments: int = columns.whole()
    currency: Currency = columns.choice(Currency)
    price_minor: int = columns.minor()
    sum_insured_minor: int | None = columns.maybe_minor()
    tariff_premium_minor: int | None = columns.maybe_minor()
    premium_minor: int | None = columns.maybe_minor()
    offered_premium_minor: int | None = columns.maybe_minor()
    commission_rate: Decimal | None = columns.maybe_rate()
    credit_factor: Decimal | None = columns.maybe_rate()
    loading_factor: Decimal | None = columns.maybe_rate()
    guarantee_offered: bool = columns.flag()
    choice: OfferChoice | None = columns.maybe_choice(OfferChoice)
    guarantor_name: str | None = columns.maybe_text(100)
    referred: bool = columns.flag()
    requests: list[dict[str, Any]] = columns.document(list)
    reminded: int = columns.whole(0)
    decided_by: UUID | None = columns.maybe_reference()
    decided_at: datetime | None = columns.maybe_instant()
    decline_reason: DeclineReason | None = columns.maybe_choice(DeclineReason)
    decline_text: str | None = columns.maybe_text(2000)
    closing_reason: str | None = columns.maybe_text(2000)
    policy: Any = columns.maybe_belongs_to("Policy")
    policy_id: UUID | None
    drafted_at: datetime = columns.instant(clock.now)
    priced_on: date | None = columns.maybe_day()
    submitted_at: datetime | None = columns.maybe_instant()
    closed_at: datetime | None = columns.maybe_instant()
    expires_on: date | None = columns.maybe_day()
    version: int = columns.version()

    class Meta:
        table = "application"
        constraints = (
            UniqueConstraint(fields=("application_number",), name="application_number_key"),
            UniqueConstraint(
                fields=("recommendation_id",), name="application_recommendation_key", condition=f"NOT ({GONE})"
            ),
            CheckConstraint(check="instalments BETWEEN 1 AND 12", name="application_instalments"),
            CheckConstraint(check="price_minor > 0", name="application_price"),
            CheckConstraint(
                check="state IN ('DRAFT', 'WITHDRAWN', 'EXPIRED') OR num_nulls(sum_insured_minor, tariff_premium_minor,"
                " premium_minor, commission_rate, priced_on) = 0",
                name="application_priced",
            ),
            CheckConstraint(
                check="(state = 'DECLINED') = (decline_reason IS NOT NULL)"
                " AND (decline_reason IS NULL OR (decided_by IS NOT NULL AND decline_text IS NOT NULL))",
                name="application_declined_by_a_person",
            ),
            CheckConstraint(
                check="state <> 'COUNTER_OFFERED' OR offered_premium_minor IS NOT NULL", name="application_offered_what"
            ),
            CheckConstraint(check="(state = 'ISSUED') = (policy_id IS NOT NULL)", name="application_issued_what"),
            CheckConstraint(
                check="(choice IS NOT DISTINCT FROM 'GUARANTEE') = (guarantor_name IS NOT NULL)",
                name="application_guaranteed_by_whom",
            ),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="application_customer"),
            Index(fields=("partner_id", "id"), name="application_partner"),
            Index(fields=("seller_id", "id"), name="application_seller"),
            Index(fields=("product_version_id", "id"), name="application_product_version"),
            Index(fields=("recommendation_id", "id"), name="application_recommendation"),
            Index(fields=("policy_id", "id"), name="application_policy"),
            Index(fields=("state", "id"), name="application_state"),
            Index(fields=("state", "expires_on", "id"), name="application_expiry"),
        )


class UnderwritingFlag(Model):
    """One thing that underwriting found of an application 核保问题, and what an underwriter made of it.

    `value_minor` is the sum insured that whoever approves or clears it needs the authority for.
    """

    id: UUID = columns.key()
    application: Any = columns.belongs_to("Application")
    application_id: UUID
    code: FlagCode = columns.choice(FlagCode)
    level: FlagLevel = columns.choice(FlagLevel)
    state: FlagState = columns.choice(FlagState)
    currency: Currency = columns.choice(Currency)
    value_minor: int = columns.minor()
    raised_at: datetime = columns.instant(clock.now)
    judge: Any = columns.maybe_belongs_to("Staff")
    judge_id: UUID | None
    judged_at: datetime | None = columns.maybe_instant()
    reason: str | None = columns.maybe_text(2000)
    version: int = columns.version()

    class Meta:
        table = "underwriting_flag"
        constraints = (
            UniqueConstraint(fields=("application_id", "code"), name="underwriting_flag_key"),
            CheckConstraint(
                check="num_nulls(judge_id, judged_at, reason) = CASE WHEN state = 'OPEN' THEN 3 ELSE 0 END",
                name="underwriting_flag_judged_by_whom",
            ),
            CheckConstraint(
                check="level <> 'REJECT' OR state IN ('OPEN', 'REJECTED')", name="underwriting_flag_not_set_aside"
            ),
        )
        indexes = (
            Index(fields=("application_id", "id"), name="underwriting_flag_application"),
            Index(fields=("judge_id", "id"), name="underwriting_flag_judge"),
        )


class Disclosure(Model):
    """That an exclusion was shown to an applicant and understood 说明义务履行记录, as it read then; it never changes.

    Source: Insurance Law Art. 17.
    """

    id: UUID = columns.key()
    application: Any = columns.belongs_to("Application")
    application_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    seller_id: UUID | None = columns.maybe_reference()
    product_version_id: UUID = columns.reference()
    code: str = columns.text(32)
    text: str = columns.text(500)
    level: DisclosureLevel = columns.choice(DisclosureLevel)
    language: Language = columns.choice(Language)
    channel: DisclosureChannel = columns.choice(DisclosureChannel)
    shown_by: str = columns.text(64)
    shown_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "disclosure"
        constraints = (
            UniqueConstraint(fields=("application_id", "product_version_id", "code"), name="disclosure_key"),
        )
        indexes = (Index(fields=("application_id", "id"), name="disclosure_application"),)


class UnderwritingStandard(Model):
    """What is accepted without a person, from a day on: sums insured up to a limit, fewer claims than a number."""

    id: UUID = columns.key()
    applies_from: date = columns.day()
    currency: Currency = columns.choice(Currency)
    sum_limit_minor: int = columns.minor()
    claims: int = columns.whole()
    source: str = columns.text(300)

    class Meta:
        table = "underwriting_standard"
        constraints = (
            UniqueConstraint(fields=("currency", "applies_from"), name="underwriting_standard_key"),
            CheckConstraint(check="sum_limit_minor >= 0 AND claims >= 0", name="underwriting_standard_amounts"),
        )
