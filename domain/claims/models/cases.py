"""The rows of a claim itself: its first notice, its bill, its papers, and the looks of risk at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.claims.terms import (
    COMMITTED,
    ClaimState,
    DeclineCode,
    DocumentKind,
    DocumentState,
    Emergency,
    FirstNoticeState,
    ReferralState,
    ReporterKind,
)
from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.products.terms import Peril

_PROMISED = ", ".join(f"'{state}'" for state in COMMITTED)


class Claim(Model):
    """One claim 赔案 under one policy for one loss.

    `payable_minor` is what the contract pays for the loss in all; `term_limit_minor` and `count_limit` are its limits
    for the term and for the number of claims in a year of cover, on the day of the loss. `third_party_paid_minor` is
    what a third party paid the customer for the loss, `rights_waived_minor` what the customer gave up against it before
    the payment. `approved_minor` is what the latest decision granted, `paid_minor` what was paid in all, `repair_minor`
    what of the loss is promised to a repairer and not part of a payment yet, `spared_minor` what of that the invoice
    left over. `advanced_minor` is what was granted in advance of the decision that is due or was taken last, which
    counts toward it; `advance_due_minor` of that is not paid yet. `calculation` lists the steps that led to the payable
    amount: `{"rule", "basis", "before", "after"}`. `paused_at` is set while the clock of the decision stands still:
    from the day the notice of missing papers reached the customer to the day the papers came in. `fraud_score` is what
    the signals found weigh together, out of 100; `referral` says whether risk looks at it. `lane` is 0 in the green
    channel, which an `emergency` leads into, else 1; `other_serial_number` is what the reporter said it was where that
    is not the insured device's.
    """

    id: UUID = columns.key()
    claim_number: str = columns.text(24)
    policy: Any = columns.belongs_to("Policy")
    policy_id: UUID
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    handler: Any = columns.maybe_belongs_to("Staff")
    handler_id: UUID | None
    reporter_kind: ReporterKind = columns.choice(ReporterKind)
    reporter_id: UUID = columns.reference()
    loss_on: date = columns.day()
    reported_at: datetime = columns.instant()
    cause: Peril = columns.choice(Peril)
    place: str = columns.text(200)
    description: str = columns.text(2000)
    other_serial_number: str | None = columns.maybe_text(40)
    emergency: Emergency | None = columns.maybe_choice(Emergency)
    lane: int = columns.whole(1)
    state: ClaimState = columns.choice(ClaimState)
    currency: Currency = columns.choice(Currency)
    claimed_minor: int = columns.minor()
    payable_minor: int | None = columns.maybe_minor()
    term_limit_minor: int | None = columns.maybe_minor()
    count_limit: int | None = columns.maybe_whole()
    approved_minor: int | None = columns.maybe_minor()
    third_party_paid_minor: int = columns.big(0)
    rights_waived_minor: int = columns.big(0)
    paid_minor: int = columns.big(0)
    repair_minor: int = columns.big(0)
    spared_minor: int = columns.big(0)
    advanced_minor: int = columns.big(0)
    advance_due_minor: int = columns.big(0)
    reserve_minor: int = columns.big(0)
    calculation: list[dict[str, Any]] | None = columns.maybe_document()
    decision_no: int = columns.whole(0)
    decision_reason: str | None = columns.maybe_text(2000)
    decline_code: DeclineCode | None = columns.maybe_choice(DeclineCode)
    decline_clause: str | None = columns.maybe_text(200)
    proposed_by: UUID | None = columns.maybe_reference()
    seconded_by: UUID | None = columns.maybe_reference()
    seconded_minor: int | None = columns.maybe_minor()
    decided_by: UUID | None = columns.maybe_reference()
    decided_at: datetime | None = columns.maybe_instant()
    fraud_score: int = columns.whole(0)
    referral: ReferralState = columns.choice(ReferralState)
    decision_due_at: datetime = columns.instant()
    paused_at: datetime | None = columns.maybe_instant()
    agreed_at: datetime | None = columns.maybe_instant()
    pay_due_at: datetime | None = columns.maybe_instant()
    paid_at: datetime | None = columns.maybe_instant()
    answered_at: datetime | None = columns.maybe_instant()
    closed_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "claim"
        constraints = (
            UniqueConstraint(fields=("claim_number",), name="claim_number_key"),
            UniqueConstraint(
                fields=("policy_id", "loss_on", "cause", "reporter_id"),
                name="claim_report_key",
                condition="state <> 'WITHDRAWN'",
            ),
            CheckConstraint(check="claimed_minor > 0", name="claim_claimed_positive"),
            CheckConstraint(check="(lane = 0) = (emergency IS NOT NULL)", name="claim_lane_of_emergency"),
            CheckConstraint(check="lane IN (0, 1)", name="claim_lane_known"),
            CheckConstraint(check="payable_minor >= 0", name="claim_payable_not_negative"),
            CheckConstraint(check="approved_minor > 0", name="claim_approved_positive"),
            CheckConstraint(
                check="paid_minor + advance_due_minor <= payable_minor AND approved_minor <= payable_minor",
                name="claim_within_payable",
            ),
            CheckConstraint(
                check=f"state NOT IN ({_PROMISED}) "
                "OR paid_minor + advance_due_minor - advanced_minor + approved_minor <= payable_minor",
                name="claim_promised_within_payable",
            ),
            CheckConstraint(
                check="advance_due_minor >= 0 AND advanced_minor >= advance_due_minor "
                "AND paid_minor >= advanced_minor - advance_due_minor AND approved_minor >= advanced_minor",
                name="claim_advance_counts",
            ),
            CheckConstraint(
                check="third_party_paid_minor >= 0 AND rights_waived_minor >= 0", name="claim_third_party_not_negative"
            ),
            CheckConstraint(
                check="paid_minor >= 0 AND reserve_minor >= 0 AND spared_minor BETWEEN 0 AND repair_minor",
                name="claim_amounts_not_negative",
            ),
            CheckConstraint(check="state <> 'CLOSED' OR reserve_minor = 0", name="claim_closed_without_reserve"),
            CheckConstraint(
                check="state <> 'DECLINED' OR (decline_code IS NOT NULL AND decline_clause IS NOT NULL "
                "AND decision_reason IS NOT NULL AND decided_by IS NOT NULL)",
                name="claim_declined_with_reason",
            ),
            CheckConstraint(
                check="decline_code IS DISTINCT FROM 'FRAUD' OR referral = 'CONFIRMED'", name="claim_fraud_confirmed"
            ),
        )
        indexes = (
            Index(fields=("policy_id", "id"), name="claim_policy"),
            Index(fields=("customer_id", "id"), name="claim_customer"),
            Index(fields=("partner_id", "id"), name="claim_partner"),
            Index(fields=("handler_id", "id"), name="claim_handler"),
            Index(fields=("handler_id", "reported_at", "id"), name="claim_handler_reported"),
            Index(fields=("reported_at", "id"), name="claim_reported"),
            Index(fields=("customer_id", "reported_at", "id"), name="claim_customer_reported"),
            Index(fields=("partner_id", "reported_at", "id"), name="claim_partner_reported"),
            Index(fields=("state", "id"), name="claim_state"),
            Index(fields=("state", "reported_at", "id"), name="claim_state_reported"),
            Index(fields=("state", "answered_at", "id"), name="claim_state_answered"),
            Index(fields=("lane", "reported_at", "id"), name="claim_urgency"),
            Index(fields=("handler_id", "lane", "reported_at", "id"), name="claim_handler_urgency"),
            Index(fields=("state", "lane", "reported_at", "id"), name="claim_state_urgency"),
            Index(fields=("customer_id", "lane", "reported_at", "id"), name="claim_customer_urgency"),
            Index(fields=("partner_id", "lane", "reported_at", "id"), name="claim_partner_urgency"),
        )


class ClaimLine(Model):
    """One line of the bill 定损明细: what it costs and whether the contract covers it."""

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    position: int = columns.whole()
    description: str = columns.text(200)
    bill_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    covered: bool = columns.flag()
    exclusion: DeclineCode | None = columns.maybe_choice(DeclineCode)

    class Meta:
        table = "claim_line"
        constraints = (
            UniqueConstraint(fields=("claim_id", "position"), name="claim_line_position_key"),
            CheckConstraint(check="bill_minor > 0", name="claim_line_bill_positive"),
            CheckConstraint(check="covered = (exclusion IS NULL)", name="claim_line_exclusion_named"),
        )
        indexes = (Index(fields=("claim_id", "id"), name="claim_line_claim"),)


class ClaimDocument(Model):
    """One paper that was asked for 补充材料, when it came in, and what the handler found of it.

    `rejection_reason` is what the customer was told of the latest one that did not do.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    kind: DocumentKind = columns.choice(DocumentKind)
    note: str | None = columns.maybe_text(500)
    state: DocumentState = columns.choice(DocumentState)
    round: int = columns.whole()
    requested_at: datetime = columns.instant()
    received_at: datetime | None = columns.maybe_instant()
    judged_at: datetime | None = columns.maybe_instant()
    rejection_reason: str | None = columns.maybe_text(2000)

    class Meta:
        table = "claim_document"
        constraints = (
            UniqueConstraint(fields=("claim_id", "round", "kind"), name="claim_document_kind_key"),
            CheckConstraint(
                check="state = 'WAIVED' OR (state = 'REQUESTED') = (received_at IS NULL)",
                name="claim_document_received_when",
            ),
            CheckConstraint(
                check="state <> 'REJECTED' OR rejection_reason IS NOT NULL", name="claim_document_rejected_why"
            ),
        )
        indexes = (Index(fields=("claim_id", "id"), name="claim_document_claim"),)


