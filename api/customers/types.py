"""What customers show: sealed fields only as their masks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.lists import (
    APPLICATION_ORDER,
    APPLICATION_WHERE,
    CLAIM_ORDER,
    CLAIM_WHERE,
    COMPLAINT_ORDER,
    COMPLAINT_WHERE,
    CREDIT_ASSESSMENT_ORDER,
    CREDIT_ASSESSMENT_WHERE,
    INQUIRY_ORDER,
    INQUIRY_WHERE,
    INVOICE_ORDER,
    INVOICE_WHERE,
    PAYOUT_ORDER,
    PAYOUT_WHERE,
    POLICY_ORDER,
    POLICY_WHERE,
    RECOMMENDATION_ORDER,
    RECOMMENDATION_WHERE,
    REPAIR_ORDER_ORDER,
    REPAIR_ORDER_WHERE,
)
from api.node import Node
from api.paging import Connection
from api.partners.types import Partner
from api.reading import fields
from domain.customers.duplicates import SEEN_BY as SEE_DUPLICATES
from domain.customers.reading import CONSENT, CUSTOMER
from domain.customers.terms import (
    ConsentChannel,
    ConsentPurpose,
    CustomerKind,
    DuplicateDetail,
    IdentityState,
    Language,
    SealedField,
)
from domain.kernel.actor import STAFF_ROLES, Role

if TYPE_CHECKING:
    from api.applications.types import Application
    from api.billing.types import Invoice
    from api.claims.types import Claim
    from api.complaints.types import Complaint
    from api.inquiries.types import Inquiry
    from api.payouts.types import Payout
    from api.policies.types import Policy
    from api.quotes.recommendations import Recommendation
    from api.repairs.types import RepairOrder
    from api.risk.types import CreditAssessment

for _kind in (
    ConsentChannel,
    ConsentPurpose,
    CustomerKind,
    DuplicateDetail,
    IdentityState,
    Language,
    SealedField,
):
    described(_kind)


@strawberry.type(description="What customers are told before they consent to something, as the text stands now.")
class ConsentText:
    """What customers are told before they consent to something."""

    purpose: ConsentPurpose = strawberry.field(description="What would be consented to.")
    text_version: int = strawberry.field(description="The text's version, which `consentGive` names.")
    text: str = strawberry.field(description="The text in the reader's language.")


@strawberry.type(description="Another customer who may be the same, in whatever book.")
class PossibleDuplicate:
    """Another customer who may be the same."""

    customer_id: strawberry.ID = strawberry.field(description="The other customer.")
    partner_id: strawberry.ID = strawberry.field(description="The partner in whose book the other stands.")
    same: list[DuplicateDetail] = strawberry.field(description="The details that are the same.")
    is_same_name: bool = strawberry.field(description="Whether the name is the same, too.")


@fields.entity_type(CONSENT)
class Consent(Node):
    """A consent 同意 that a customer gave to one purpose, with the text that was shown. It stands until withdrawn."""

    purpose: ConsentPurpose = fields.bound("What was consented to.")
    text_version: int = fields.bound("The version of the text that was shown.")
    language: Language = fields.bound("The language in which it was shown.")
    text: str = fields.bound("The text that was shown.")
    channel: ConsentChannel = fields.bound("How the consent was given.")
    given_at: datetime = fields.bound("When it was given.")
    withdrawn_at: datetime | None = fields.bound("When it was taken back.")
    taken_by: str = fields.bound("Who wrote it down, as the audit names people.", roles=STAFF_ROLES)
    withdrawn_by: str | None = fields.bound("Who wrote down that it was taken back.", roles=STAFF_ROLES)
    withdrawal_reason: str | None = fields.bound(
        "Why it was taken back, where somebody said so.", roles=STAFF_ROLES | {Role.CUSTOMER}
    )
    customer: Annotated[Customer, strawberry.lazy("api.customers.types")] | None = fields.bound("Who gave it.")
    partner: Partner | None = fields.bound("The partner in whose book the customer stands.")


@fields.entity_type(CUSTOMER)
class Customer(Node):
    """A customer 客户 in one partner's book. Sealed fields are masks for everybody; see `customerReveal`."""

    full_name: str = fields.bound("The name; for partners the first character only.")
    kind: CustomerKind = fields.bound("A person or a company.")
    language: Language = fields.bound("The language in which the customer is written to.")
    phone: str = fields.bound("The mobile number as a mask.")
    mail: str = fields.bound("The mail address as a mask.")
    identity_number: str | None = fields.bound("The identity number 身份证号 as a mask.")
    organisation_code: str | None = fields.bound("A company's code 统一社会信用代码, which is no personal data.")
    identity_state: IdentityState = fields.bound("Whether a register knows the name with the number.")
    identity_checked_at: datetime | None = fields.bound("When the register last answered about them.")
    bank_account: str | None = fields.bound("The account that claims are paid to, as a mask.")
    address: str | None = fields.bound("The address, down to the district.")
    created_at: datetime = fields.bound("When the customer was introduced.")
    version: int = fields.bound("How often it was changed.")
    partner: Partner | None = fields.bound("The partner in whose book the customer stands; out of sight for customers.")
    consents: list[Consent] = fields.bound("What the customer consented to, the latest first.", descending=True)
    consent_texts: list[ConsentText] = fields.bound("What the customer is to be told before he or she consents.")
    possible_duplicates: list[PossibleDuplicate] = fields.bound(
        "Customers of all books who may be the same, the most alike first, at most 20.", roles=SEE_DUPLICATES
    )
    policies: Connection[Annotated[Policy, strawberry.lazy("api.policies.types")]] = fields.connection(
        "The customer's policies.", order=POLICY_ORDER, where=POLICY_WHERE
    )
    claims: Connection[Annotated[Claim, strawberry.lazy("api.claims.types")]] = fields.connection(
        "The customer's claims.", order=CLAIM_ORDER, where=CLAIM_WHERE
    )
    invoices: Connection[Annotated[Invoice, strawberry.lazy("api.billing.types")]] = fields.connection(
        "What the customer owes or has paid for covers.", order=INVOICE_ORDER, where=INVOICE_WHERE
    )
    payouts: Connection[Annotated[Payout, strawberry.lazy("api.payouts.types")]] = fields.connection(
        "What was or will be paid to the customer.", order=PAYOUT_ORDER, where=PAYOUT_WHERE
    )
    complaints: Connection[Annotated[Complaint, strawberry.lazy("api.complaints.types")]] = fields.connection(
        "The customer's complaints.", order=COMPLAINT_ORDER, where=COMPLAINT_WHERE
    )
    repair_orders: Connection[Annotated[RepairOrder, strawberry.lazy("api.repairs.types")]] = fields.connection(
        "Repairs of the customer's devices.", order=REPAIR_ORDER_ORDER, where=REPAIR_ORDER_WHERE
    )
    inquiries: Connection[Annotated[Inquiry, strawberry.lazy("api.inquiries.types")]] = fields.connection(
        "What the customer asked.", order=INQUIRY_ORDER, where=INQUIRY_WHERE
    )
    credit_assessments: Connection[Annotated[CreditAssessment, strawberry.lazy("api.risk.types")]] = fields.connection(
        "How the customer was scored; for staff.", order=CREDIT_ASSESSMENT_ORDER, where=CREDIT_ASSESSMENT_WHERE
    )
    applications: Connection[Annotated[Application, strawberry.lazy("api.applications.types")]] = fields.connection(
        "What the customer applied for.", order=APPLICATION_ORDER, where=APPLICATION_WHERE
    )
    recommendations: Connection[Annotated[Recommendation, strawberry.lazy("api.quotes.recommendations")]] = (
        fields.connection("What the customer was advised.", order=RECOMMENDATION_ORDER, where=RECOMMENDATION_WHERE)
    )
