"""What customers show: sealed fields only as their masks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.lists import (
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
)
from api.node import Node
from api.paging import Connection
from api.partners.types import Partner
from api.reading import fields
from domain.customers.reading import CUSTOMER
from domain.customers.terms import Language, SealedField

if TYPE_CHECKING:
    from api.billing.types import Invoice
    from api.claims.types import Claim
    from api.complaints.types import Complaint
    from api.inquiries.types import Inquiry
    from api.payouts.types import Payout
    from api.policies.types import Policy
    from api.quotes.recommendations import Recommendation
    from api.risk.types import CreditAssessment

described(Language)
described(SealedField)


@fields.entity_type(CUSTOMER)
class Customer(Node):
    """A customer 客户 in one partner's book. Sealed fields are masks for everybody; see `customerReveal`."""

    full_name: str = fields.bound("The name; for partners the first character only.")
    language: Language = fields.bound("The language in which the customer is written to.")
    phone: str = fields.bound("The mobile number as a mask.")
    mail: str = fields.bound("The mail address as a mask.")
    identity_number: str | None = fields.bound("The identity number 身份证号 as a mask.")
    bank_account: str | None = fields.bound("The account that claims are paid to, as a mask.")
    address: str | None = fields.bound("The address, down to the district.")
    created_at: datetime = fields.bound("When the customer was introduced.")
    version: int = fields.bound("How often it was changed.")
    partner: Partner | None = fields.bound("The partner in whose book the customer stands; out of sight for customers.")
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
    inquiries: Connection[Annotated[Inquiry, strawberry.lazy("api.inquiries.types")]] = fields.connection(
        "What the customer asked.", order=INQUIRY_ORDER, where=INQUIRY_WHERE
    )
    credit_assessments: Connection[Annotated[CreditAssessment, strawberry.lazy("api.risk.types")]] = fields.connection(
        "How the customer was scored; for staff.", order=CREDIT_ASSESSMENT_ORDER, where=CREDIT_ASSESSMENT_WHERE
    )
    recommendations: Connection[Annotated[Recommendation, strawberry.lazy("api.quotes.recommendations")]] = (
        fields.connection("What the customer was advised.", order=RECOMMENDATION_ORDER, where=RECOMMENDATION_WHERE)
    )
