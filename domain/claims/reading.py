"""What can be read of claims, and by whom."""

from __future__ import annotations

from domain.claims.advice import FACTS_SQL, PRICE_SQL, advice_of_loss, advice_of_notice, shown_papers
from domain.claims.blocks import action_blocks, calculation_steps
from domain.claims.lifecycle import (
    ADVANCE_LIFECYCLE,
    CLAIM_LIFECYCLE,
    CLEARANCE_LIFECYCLE,
    DOCUMENT_LIFECYCLE,
    FIRST_NOTICE_LIFECYCLE,
    REFERRAL_LIFECYCLE,
)
from domain.claims.outlook import outlook
from domain.claims.owed import OWES_ITS_CUSTOMER, RETURNED
from domain.claims.terms import (
    AdvanceState,
    ClaimAction,
    ClaimState,
    ClearanceState,
    DocumentState,
    FirstNoticeState,
    ReferralAction,
    ReferralState,
    ReporterKind,
)
from domain.customers.reading import CUSTOMER
from domain.evidence.reading import EVIDENCE_FILE
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Order,
    about,
    days,
    extend,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Is, Owns, SeenBy
from domain.kernel.projection.wire import INSTANT, JSON, TEXT, TRUTH, id_of
from domain.kernel.subject import SubjectKind
from domain.ledger.reading import LEDGER_TRANSACTION
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER
from domain.payouts.reading import PAYOUT
from domain.policies.reading import POLICY
from domain.risk.reading import FRAUD_READERS, FRAUD_SIGNAL
from domain.staff.reading import STAFF

SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    Role.CUSTOMER_SERVICE: EVERYTHING,
    Role.CLAIMS_HANDLER: EVERYTHING,
    Role.CLAIMS_MANAGER: EVERYTHING,
    Role.FINANCE: EVERYTHING,
    Role.FINANCE_APPROVER: EVERYTHING,
    Role.UNDERWRITER: EVERYTHING,
    Role.RISK: EVERYTHING,
    Role.COMPLIANCE: EVERYTHING,
}

WITHHELD: dict[str, str] = {
    ClaimAction.CLOSE: RETURNED,
    ClaimAction.RESCIND: "{row}.referral <> 'CONFIRMED' OR {row}.state IN ('PAID', 'DECLINED') "
    f"AND NOT ({OWES_ITS_CUSTOMER})",
}
"""When a step of a claim is not open although its state is right."""
DECLINED_FOR_IT = "EXISTS (SELECT FROM claim c WHERE c.id = {row}.claim_id AND c.decline_code = 'FRAUD')"
"""Whether the claim of the referral `{row}` was declined for fraud: it is reopened before anybody looks at it anew."""

CLAIM = Entity(
    name="Claim",
    table="claim",
    prefix="clm",
    kind=SubjectKind.CLAIM,
    seen_by=SEEN_BY,
    columns={
        **texts("claim_number", "state", "cause", "place", "description", "reporter_kind", "currency"),
        **days("loss_on"),
        **instants("reported_at", "decision_due_at"),
        **instants(
            "decided_at", "agreed_at", "pay_due_at", "paid_at", "answered_at", "closed_at", "paused_at", nullable=True
        ),
        **maybe_texts("decision_reason", "decline_code", "decline_clause", "emergency"),
        **texts("referral"),
        **wholes("fraud_score", "decision_no", "version"),
        "claimed": Amount("claimed_minor"),
        "payable": Amount("payable_minor", nullable=True),
        "approved": Amount("approved_minor", nullable=True),
        "third_party_paid": Amount("third_party_paid_minor"),
        "rights_waived": Amount("rights_waived_minor"),
        "paid": Amount("paid_minor"),
        "for_repair": Amount("repair_minor"),
        "advanced": Amount("advanced_minor"),
        "reserve": Amount("reserve_minor"),
        "stored_calculation": Column("calculation", JSON, nullable=True),
        "calculation": Derived(("stored_calculation",), calculation_steps),
        "is_overdue": Expression(
            "{row}.decided_at IS NULL AND {row}.paused_at IS NULL AND {row}.answered_at IS NULL "
            "AND {row}.closed_at IS NULL AND {row}.decision_due_at < {now}",
            TRUTH,
        ),
        "has_lines": Expression("EXISTS (SELECT FROM claim_line l WHERE l.claim_id = {row}.id)", TRUTH),
        "has_asked_for_documents": Expression(
            "EXISTS (SELECT FROM claim_document d WHERE d.claim_id = {row}.id)", TRUTH
        ),
        "is_payable": Expression(
            "coalesce({row}.payable_minor > {row}.paid_minor + {row}.advance_due_minor - {row}.advanced_minor, false)",
            TRUTH,
        ),
        "device_price": Expression(PRICE_SQL, JSON),
        "advised_papers": Derived(("device_price", "cause"), shown_papers, language=True),
        "available_actions": Actions(CLAIM_LIFECYCLE, tuple(ClaimState), withheld=WITHHELD),
        "outlook": Derived(("state", "decision_due_at", "paused_at", "pay_due_at"), outlook, language=True),
        "action_blocks": Derived(
            ("state", "has_lines", "has_asked_for_documents", "is_payable"), action_blocks, language=True
        ),
    },
    orders={
        "RECORDED": order(),
        "REPORTED_AT": order("reported_at"),
        "URGENCY": Order(("lane", "reported_at", "id"), ("int", "timestamptz", "uuid")),
    },
    filters={
        "claim_number": Filter("claim_number", TEXT),
        "policy_id": Filter("policy_id", id_of(POLICY.prefix)),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "handler_id": Filter("handler_id", id_of(STAFF.prefix)),
        "state": Filter("state", TEXT),
        "reported_at": Filter("reported_at", INSTANT),
        "cause": Filter("cause", TEXT, indexed=False),
    },
)

