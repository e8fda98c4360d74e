"""What can be read of payouts, and by whom: customers and repairers what they receive, other partners none."""

from __future__ import annotations

from domain.customers.reading import CUSTOMER
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    About,
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Filter,
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import ANY_ID, TEXT, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.ledger.reading import LEDGER_TRANSACTION
from domain.partners.reading import PARTNER
from domain.payouts.file_links import link_to
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, PAYOUT_LIFECYCLE
from domain.payouts.terms import ExceptionState, PayoutAction, PayoutState
from domain.staff.reading import STAFF

MONEY_STAFF: SeenBy = dict.fromkeys((Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE), EVERYTHING)
SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.REPAIRER: Owns("payee_partner_id", Fact.PARTNER_ID),
    **MONEY_STAFF,
    **dict.fromkeys((Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER), EVERYTHING),
}

ASKED_ANEW = """
  {row}.state = 'REVERSED' AND EXISTS (
    SELECT FROM payout o WHERE o.subject_kind = {row}.subject_kind AND o.subject_id = {row}.subject_id
      AND o.decision_no = {row}.decision_no AND o.instalment = {row}.instalment
      AND o.state NOT IN ('REVERSED', 'CANCELLED'))
"""
"""Whether what came back was asked for by another payout already."""

PAYOUT = Entity(
    name="Payout",
    table="payout",
    prefix="pay",
    kind=SubjectKind.PAYOUT,
    seen_by=SEEN_BY,
    columns={
        **texts("state", "currency", "subject_kind"),
        **wholes("decision_no", "instalment", "attempt", "version"),
        "amount": Amount("amount_minor"),
        "payee_name": Column("payee_name", nullable=True),
        "bank_account": Column("account_mask", nullable=True),
        **maybe_texts("rejection_reason", "stop", "hold_reason", "failure_code"),
        **instants("created_at"),
        **instants(
            "made_at", "approved_at", "held_until", "submitted_at", "settled_at", "reversed_at", nullable=True
        ),
        "available_actions": Actions(
            PAYOUT_LIFECYCLE, tuple(PayoutState), withheld={PayoutAction.RETRY: ASKED_ANEW}
        ),
    },
    orders={"RECORDED": order()},
    filters={
        "subject_id": Filter("subject_id", ANY_ID),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "state": Filter("state", TEXT),
    },
    relations={"source": About("subject_kind", "subject_id")},
)

PAYOUT_ATTEMPT = Entity(
    name="PayoutAttempt",
    table="payout_attempt",
    prefix="pat",
    seen_by=MONEY_STAFF,
    columns={
        **wholes("attempt"),
        **texts("request_no", "state", "channel"),
        **maybe_texts("bank_ref", "failure_code"),
        **instants("created_at"),
        **instants("submitted_at", "last_checked_at", "ended_at", nullable=True),
    },
    orders={"RECORDED": order()},
)

PAYMENT_FILE = Entity(
    name="PaymentFile",
    table="payment_file",
    prefix="pmf",
    kind=SubjectKind.PAYMENT_FILE,
    seen_by=MONEY_STAFF,
    columns={
        **texts("message_id", "state", "currency"),
        **wholes("payment_count"),
        "total": Amount("total_minor"),
        **maybe_texts("sha256"),
        "size": Column("size", WHOLE, nullable=True),
        **instants("made_at"),
        **instants("written_at", nullable=True),
        "link": Derived(("id", "state"), link_to, viewer=True, nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT)},
)

BANK_STATEMENT = Entity(
    name="BankStatement",
    table="bank_statement",
    prefix="bst",
    kind=SubjectKind.BANK_STATEMENT,
    seen_by=MONEY_STAFF,
    columns={
        **texts("statement_ref", "account_mask", "currency", "state", "sha256"),
        "opening": Amount("opening_minor"),
        "closing": Amount("closing_minor"),
        **days("day"),
        **wholes("entry_count", "size"),
        **instants("received_at"),
        **instants("booked_at", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT)},
)

BANK_STATEMENT_ENTRY = Entity(
    name="BankStatementEntry",
    table="bank_statement_entry",
    prefix="bse",
    seen_by=MONEY_STAFF,
    columns={
        **wholes("position"),
        **maybe_texts("entry_ref", "end_to_end_id", "bank_ref", "reason_code"),
        "amount": Amount("amount_minor"),
        **texts("direction", "state"),
        **flags("is_return"),
        **instants("booked_at", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT)},
)

PAYOUT_APPROVAL = Entity(
    name="PayoutApproval",
    table="payout_approval",
    prefix="pap",
    seen_by=MONEY_STAFF,
    columns={**wholes("round"), "amount": Amount("amount_minor"), **instants("approved_at")},
    orders={"RECORDED": order()},
)

PAYOUT_EXCEPTION = Entity(
    name="PayoutException",
    table="payout_exception",
    prefix="pxc",
    seen_by=MONEY_STAFF,
    columns={
        **texts("kind", "state", "reference", "ours", "theirs"),
        **maybe_texts("explanation"),
        **days("day"),
        **wholes("version"),
        **instants("opened_at"),
        **instants("closed_at", nullable=True),
        "available_actions": Actions(EXCEPTION_LIFECYCLE, tuple(ExceptionState)),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT), "kind": Filter("kind", TEXT, indexed=False)},
)

link(PAYOUT, "customer", CUSTOMER, "customer_id", back="payouts")
link(PAYOUT, "payee_partner", PARTNER, "payee_partner_id")
link(PAYOUT, "maker", STAFF, "maker_id")
link(PAYOUT_ATTEMPT, "payout", PAYOUT, "payout_id", back="attempts")
link(PAYOUT_ATTEMPT, "payment_file", PAYMENT_FILE, "payment_file_id", back="attempts")
link(PAYMENT_FILE, "maker", STAFF, "maker_id")
link(BANK_STATEMENT, "uploader", STAFF, "uploader_id")
link(BANK_STATEMENT_ENTRY, "statement", BANK_STATEMENT, "statement_id", back="entries")
link(BANK_STATEMENT_ENTRY, "attempt", PAYOUT_ATTEMPT, "attempt_id", back="entries")
link(PAYOUT_APPROVAL, "payout", PAYOUT, "payout_id", back="approvals")
link(PAYOUT_APPROVAL, "approver", STAFF, "approver_id")
link(PAYOUT_EXCEPTION, "payout", PAYOUT, "payout_id", back="exceptions")
link(PAYOUT_EXCEPTION, "owner", STAFF, "owner_id")
about(JOB, "subject", SubjectKind.PAYOUT, PAYOUT)
about(JOB, "result", SubjectKind.PAYOUT, PAYOUT)
for _kind, _file in ((SubjectKind.PAYMENT_FILE, PAYMENT_FILE), (SubjectKind.BANK_STATEMENT, BANK_STATEMENT)):
    about(JOB, "subject", _kind, _file)
    about(JOB, "result", _kind, _file)
about(LEDGER_TRANSACTION, "subject", SubjectKind.PAYOUT, PAYOUT, back="postings")
