"""The rows of claims. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.claims.terms import ClaimState, DeclineCode, DocumentKind, DocumentState, ReferralState, ReporterKind
from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.products.terms import Peril


class Claim(Model):
    """One claim 赔案 under one policy for one loss.

    `payable_minor` is what the contract pays for the loss in all; `term_limit_minor` and `count_limit` are its limits
    for the term and for the number of claims in a year of cover, on the day of the loss. `approved_minor` is what the
    latest decision granted, `paid_minor` what was paid in all. `calculation` lists the steps that led to the payable
    amount: `{"rule", "basis", "before", "after"}`. `paused_at` is set while the clock of the decision stands still:
    from the day the notice of missing papers reached the customer to the day the papers came in. `fraud_score` is what
    the signals found weigh together, out of 100; `referral` says whether risk looks at it.
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
    state: ClaimState = columns.choice(ClaimState)
    currency: Currency = columns.choice(Currency)
    claimed_minor: int = columns.minor()
    payable_minor: int | None = columns.maybe_minor()
    term_limit_minor: int | None = columns.maybe_minor()
    count_limit: int | None = columns.maybe_whole()
    approved_minor: int | None = columns.maybe_minor()
    paid_minor: int = columns.big(0)
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
            CheckConstraint(check="payable_minor >= 0", name="claim_payable_not_negative"),
            CheckConstraint(check="approved_minor > 0", name="claim_approved_positive"),
            CheckConstraint(
                check="paid_minor <= payable_minor AND approved_minor <= payable_minor", name="claim_within_payable"
            ),
            CheckConstraint(check="paid_minor >= 0 AND reserve_minor >= 0", name="claim_amounts_not_negative"),
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
