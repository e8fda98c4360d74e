"""What can be read of commission statements: all by who sees commissions, by partners their closed ones."""

from __future__ import annotations

from domain.commissions.lifecycle import FINISHED, STATEMENT_LIFECYCLE
from domain.commissions.terms import StatementState
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Entity,
    Filter,
    about,
    days,
    instants,
    link,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns, SeenBy
from domain.kernel.projection.wire import DAY, TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER
from domain.payouts.reading import PAYOUT
from domain.staff.reading import STAFF

SEEN_BY: SeenBy = {
    Role.PARTNER: AllOf((Owns("partner_id", Fact.PARTNER_ID), Is("state", FINISHED))),
    **dict.fromkeys((Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE, Role.UNDERWRITER), EVERYTHING),
}

COMMISSION_STATEMENT = Entity(
    name="CommissionStatement",
    table="commission_statement",
    prefix="cms",
    kind=SubjectKind.COMMISSION_STATEMENT,
    seen_by=SEEN_BY,
    columns={
        **texts("currency", "state"),
        **days("month"),
        **wholes("version"),
        **instants("opened_at"),
        **instants("closed_at", "approved_at", "paid_at", nullable=True),
        "accrued": Amount("accrued_minor", nullable=True),
        "carried": Amount("carried_minor", nullable=True),
        "payable": Amount("payable_minor", nullable=True),
        "available_actions": Actions(STATEMENT_LIFECYCLE, tuple(StatementState)),
    },
    orders={"MONTH": order("month", "date"), "RECORDED": order()},
    filters={
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "month": Filter("month", DAY),
        "state": Filter("state", TEXT),
    },
)

link(COMMISSION_STATEMENT, "partner", PARTNER, "partner_id")
link(COMMISSION_STATEMENT, "approver", STAFF, "approver_id")
about(PAYOUT, "source", SubjectKind.COMMISSION_STATEMENT, COMMISSION_STATEMENT, back="payouts")
about(JOB, "result", SubjectKind.COMMISSION_STATEMENT, COMMISSION_STATEMENT)
about(JOB, "subject", SubjectKind.COMMISSION_STATEMENT, COMMISSION_STATEMENT)
