"""What claims show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.claims.advice import AdvisedPaper, CoverAdvice
from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.claims.outlook import ClaimStep, Turn
from domain.claims.reading import (
    ADVANCE,
    CLAIM,
    CLAIM_DOCUMENT,
    CLAIM_LINE,
    CLEARANCE,
    FIRST_NOTICE,
    REFERRAL,
    RESERVE_CHANGE,
)
from domain.claims.rules import PayableRule
from domain.claims.terms import (
    AdvanceAction,
    AdvanceState,
    ClaimAction,
    ClaimState,
    ClearanceAction,
    ClearanceState,
    DeclineCode,
    DocumentAction,
    DocumentKind,
    DocumentState,
    Emergency,
    FirstNoticeAction,
    FirstNoticeState,
    ReferralAction,
    ReferralState,
    ReopenReason,
    ReporterKind,
    ReserveReason,
)
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.products.terms import Peril
from domain.risk.reading import FRAUD_READERS

if TYPE_CHECKING:
    from api.complaints.types import Complaint
    from api.evidence.types import EvidenceFile
    from api.inquiries.types import Inquiry
    from api.notifications.types import Notification
    from api.payouts.types import Payout
    from api.policies.types import Policy
    from api.recoveries.types import RecoveryReceipt, Salvage, Subrogation
    from api.repairs.types import RepairOrder
    from api.risk.types import FraudSignal
    from api.surveys.types import Survey
    from api.timelines.types import ClaimEvent

for _kind in (
    AdvanceAction,
    AdvanceState,
    ClaimAction,
    ClaimState,
    ClearanceAction,
    ClearanceState,
    DeclineCode,
    DocumentAction,
    DocumentKind,
    DocumentState,
    Emergency,
    FirstNoticeAction,
    FirstNoticeState,
    PayableRule,
    Peril,
    ReferralAction,
    ReferralState,
    ReopenReason,
    ReporterKind,
    ClaimStep,
    ReserveReason,
):
    described(_kind)
described(Turn, "ClaimTurn")
RESERVE_READERS = (
    Role.CLAIMS_HANDLER,
    Role.CLAIMS_MANAGER,
    Role.FINANCE,
    Role.FINANCE_APPROVER,
    Role.RISK,
    Role.COMPLIANCE,
)


@strawberry.type(description="One rule of the calculation of what the contract pays.")
class CalculationStep:
    """One rule of the calculation."""

    rule: PayableRule = strawberry.field(description="The rule.")
    basis: str = strawberry.field(description="What it was applied to, in a few words.")
    before: Decimal = strawberry.field(description="The exact amount before it, in the claim's currency.")
    after: Decimal = strawberry.field(description="The exact amount after it, in the claim's currency.")


@strawberry.type(description="An action that the state would allow, and why it is blocked now.")
class ClaimActionBlock:
    """A blocked action."""

    action: ClaimAction = strawberry.field(description="The action.")
    code: str = strawberry.field(description="The stable code: that of the refusal it would meet.")
    message: str = strawberry.field(description="A sentence in the reader's language.")


@strawberry.type(description="What happens to a claim next, and by when.")
class ClaimOutlook:
    """What happens next."""

    turn: Turn = strawberry.field(description="Whose turn it is.")
    step: ClaimStep = strawberry.field(description="What happens next.")
    by: datetime | None = strawberry.field(description="By when; null where no limit runs, or while it stands still.")
    message: str = strawberry.field(description="The same as a sentence in the reader's language.")


@fields.entity_type(CLAIM)
class Claim(Node):
    """One claim 赔案 under one policy for one loss."""

    claim_number: str = fields.bound("The number for people, as on letters.")
    state: ClaimState = fields.bound("Where it stands.")
    available_actions: list[ClaimAction] = fields.bound("What you may do with it now.")
    action_blocks: list[ClaimActionBlock] = fields.bound("Which of these are blocked all the same, and why.")
    cause: Peril = fields.bound("What happened 出险原因.")
    loss_on: date = fields.bound("The day of the loss.")
    place: str = fields.bound("Where it happened.")
    description: str = fields.bound("What the reporter said of it.")
    reporter_kind: ReporterKind = fields.bound("Who reported it.")
    emergency: Emergency | None = fields.bound("Why it is in the green channel 绿色通道; null when it is not.")
    reported_at: datetime = fields.bound("When it was reported.")
    currency: Currency = fields.bound("The currency of its amounts.")
    claimed: MoneyType = fields.bound("What the reporter asked for.")
    payable: MoneyType | None = fields.bound("What the contract pays; null before a proposal.")
    approved: MoneyType | None = fields.bound("What the latest decision granted.")
    third_party_paid: MoneyType = fields.bound("What a third party has paid the customer for the loss (Art. 60).")
    rights_waived: MoneyType = fields.bound("What the customer gave up against a third party before payment (Art. 61).")
    paid: MoneyType = fields.bound("What was paid in all.")
    for_repair: MoneyType = fields.bound(
        "What of the loss is promised to a repairer, and not part of what was paid yet; the customer gets the rest."
    )
    advanced: MoneyType = fields.bound("What was granted in advance of the decision, and is part of what it grants.")
    reserve: MoneyType = fields.bound("The case reserve 未决赔款准备金.", roles=RESERVE_READERS)
    calculation: list[CalculationStep] = fields.bound("The steps that led to the payable amount.")
    decision_no: int = fields.bound("How often it was decided.")
    decision_reason: str | None = fields.bound("The reason of the latest decision.")
    decline_code: DeclineCode | None = fields.bound("Why it was declined.")
    decline_clause: str | None = fields.bound("The clause of the contract that it was declined by.")
    decision_due_at: datetime = fields.bound("Until when it must be decided (Insurance Law Art. 23).")
    decided_at: datetime | None = fields.bound("When it was decided.")
    paused_at: datetime | None = fields.bound("Since when the time for the decision stands still.")
    agreed_at: datetime | None = fields.bound("When the customer agreed to the amount.")
    pay_due_at: datetime | None = fields.bound("Until when it must be paid: ten days after the agreement.")
    paid_at: datetime | None = fields.bound("When the bank had settled the payout.")
    answered_at: datetime | None = fields.bound("When everything was said: paid, declined or not taken up.")
    closed_at: datetime | None = fields.bound("When it was closed.")
    outlook: ClaimOutlook = fields.bound("What happens next, whose turn it is, and by when.")
    is_overdue: bool = fields.bound("Whether the decision is late.")
    is_payable: bool = fields.bound("Whether the contract pays more than earlier decisions did.")
    has_lines: bool = fields.bound("Whether anything was assessed.")
    has_asked_for_documents: bool = fields.bound("Whether the customer was asked for papers.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    fraud_score: int = fields.bound("What the signals of fraud weigh together, out of 100.", roles=FRAUD_READERS)
    referral: ReferralState = fields.bound("Whether risk looks at it 欺诈调查.", roles=FRAUD_READERS)
    referrals: list[Annotated[Referral, strawberry.lazy("api.claims.types")]] = fields.bound(
        "Looks of risk at it; for staff who handle claims and risks."
    )
    fraud_signals: list[Annotated[FraudSignal, strawberry.lazy("api.risk.types")]] = fields.bound(
        "What speaks for a look at it by a person; for staff who handle claims and risks."
    )
    policy: Annotated[Policy, strawberry.lazy("api.policies.types")] | None = fields.bound("The policy.")
    customer: Customer | None = fields.bound("The policyholder.")
    partner: Partner | None = fields.bound("The partner that sold the policy.")
    handler: Staff | None = fields.bound("Who handles it; for staff.")
    decider: Staff | None = fields.bound("Who decided it last; for staff.")
    lines: list[Annotated[ClaimLine, strawberry.lazy("api.claims.types")]] = fields.bound("The bill, as assessed.")
    documents: list[Annotated[ClaimDocument, strawberry.lazy("api.claims.types")]] = fields.bound(
        "The papers that were asked for."
    )
    advised_papers: list[AdvisedPaper] = fields.bound(
        "The papers that a loss of this cause needs, as the customer was told; to be taken over into a request."
    )
    files: list[Annotated[EvidenceFile, strawberry.lazy("api.evidence.types")]] = fields.bound(
        "The files that were handed in, or may be, whether they were asked for or not."
    )
    payouts: list[Annotated[Payout, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "What was or will be paid on it; not for partners."
    )
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )
    advances: list[Annotated[Advance, strawberry.lazy("api.claims.types")]] = fields.bound(
        "Advances toward it; for staff."
    )
    clearances: list[Annotated[Clearance, strawberry.lazy("api.claims.types")]] = fields.bound(
        "Compliance reviews of it, if it is a major one; for staff."
    )
    reserve_changes: list[Annotated[ReserveChange, strawberry.lazy("api.claims.types")]] = fields.bound(
        "How its reserve changed; for staff."
    )
    repair_orders: list[Annotated[RepairOrder, strawberry.lazy("api.repairs.types")]] = fields.bound(
        "Repairs of the device for it."
    )
    timeline: list[Annotated[ClaimEvent, strawberry.lazy("api.timelines.types")]] = fields.bound(
        "What happened to it, as far as it concerns you, in its order."
    )
    salvages: list[Annotated[Salvage, strawberry.lazy("api.recoveries.types")]] = fields.bound(
        "What passed to the insurer with its payment 残值; for staff, and for the customer what was left to him or her."
    )
    subrogations: list[Annotated[Subrogation, strawberry.lazy("api.recoveries.types")]] = fields.bound(
        "Demands against third parties for it 代位求偿; for staff."
    )
    recovery_receipts: list[Annotated[RecoveryReceipt, strawberry.lazy("api.recoveries.types")]] = fields.bound(
        "Money that came back on it 追偿收款; for staff."
    )
    surveys: list[Annotated[Survey, strawberry.lazy("api.surveys.types")]] = fields.bound(
        "How satisfied the customer is with the way in which it was handled 满意度调查."
    )
    complaints: list[Annotated[Complaint, strawberry.lazy("api.complaints.types")]] = fields.bound(
        "Complaints about it."
    )
    inquiries: list[Annotated[Inquiry, strawberry.lazy("api.inquiries.types")]] = fields.bound(
        "The inquiry that became this claim, if one did."
    )
    first_notices: list[Annotated[FirstNotice, strawberry.lazy("api.claims.types")]] = fields.bound(
        "The first notice that was filled in for it, if it is in sight."
    )


@fields.entity_type(CLAIM_LINE)
class ClaimLine(Node):
    """One line of the bill 定损明细."""

    position: int = fields.bound("Its place on the bill, from 1.")
    description: str = fields.bound("What it is for.")
    bill: MoneyType = fields.bound("What it costs.")
    currency: Currency = fields.bound("The currency of its amount.")
    covered: bool = fields.bound("Whether the contract covers it.")
    exclusion: DeclineCode | None = fields.bound("Why it is not covered.")
    claim: Claim | None = fields.bound("The claim.")


@fields.entity_type(CLAIM_DOCUMENT)
class ClaimDocument(Node):
    """One paper that was asked for 补充材料."""

    kind: DocumentKind = fields.bound("What it is.")
    state: DocumentState = fields.bound("Where it stands.")
    note: str | None = fields.bound("What it must show.")
    requested_at: datetime = fields.bound("When it was asked for.")
    received_at: datetime | None = fields.bound("When it came in.")
    judged_at: datetime | None = fields.bound("When the handler judged it.")
    rejection_reason: str | None = fields.bound("Why one that came in did not do, as the customer was told.")
    available_actions: list[DocumentAction] = fields.bound("What you may do with it now.")
    files: list[Annotated[EvidenceFile, strawberry.lazy("api.evidence.types")]] = fields.bound(
        "The files that were handed in for it."
    )
    claim: Claim | None = fields.bound("The claim.")


@fields.entity_type(REFERRAL)
class Referral(Node):
    """One look of risk at a claim 欺诈调查: until it is judged, nothing is granted and nothing is paid."""

    state: ReferralState = fields.bound("Where it stands.")
    available_actions: list[ReferralAction] = fields.bound("What you may do with it now.")
    score: int = fields.bound("What the signals of fraud weighed together then, out of 100.")
    reason: str = fields.bound("Why the claim was referred.")
    referred_by: str = fields.bound("Who referred it, as kind and id.")
    referred_at: datetime = fields.bound("When it was referred.")
    judgement: str | None = fields.bound("What risk found.")
    judged_at: datetime | None = fields.bound("When risk had judged it.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    judge: Staff | None = fields.bound("Who judged it.")
    claim: Claim | None = fields.bound("The claim.")


@fields.entity_type(FIRST_NOTICE)
class FirstNotice(Node):
    """A first notice of a loss 报案草稿 that is filled in step by step; its reporter sees it, wherever it was begun."""

    state: FirstNoticeState = fields.bound("Where it stands.")
    available_actions: list[FirstNoticeAction] = fields.bound("What you may do with it now.")
    reporter_kind: ReporterKind = fields.bound("Whose notice it is; what service staff fill in is the customer's.")
    serial_number: str | None = fields.bound("The serial number of the device, as it was told.")
    loss_on: date | None = fields.bound("The day of the loss.")
    cause: Peril | None = fields.bound("What happened 出险原因.")
    place: str | None = fields.bound("Where it happened.")
    description: str | None = fields.bound("What happened, in the reporter's words.")
    emergency: Emergency | None = fields.bound("Why it takes the green channel 绿色通道, if it does.")
    currency: Currency = fields.bound("The currency of its amount.")
    claimed: MoneyType | None = fields.bound("What is asked for.")
    begun_at: datetime = fields.bound("When it was begun.")
    changed_at: datetime = fields.bound("When the last part was filled in.")
    expires_on: date | None = fields.bound("The last day on which it may be gone on with; null once that is over.")
    closed_at: datetime | None = fields.bound("When it was submitted or given up.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    advice: CoverAdvice | None = fields.derived(
        "What can be said of the loss so far, without a promise; null before its cause and day are known."
    )
    duplicate_of: Claim | None = fields.bound(
        "A claim for the same loss, as of the last part that was filled in: add your papers to that one instead."
    )
    claim: Claim | None = fields.bound("The claim that it became.")
    policy: Annotated[Policy, strawberry.lazy("api.policies.types")] | None = fields.bound("The policy.")
    customer: Customer | None = fields.bound("The policyholder.")
    partner: Partner | None = fields.bound("The partner that sold the policy.")


@fields.entity_type(ADVANCE)
class Advance(Node):
    """One advance 先予支付 toward a claim whose amount is not settled in time (Insurance Law Art. 25)."""

    state: AdvanceState = fields.bound("Where it stands.")
    available_actions: list[AdvanceAction] = fields.bound("What you may do with it now.")
    round: int = fields.bound("The number of the decision that it goes before.")
    currency: Currency = fields.bound("The currency of its amounts.")
    determined: MoneyType | None = fields.bound("What could be determined when it was proposed; null for nothing.")
    amount: MoneyType | None = fields.bound("What was granted.")
    due_at: datetime = fields.bound("When its time is over: 60 days after claim and papers came in.")
    proposed_at: datetime | None = fields.bound("When it was proposed.")
    decided_at: datetime | None = fields.bound("When it was granted or refused.")
    decision_reason: str | None = fields.bound("Why it was granted or refused.")
    paid_at: datetime | None = fields.bound("When the bank had settled its payout.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    claim: Claim | None = fields.bound("The claim.")
    decider: Staff | None = fields.bound("Who granted or refused it.")
    payout: Annotated[Payout, strawberry.lazy("api.payouts.types")] | None = fields.bound("Its payout.")


@fields.entity_type(RESERVE_CHANGE)
class ReserveChange(Node):
    """One change of a case reserve 准备金变动."""

    currency: Currency = fields.bound("The currency of its amounts.")
    before: MoneyType = fields.bound("What was held before it.")
    after: MoneyType = fields.bound("What was held after it.")
    reason: ReserveReason = fields.bound("Why it changed.")
    changed_at: datetime = fields.bound("When it changed.")
    changed_by: str = fields.bound("Who caused it, as kind and id.")
    changer: Staff | None = fields.bound("The member of staff who caused it, if one did.")
    claim: Claim | None = fields.bound("The claim.")


@fields.entity_type(CLEARANCE)
class Clearance(Node):
    """One compliance review 合规审查 of a major claim, which is granted only once its amount was cleared."""

    state: ClearanceState = fields.bound("Where it stands.")
    available_actions: list[ClearanceAction] = fields.bound("What you may do with it now.")
    round: int = fields.bound("The number of the decision that it goes before.")
    currency: Currency = fields.bound("The currency of its amount.")
    amount: MoneyType = fields.bound("What the loss may cost in all by it.")
    requested_at: datetime = fields.bound("When compliance was asked.")
    judged_at: datetime | None = fields.bound("When compliance had judged it.")
    finding: str | None = fields.bound("What compliance found.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    requester: Staff | None = fields.bound("Who proposed the amount.")
    judge: Staff | None = fields.bound("Who judged it.")
    claim: Claim | None = fields.bound("The claim.")