JUDGED_STATES = tuple(each for each in ReferralState if each is not ReferralState.NONE)
PART_SEEN_BY: SeenBy = {role: rule for role, rule in SEEN_BY.items() if role is not Role.UNDERWRITER}

CLAIM_LINE = Entity(
    name="ClaimLine",
    table="claim_line",
    prefix="cln",
    seen_by=PART_SEEN_BY,
    columns={
        **texts("description", "currency"),
        **wholes("position"),
        "bill": Amount("bill_minor"),
        **flags("covered"),
        **maybe_texts("exclusion"),
    },
    orders={"RECORDED": order()},
)

CLAIM_DOCUMENT = Entity(
    name="ClaimDocument",
    table="claim_document",
    prefix="cld",
    seen_by=PART_SEEN_BY,
    columns={
        **texts("kind", "state"),
        **maybe_texts("note", "rejection_reason"),
        **instants("requested_at"),
        **instants("received_at", "judged_at", nullable=True),
        "available_actions": Actions(DOCUMENT_LIFECYCLE, tuple(DocumentState)),
    },
    orders={"RECORDED": order()},
)

REFERRAL = Entity(
    name="Referral",
    table="referral",
    prefix="rfl",
    seen_by=dict.fromkeys(FRAUD_READERS, EVERYTHING),
    columns={
        **texts("state", "reason", "referred_by"),
        **maybe_texts("judgement"),
        **wholes("score", "version"),
        **instants("referred_at"),
        **instants("judged_at", nullable=True),
        "available_actions": Actions(
            REFERRAL_LIFECYCLE, JUDGED_STATES, withheld={ReferralAction.REFER.value: DECLINED_FOR_IT}
        ),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

FIRST_NOTICE = Entity(
    name="FirstNotice",
    table="first_notice",
    prefix="fno",
    kind=SubjectKind.FIRST_NOTICE,
    seen_by={
        Role.CUSTOMER: Owns("reporter_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("reporter_id", Fact.PARTNER_ID),
        Role.CUSTOMER_SERVICE: Is("reporter_kind", (ReporterKind.CUSTOMER,)),
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("state", "reporter_kind", "currency"),
        **maybe_texts("cause", "place", "description", "emergency"),
        "serial_number": Column("told_serial_number", nullable=True),
        **days("loss_on", "expires_on", nullable=True),
        **instants("begun_at", "changed_at"),
        **instants("closed_at", nullable=True),
        **wholes("version"),
        "claimed": Amount("claimed_minor", nullable=True),
        "cover_facts": Expression(FACTS_SQL % "{row}.policy_id", JSON),
        "advice": Derived(("cover_facts", "cause", "loss_on"), advice_of_notice, nullable=True, language=True),
        "available_actions": Actions(FIRST_NOTICE_LIFECYCLE, tuple(FirstNoticeState)),
    },
    orders={"RECORDED": order()},
    filters={"policy_id": Filter("policy_id", id_of(POLICY.prefix)), "state": Filter("state", TEXT)},
)

extend(
    POLICY,
    cover_facts=Expression(FACTS_SQL % "{row}.id", JSON),
    cover_advice=Derived(("cover_facts",), advice_of_loss, language=True, given=True),
)

link(FIRST_NOTICE, "policy", POLICY, "policy_id", back="first_notices")
link(FIRST_NOTICE, "customer", CUSTOMER, "customer_id")
link(FIRST_NOTICE, "partner", PARTNER, "partner_id")
link(FIRST_NOTICE, "claim", CLAIM, "claim_id", back="first_notices")
link(FIRST_NOTICE, "duplicate_of", CLAIM, "duplicate_of_id")

RESERVE_SEEN_BY: SeenBy = dict.fromkeys(
    (
        Role.CLAIMS_HANDLER,
        Role.CLAIMS_MANAGER,
        Role.FINANCE,
        Role.FINANCE_APPROVER,
        Role.RISK,
        Role.COMPLIANCE,
    ),
    EVERYTHING,
)

ADVANCE = Entity(
    name="Advance",
    table="advance",
    prefix="adv",
    seen_by=RESERVE_SEEN_BY,
    columns={
        **texts("state", "currency"),
        **wholes("round", "version"),
        "determined": Amount("determined_minor", nullable=True),
        "amount": Amount("amount_minor", nullable=True),
        **maybe_texts("decision_reason"),
        **instants("due_at"),
        **instants("proposed_at", "decided_at", "paid_at", nullable=True),
        "available_actions": Actions(ADVANCE_LIFECYCLE, tuple(AdvanceState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

RESERVE_CHANGE = Entity(
    name="ReserveChange",
    table="reserve_change",
    prefix="rsc",
    seen_by=RESERVE_SEEN_BY,
    columns={
        **texts("currency", "reason", "changed_by"),
        "before": Amount("before_minor"),
        "after": Amount("after_minor"),
        **instants("changed_at"),
    },
    orders={"RECORDED": order()},
)

CLEARANCE = Entity(
    name="Clearance",
    table="clearance",
    prefix="clr",
    seen_by=RESERVE_SEEN_BY,
    columns={
        **texts("state", "currency"),
        **wholes("round", "version"),
        "amount": Amount("amount_minor"),
        **maybe_texts("finding"),
        **instants("requested_at"),
        **instants("judged_at", nullable=True),
        "available_actions": Actions(CLEARANCE_LIFECYCLE, tuple(ClearanceState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

link(CLAIM, "policy", POLICY, "policy_id", back="claims")
link(CLAIM, "customer", CUSTOMER, "customer_id", back="claims")
link(CLAIM, "partner", PARTNER, "partner_id", back="claims")
link(CLAIM, "handler", STAFF, "handler_id")
link(CLAIM, "decider", STAFF, "decided_by")
link(REFERRAL, "claim", CLAIM, "claim_id", back="referrals")
link(REFERRAL, "judge", STAFF, "judge_id")
link(ADVANCE, "claim", CLAIM, "claim_id", back="advances")
link(RESERVE_CHANGE, "claim", CLAIM, "claim_id", back="reserve_changes")
link(RESERVE_CHANGE, "changer", STAFF, "changer_id")
link(ADVANCE, "payout", PAYOUT, "payout_id")
link(CLEARANCE, "claim", CLAIM, "claim_id", back="clearances")
link(CLEARANCE, "judge", STAFF, "judge_id")
link(CLEARANCE, "requester", STAFF, "requested_by")
link(ADVANCE, "decider", STAFF, "decider_id")
link(CLAIM_LINE, "claim", CLAIM, "claim_id", back="lines")
link(CLAIM_DOCUMENT, "claim", CLAIM, "claim_id", back="documents")
about(FRAUD_SIGNAL, "subject", SubjectKind.CLAIM, CLAIM, back="fraud_signals")
link(EVIDENCE_FILE, "claim_document", CLAIM_DOCUMENT, "part_id", back="files")
about(EVIDENCE_FILE, "subject", SubjectKind.CLAIM, CLAIM, back="files")
about(PAYOUT, "source", SubjectKind.CLAIM, CLAIM, back="payouts")
about(NOTIFICATION, "subject", SubjectKind.CLAIM, CLAIM, back="notifications")
about(JOB, "subject", SubjectKind.CLAIM, CLAIM)
about(JOB, "result", SubjectKind.CLAIM, CLAIM)
about(LEDGER_TRANSACTION, "subject", SubjectKind.CLAIM, CLAIM)
