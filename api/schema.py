"""The schema: what every room shows and does, in one graph."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.access.mutations import AccessMutations
from api.access.queries import AccessQueries
from api.applications.mutations import ApplicationsMutations
from api.applications.queries import ApplicationsQueries
from api.audit.queries import AuditQueries
from api.billing.mutations import BillingMutations
from api.billing.queries import BillingQueries
from api.bordereaux.mutations import BordereauxMutations
from api.bordereaux.queries import BordereauxQueries
from api.claim_bordereaux.mutations import ClaimBordereauxMutations
from api.claim_bordereaux.queries import ClaimBordereauxQueries
from api.claims.advances import ClaimAdvancesMutations
from api.claims.clearances import ClaimClearancesMutations
from api.claims.first_notices import FirstNoticesMutations
from api.claims.mutations import ClaimsMutations
from api.claims.papers import ClaimPapersMutations
from api.claims.queries import ClaimsQueries
from api.claims.subscriptions import ClaimsSubscriptions
from api.commissions.mutations import CommissionsMutations
from api.commissions.queries import CommissionsQueries
from api.complaints.mutations import ComplaintsMutations
from api.complaints.queries import ComplaintsQueries
from api.complaints.subscriptions import ComplaintsSubscriptions
from api.customers.mutations import CustomersMutations
from api.customers.queries import CustomersQueries
from api.enums import described
from api.errors import ERROR_TYPES, Code, error_code_enum
from api.evidence.queries import EvidenceQueries
from api.idempotency import idempotent
from api.inquiries.mutations import InquiriesMutations
from api.inquiries.queries import InquiriesQueries
from api.inquiries.subscriptions import InquiriesSubscriptions
from api.jobs.mutations import JobsMutations
from api.jobs.queries import JobsQueries
from api.jobs.subscriptions import JobsSubscriptions
from api.ledger.queries import LedgerQueries
from api.node import NodeQueries
from api.notifications.queries import NotificationsQueries
from api.papers.queries import PapersQueries
from api.partners.mutations import PartnersMutations
from api.partners.queries import PartnersQueries
from api.payouts.mutations import PayoutsMutations
from api.payouts.queries import PayoutsQueries
from api.policies.mutations import PoliciesMutations
from api.policies.queries import PoliciesQueries
from api.policies.subscriptions import PoliciesSubscriptions
from api.products.mutations import ProductsMutations
from api.products.queries import ProductsQueries
from api.quotes.mutations import QuotesMutations
from api.quotes.queries import QuotesQueries
from api.reading.checking import check_schema
from api.reading.telling import tell_sights
from api.recoveries.mutations import RecoveriesMutations
from api.recoveries.queries import RecoveriesQueries
from api.renewals.queries import RenewalsQueries
from api.repairs.mutations import RepairsMutations
from api.repairs.queries import RepairsQueries
from api.risk.mutations import RiskMutations
from api.risk.queries import RiskQueries
from api.scalars import SCALARS
from api.service_levels.mutations import ServiceLevelsMutations
from api.service_levels.queries import ServiceLevelsQueries
from api.staff.mutations import StaffMutations
from api.staff.queries import StaffQueries
from api.surveys.mutations import SurveysMutations
from api.surveys.queries import SurveysQueries


@strawberry.type(description="Everything that can be read; a row out of sight reads as null.")
class Query(
    NodeQueries,
    AccessQueries,
    AuditQueries,
    BillingQueries,
    BordereauxQueries,
    ClaimBordereauxQueries,
    CommissionsQueries,
    ClaimsQueries,
    ComplaintsQueries,
    CustomersQueries,
    EvidenceQueries,
    InquiriesQueries,
    JobsQueries,
    LedgerQueries,
    NotificationsQueries,
    PapersQueries,
    PartnersQueries,
    PayoutsQueries,
    PoliciesQueries,
    ProductsQueries,
    ApplicationsQueries,
    QuotesQueries,
    RecoveriesQueries,
    SurveysQueries,
    RenewalsQueries,
    RepairsQueries,
    RiskQueries,
    ServiceLevelsQueries,
    StaffQueries,
):
    """Everything that can be read."""


@strawberry.type(description="Everything that can be done: one verb each, five at most in one request.")
class Mutation(
    AccessMutations,
    BillingMutations,
    BordereauxMutations,
    ClaimBordereauxMutations,
    CommissionsMutations,
    ClaimsMutations,
    ClaimPapersMutations,
    ClaimAdvancesMutations,
    ClaimClearancesMutations,
    ComplaintsMutations,
    CustomersMutations,
    FirstNoticesMutations,
    InquiriesMutations,
    JobsMutations,
    PartnersMutations,
    PayoutsMutations,
    PoliciesMutations,
    ProductsMutations,
    ApplicationsMutations,
    QuotesMutations,
    RecoveriesMutations,
    SurveysMutations,
    RepairsMutations,
    RiskMutations,
    ServiceLevelsMutations,
    StaffMutations,
):
    """Everything that can be done."""


@strawberry.type(
    description="What can be watched, one row each: over `graphql-transport-ws`, or as `text/event-stream`. "
    "Each event is read anew under what the reader may see then; states that a later one follows at once may be left "
    "out. A row that is missing or out of sight ends the subscription without an event."
)
class Subscription(
    ClaimsSubscriptions, ComplaintsSubscriptions, InquiriesSubscriptions, JobsSubscriptions, PoliciesSubscriptions
):
    """What can be watched."""


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    directives=[idempotent],
    types=[*ERROR_TYPES, error_code_enum(), described(Code, "RequestErrorCode")],
    config=StrawberryConfig(scalar_map=SCALARS),
)
check_schema(SCHEMA._schema)  # noqa: SLF001 - strawberry has no public name for it
tell_sights(SCHEMA._schema)  # noqa: SLF001
