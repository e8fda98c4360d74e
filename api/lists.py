"""Orders and filters of the lists that types of several rooms show."""

from __future__ import annotations

from api.listing import order_of, where_of
from domain.applications.reading import APPLICATION
from domain.applications.terms import ApplicationState
from domain.billing.reading import INVOICE
from domain.billing.terms import InvoiceState
from domain.bordereaux.reading import BORDEREAU
from domain.bordereaux.terms import BordereauState
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.claims.reading import CLAIM, FIRST_NOTICE
from domain.claims.terms import ClaimState, FirstNoticeState
from domain.commissions.reading import COMMISSION_STATEMENT
from domain.commissions.terms import StatementState
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
from domain.recoveries.reading import RECOVERY_RECEIPT, SALVAGE, SUBROGATION
from domain.recoveries.terms import ReceiptState, SalvageState, SubrogationState
from domain.repairs.reading import RATE_CARD_LINE, REPAIR_ORDER, REPAIRER
from domain.repairs.terms import RepairState
from domain.risk.reading import CREDIT_ASSESSMENT
from domain.risk.terms import CreditGrade
from domain.surveys.reading import SURVEY, SURVEY_MONTH
from domain.surveys.terms import SurveyState

APPLICATION_ORDER = order_of(APPLICATION)
APPLICATION_WHERE = where_of(APPLICATION, state=ApplicationState)
BORDEREAU_ORDER = order_of(BORDEREAU)
COMMISSION_STATEMENT_ORDER = order_of(COMMISSION_STATEMENT)
COMMISSION_STATEMENT_WHERE = where_of(COMMISSION_STATEMENT, state=StatementState)
BORDEREAU_WHERE = where_of(BORDEREAU, state=BordereauState)
CLAIM_BORDEREAU_ORDER = order_of(CLAIM_BORDEREAU)
CLAIM_BORDEREAU_WHERE = where_of(CLAIM_BORDEREAU, state=BordereauState)
CLAIM_ORDER = order_of(CLAIM)
CLAIM_WHERE = where_of(CLAIM, state=ClaimState, cause=Peril)
COMMISSION_RATE_ORDER = order_of(COMMISSION_RATE)
COMMISSION_RATE_WHERE = where_of(COMMISSION_RATE)
COMPLAINT_ORDER = order_of(COMPLAINT)
COMPLAINT_WHERE = where_of(COMPLAINT, state=ComplaintState, category=ComplaintCategory)
FIRST_NOTICE_ORDER = order_of(FIRST_NOTICE)
FIRST_NOTICE_WHERE = where_of(FIRST_NOTICE, state=FirstNoticeState)
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
RECOVERY_RECEIPT_ORDER = order_of(RECOVERY_RECEIPT)
RECOVERY_RECEIPT_WHERE = where_of(RECOVERY_RECEIPT, state=ReceiptState)
REGISTRATION_ORDER = order_of(REGISTRATION)
REGISTRATION_ROW_ORDER = order_of(REGISTRATION_ROW)
REGISTRATION_ROW_WHERE = where_of(REGISTRATION_ROW, outcome=RowOutcome)
REPAIR_ORDER_ORDER = order_of(REPAIR_ORDER)
REPAIR_ORDER_WHERE = where_of(REPAIR_ORDER, state=RepairState)
REPAIRER_ORDER = order_of(REPAIRER)
SALVAGE_ORDER = order_of(SALVAGE)
SALVAGE_WHERE = where_of(SALVAGE, state=SalvageState)
SUBROGATION_ORDER = order_of(SUBROGATION)
SUBROGATION_WHERE = where_of(SUBROGATION, state=SubrogationState)
SURVEY_ORDER = order_of(SURVEY)
SURVEY_WHERE = where_of(SURVEY, state=SurveyState)
SURVEY_MONTH_ORDER = order_of(SURVEY_MONTH)
SURVEY_MONTH_WHERE = where_of(SURVEY_MONTH)
WEBHOOK_DELIVERY_ORDER = order_of(WEBHOOK_DELIVERY)
WEBHOOK_DELIVERY_WHERE = where_of(WEBHOOK_DELIVERY, state=WebhookDeliveryState)
WEBHOOK_ENDPOINT_ORDER = order_of(WEBHOOK_ENDPOINT)