class Referral(Model):
    """One look of risk at a claim 欺诈调查: why it was referred, at which score, and what came of it."""

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    state: ReferralState = columns.choice(ReferralState)
    score: int = columns.whole()
    reason: str = columns.text(2000)
    referred_by: str = columns.text(64)
    referred_at: datetime = columns.instant(clock.now)
    judge: Any = columns.maybe_belongs_to("Staff")
    judge_id: UUID | None
    judgement: str | None = columns.maybe_text(2000)
    judged_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "referral"
        constraints = (
            UniqueConstraint(fields=("claim_id",), name="referral_open_key", condition="state = 'OPEN'"),
            CheckConstraint(check="state <> 'NONE'", name="referral_begun"),
            CheckConstraint(
                check="(state <> 'OPEN') = (judge_id IS NOT NULL AND judged_at IS NOT NULL AND judgement IS NOT NULL)",
                name="referral_judged",
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="referral_claim"),
            Index(fields=("judge_id", "id"), name="referral_judge"),
            Index(fields=("state", "id"), name="referral_state"),
        )


class FirstNotice(Model):
    """A first notice of a loss 报案草稿 that is filled in step by step, and becomes a claim once it is submitted.

    `reporter_id` is the customer, or the partner, whose notice it is: only they see it, and customer service those of
    customers. `duplicate_of` is a claim for the same loss, as of the last part that was filled in. `expires_on` is the
    last day on which it may be gone on with.
    """

    id: UUID = columns.key()
    policy: Any = columns.belongs_to("Policy")
    policy_id: UUID
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    reporter_kind: ReporterKind = columns.choice(ReporterKind)
    reporter_id: UUID = columns.reference()
    state: FirstNoticeState = columns.choice(FirstNoticeState)
    told_serial_number: str | None = columns.maybe_text(40)
    loss_on: date | None = columns.maybe_day()
    cause: Peril | None = columns.maybe_choice(Peril)
    place: str | None = columns.maybe_text(200)
    description: str | None = columns.maybe_text(2000)
    emergency: Emergency | None = columns.maybe_choice(Emergency)
    currency: Currency = columns.choice(Currency)
    claimed_minor: int | None = columns.maybe_minor()
    duplicate_of: Any = columns.maybe_belongs_to("Claim")
    duplicate_of_id: UUID | None
    claim: Any = columns.maybe_belongs_to("Claim")
    claim_id: UUID | None
    expires_on: date | None = columns.maybe_day()
    begun_at: datetime = columns.instant(clock.now)
    changed_at: datetime = columns.instant(clock.now)
    closed_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "first_notice"
        constraints = (
            CheckConstraint(check="(state = 'SUBMITTED') = (claim_id IS NOT NULL)", name="first_notice_became_claim"),
            CheckConstraint(
                check="(state = 'DRAFT') = (expires_on IS NOT NULL) AND (state = 'DRAFT') = (closed_at IS NULL)",
                name="first_notice_open_until",
            ),
            CheckConstraint(check="claimed_minor > 0", name="first_notice_claimed_positive"),
        )
        indexes = (
            Index(fields=("policy_id", "id"), name="first_notice_policy"),
            Index(fields=("customer_id", "id"), name="first_notice_customer"),
            Index(fields=("partner_id", "id"), name="first_notice_partner"),
            Index(fields=("reporter_id", "id"), name="first_notice_reporter"),
            Index(fields=("claim_id", "id"), name="first_notice_claim"),
            Index(fields=("duplicate_of_id", "id"), name="first_notice_duplicate"),
            Index(fields=("state", "id"), name="first_notice_state"),
            Index(fields=("state", "expires_on", "id"), name="first_notice_expiry"),
        )
