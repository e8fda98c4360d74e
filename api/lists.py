"""Orders and filters of the lists that types of several rooms show."""

from __future__ import annotations

from api.listing import order_of, where_of
from domain.applications.reading import APPLICATION
from domain.applications.terms import ApplicationState
from domain.billing.reading import INVOICE
from domain.billing.terms import InvoiceState
from domain.bordereaux.reading import BORDEREAU
from domain.bordereaux.terms import BordereauState
from domain.claims.reading import CLAIM
from domain.claims.terms import ClaimState
from domain.complaints.reading import COMPLAINT
from domain.complaints.terms import ComplaintCategory, ComplaintState
from domain.inquiries.reading import INQUIRY
from domain.inquiries.terms import InquiryChannel, InquiryState, InquiryTopic
from domain.partners.reading import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from domain.partners.terms import WebhookDeliveryState
from domain.payouts.reading import PAYOUT
from domain.payouts.terms import PayoutState
from domain.policies.reading import POLICY, REGISTRATION, REGISTRATION_ROW
from domain.policies.terms import PolicyState, RowOutcome
from domain.products.reading import COMMISSION_RATE
from domain.products.terms import Peril
from domain.quotes.reading import RECOMMENDATION
from domain.repairs.reading import RATE_CARD_LINE, REPAIR_ORDER, REPAIRER
from domain.repairs.terms import RepairState
from domain.risk.reading import CREDIT_ASSESSMENT
from domain.risk.terms import CreditGrade

APPLICATION_ORDER = order_of(APPLICATION)
APPLICATION_WHERE = where_of(APPLICATION, state=ApplicationState)
BORDEREAU_ORDER = order_of(BORDEREAU)
BORDEREAU_WHERE = where_of(BORDEREAU, state=BordereauState)
CLAIM_ORDER = order_of(CLAIM)
CLAIM_WHERE = where_of(CLAIM, state=ClaimState, cause=Peril)
COMMISSION_RATE_ORDER = order_of(COMMISSION_RATE)
COMMISSION_RATE_WHERE = where_of(COMMISSION_RATE)
COMPLAINT_ORDER = order_of(COMPLAINT)
COMPLAINT_WHERE = where_of(COMPLAINT, state=ComplaintState, category=ComplaintCategory)
INQUIRY_ORDER = order_of(INQUIRY)
INQUIRY_WHERE = where_of(INQUIRY, state=InquiryState, channel=InquiryChannel, topic=InquiryTopic)
INVOICE_ORDER = order_of(INVOICE)
INVOICE_WHERE = where_of(INVOICE, state=InvoiceState)
CREDIT_ASSESSMENT_ORDER = order_of(CREDIT_ASSESSMENT)
CREDIT_ASSESSMENT_WHERE = where_of(CREDIT_ASSESSMENT, grade=CreditGrade)
PAYOUT_ORDER = order_of(PAYOUT)
PAYOUT_WHERE = where_of(PAYOUT, state=PayoutState)
POLICY_ORDER = order_of(POLICY)
POLICY_WHERE = where_of(POLICY, state=PolicyState)
RATE_CARD_ORDER = order_of(RATE_CARD_LINE)
RECOMMENDATION_ORDER = order_of(RECOMMENDATION)
RECOMMENDATION_WHERE = where_of(RECOMMENDATION)
REGISTRATION_ORDER = order_of(REGISTRATION)
REGISTRATION_ROW_ORDER = order_of(REGISTRATION_ROW)
REGISTRATION_ROW_WHERE = where_of(REGISTRATION_ROW, outcome=RowOutcome)
REPAIR_ORDER_ORDER = order_of(REPAIR_ORDER)
REPAIR_ORDER_WHERE = where_of(REPAIR_ORDER, state=RepairState)
REPAIRER_ORDER = order_of(REPAIRER)
WEBHOOK_DELIVERY_ORDER = order_of(WEBHOOK_DELIVERY)
WEBHOOK_DELIVERY_WHERE = where_of(WEBHOOK_DELIVERY, state=WebhookDeliveryState)
WEBHOOK_ENDPOINT_ORDER = order_of(WEBHOOK_ENDPOINT)
