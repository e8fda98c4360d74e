"""What applications show; what underwriting found is for those who judge it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.policies.types import COMMISSION_READERS, Device, Policy
from api.products.types import ProductVersion
from api.quotes.recommendations import Recommendation
from api.reading import fields
from api.risk.types import CreditAssessment
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.applications.reading import APPLICATION, DISCLOSURE, JUDGES, UNDERWRITING_FLAG
from domain.applications.terms import (
    ApplicationAction,
    ApplicationState,
    DeclineReason,
    DisclosureChannel,
    FlagAction,
    FlagCode,
    FlagLevel,
    FlagState,
    OfferChoice,
)
from domain.customers.terms import Language
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.products.terms import DisclosureLevel
from domain.risk.terms import DeclaredUse

if TYPE_CHECKING:
    from api.billing.types import Invoice
    from api.inquiries.types import Inquiry
    from api.notifications.types import Notification

for _kind in (
    ApplicationAction, ApplicationState, DeclaredUse, DeclineReason, DisclosureChannel, DisclosureLevel, Language,
    OfferChoice,
):  # fmt: skip
    described(_kind)
for _flag in (FlagAction, FlagCode, FlagLevel, FlagState):
    described(_flag, f"Underwriting{_flag.__name__}")
INSIDERS = (Role.SALES, Role.CUSTOMER_SERVICE, *JUDGES)


@strawberry.type(description="What an applicant was asked for, and what was given.")
class ApplicationRequest:
    """What an applicant was asked for, and what was given."""

    at: datetime = strawberry.field(description="When it was asked for.")
    items: list[str] = strawberry.field(description="What is missing, all of it at once.")
    answer: str | None = strawberry.field(description="What was given; null while it is waited for.")
    answered_at: datetime | None = strawberry.field(description="When it was given.")


@fields.entity_type(APPLICATION)
class Application(Node):
    """One application 投保申请 for a cover of one device; a quote 报价 while it is only priced."""

    application_number: str = fields.bound("The number for people, as in letters.")
    state: ApplicationState = fields.bound("Where it stands.")
    available_actions: list[ApplicationAction] = fields.bound("What you may do with it in its state.")
    device: Device = fields.group("The thing to be insured.")
    declared_use: DeclaredUse = fields.bound("What the device is used for, as declared 如实告知.")
    instalments: int = fields.bound("In how many parts the premium is paid.")
    currency: Currency = fields.bound("The currency of its amounts.")
    priced_on: date | None = fields.bound("The day of the price, since which the inputs are locked.")
    sum_insured: MoneyType | None = fields.bound("The most that would be paid for the whole term.")
    tariff_premium: MoneyType | None = fields.bound("What the tariff alone comes to, with tax.")
    premium: MoneyType | None = fields.bound("What it costs as agreed upon so far, with tax.")
    offered_premium: MoneyType | None = fields.bound("What was offered instead, with tax.")
    guarantee_offered: bool = fields.bound("Whether a guarantee was offered instead of the higher premium.")
    choice: OfferChoice | None = fields.bound("On which of the offered terms the applicant agreed.")
    guarantor_name: str | None = fields.bound("Who answers for the premium.")
    commission_rate: Decimal | None = fields.bound("The seller's share of the net premium.", roles=COMMISSION_READERS)
    credit_factor: Decimal | None = fields.bound("What the credit grade multiplies the premium by.", roles=JUDGES)
    loading_factor: Decimal | None = fields.bound("What the underwriter multiplied the premium by.", roles=JUDGES)
    referred: bool = fields.bound("Whether it was left to a person.")
    requests: list[ApplicationRequest] = fields.bound("What was asked for and given, oldest first.")
    decline_reason: DeclineReason | None = fields.bound("Why it was declined.")
    decline_text: str | None = fields.bound("Why, in words.")
    decided_at: datetime | None = fields.bound("When a person decided.")
    closing_reason: str | None = fields.bound("Why it was taken back or ended.", roles=INSIDERS)
    drafted_at: datetime = fields.bound("When it was taken down.")
    submitted_at: datetime | None = fields.bound("When it was handed in.")
    closed_at: datetime | None = fields.bound("When it ended.")
    expires_on: date | None = fields.bound("The last day for what you have to do; null while the next step is ours.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    customer: Customer | None = fields.bound("The applicant.")
    partner: Partner | None = fields.bound("The partner in whose book the applicant stands.")
    seller: Staff | None = fields.bound("Who took it down; for staff.")
    product_version: ProductVersion | None = fields.bound("The product that is applied for.")
    recommendation: Recommendation | None = fields.bound("The advice that it stands on.")
    policy: Policy | None = fields.bound("The policy that was issued on it.")
    disclosures: list[Annotated[Disclosure, strawberry.lazy("api.applications.types")]] = fields.bound(
        "What was drawn to the applicant's attention."
    )
    flags: list[Annotated[UnderwritingFlag, strawberry.lazy("api.applications.types")]] = fields.bound(
        "What underwriting found; for those who judge it."
    )
    assessments: list[CreditAssessment] = fields.bound("The credit assessments made for it; for staff.")
    invoices: list[Annotated[Invoice, strawberry.lazy("api.billing.types")]] = fields.bound(
        "What is owed for it until the policy is issued."
    )
    inquiries: list[Annotated[Inquiry, strawberry.lazy("api.inquiries.types")]] = fields.bound(
        "The inquiry that it came from."
    )
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )


@fields.entity_type(UNDERWRITING_FLAG)
class UnderwritingFlag(Node):
    """One thing that underwriting found 核保问题, and what an underwriter made of it."""

    code: FlagCode = fields.bound("What was found.")
    level: FlagLevel = fields.bound("How much it weighs.")
    state: FlagState = fields.bound("Where it stands.")
    available_actions: list[FlagAction] = fields.bound("What you may do with it in its state.")
    value: MoneyType = fields.bound("The sum insured that whoever judges it needs the authority for.")
    currency: Currency = fields.bound("The currency of the value.")
    raised_at: datetime = fields.bound("When it was found.")
    judged_at: datetime | None = fields.bound("When it was judged.")
    reason: str | None = fields.bound("Why it was judged so.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    judge: Staff | None = fields.bound("Who judged it.")
    application: Application | None = fields.bound("The application.")


@fields.entity_type(DISCLOSURE)
class Disclosure(Node):
    """That an exclusion was shown to an applicant and understood 说明义务履行记录, as it read then."""

    code: str = fields.bound("The code that a refusal names.")
    text: str = fields.bound("The text as it was shown, in the language in which it was.")
    level: DisclosureLevel = fields.bound("How it had to be drawn to the applicant's attention.")
    language: Language = fields.bound("The language in which it was shown.")
    channel: DisclosureChannel = fields.bound("How it was shown.")
    shown_by: str = fields.bound("Who showed it, as the audit names actors.", roles=INSIDERS)
    shown_at: datetime = fields.bound("When it was shown.")
    application: Application | None = fields.bound("The application.")
