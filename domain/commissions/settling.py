"""From a closed statement to the partner's money: finance approves it, the bank ends it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.commissions.models import CommissionStatement
from domain.commissions.reading import COMMISSION_STATEMENT
from domain.commissions.refusals import NothingToPay
from domain.commissions.terms import StatementAction, StatementState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money
from domain.kernel.rows import expect_version, lock_row, lock_visible, save_changes
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts.requests import ToPartner, request_payout


async def approve(statement_id: UUID, *, expected_version: int, actor: Actor) -> CommissionStatement:
    """Releases what a closed statement has to pay and requests its payout, in which the approver has no other part.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; NothingToPay.
    """
    async with transaction():
        row = await lock_visible(CommissionStatement, COMMISSION_STATEMENT, statement_id, actor)
        expect_version(row, expected_version)
        before = row.state
        row.state = STATEMENT_LIFECYCLE.step(before, StatementAction.APPROVE, actor)
        if (row.payable_minor or 0) <= 0:
            raise NothingToPay
        row.approver_id, row.approved_at = actor.staff_id, clock.now()
        await save_changes(row, "state", "approver_id", "approved_at")
        payout = await request_payout(
            source=subject_of(row),
            decision_no=1,
            amount=Money(row.payable_minor or 0, row.currency),
            scope=Scope(),
            barred={actor.staff_id} if actor.staff_id else set(),
            to=ToPartner(row.partner_id),
            actor=actor,
        )
        await record(
            "commission_statement:approve",
            subject_of(row),
            actor,
            before={"state": before},
            after={"state": row.state, "payout_id": payout.id},
        )
    return row


async def record_paid(statement_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """The bank settled the payout of a statement: it is paid. A second word changes nothing.

    Raises: IllegalStep, Forbidden.
    """
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(CommissionStatement, statement_id)
        if row is None or row.state is StatementState.PAID:
            return
        before = row.state
        row.state = STATEMENT_LIFECYCLE.step(before, StatementAction.RECORD_PAID, actor)
        row.paid_at = clock.now()
        await save_changes(row, "state", "paid_at")
        after: dict[str, object] = {"state": row.state}
        await record("commission_statement:paid", subject_of(row), actor, before={"state": before}, after=after)
        tx.made = subject_of(row)


def subject_of(row: CommissionStatement) -> Subject:
    """The statement as other rooms name it."""
    return Subject(SubjectKind.COMMISSION_STATEMENT, row.id)
