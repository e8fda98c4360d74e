"""Every action in every state by every role, tried on a commission statement in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

import pytest

from domain.commissions import closing, settling
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.commissions.models import CommissionStatement
from domain.commissions.reading import COMMISSION_STATEMENT
from domain.commissions.terms import StatementAction, StatementState
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from tests.commissions.test_statements import SYSTEM, closed, of_month, this_month
from tests.factories.every_step import Expected, Quiet, Steps, everybody, try_steps
from tests.factories.insured import partner_with_a_book, sold, staff

pytestmark = pytest.mark.usefixtures("database")
A, S = StatementAction, StatementState


async def _close(partner: Actor, row: CommissionStatement, actor: Actor) -> None:
    async with transaction():
        await closing._add_up(await CommissionStatement.get(id=row.id), 100, 0, actor)


async def _approve(partner: Actor, row: CommissionStatement, actor: Actor) -> object:
    return await settling.approve(row.id, expected_version=row.version, actor=actor)


async def _record_paid(partner: Actor, row: CommissionStatement, actor: Actor) -> None:
    await settling.record_paid(row.id, actor=actor)


def _unlike(row: CommissionStatement, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """A second word of the payment changes nothing."""
    return Quiet.NO_TRACE if action is A.RECORD_PAID and row.state is S.PAID else usual


STATEMENTS: Steps[Actor] = Steps(
    STATEMENT_LIFECYCLE,
    COMMISSION_STATEMENT,
    {A.CLOSE: _close, A.APPROVE: _approve, A.RECORD_PAID: _record_paid},
    _unlike,
    blind=[A.CLOSE, A.RECORD_PAID],
)
"""Whose the statement is, is its case."""


async def _accruing(partner: Actor) -> CommissionStatement:
    policy = await sold(partner=partner)
    await closed()
    return await of_month(policy, months_after(this_month(), 1))


async def _closed(partner: Actor) -> CommissionStatement:
    policy = await sold(partner=partner)
    await closed()
    return await of_month(policy, this_month())


async def _approved(partner: Actor) -> CommissionStatement:
    row = await _closed(partner)
    return await settling.approve(
        row.id, expected_version=row.version, actor=await staff(Role.FINANCE_APPROVER)
    )


async def _paid(partner: Actor) -> CommissionStatement:
    row = await _approved(partner)
    await settling.record_paid(row.id, actor=SYSTEM)
    return row


STATES: dict[StatementState, Callable[[Actor], Awaitable[CommissionStatement]]] = {
    S.ACCRUING: _accruing, S.CLOSED: _closed, S.APPROVED: _approved, S.PAID: _paid,
}  # fmt: skip


def test_every_action_and_every_state_is_tried() -> None:
    assert (set(STATEMENTS.verbs), set(STATES)) == (set(StatementAction), set(StatementState))


@pytest.mark.parametrize("state", StatementState)
async def test_each_action_on_a_statement_is_done_by_exactly_its_roles(state: StatementState) -> None:
    partner = await partner_with_a_book()
    made = await STATES[state](partner)
    row = await CommissionStatement.get(id=made.id)
    assert row.state is state
    await try_steps(STATEMENTS, partner, row, await everybody(partner))
