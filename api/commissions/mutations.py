"""Changes of commission statements: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.commissions.inputs import CommissionStatementApproveInput
from api.commissions.types import CommissionStatement
from api.inputs import row_id
from domain.commissions import settling
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.commissions.reading import COMMISSION_STATEMENT
from domain.commissions.terms import StatementAction
from domain.kernel.actor import Actor


@change(*takers(STATEMENT_LIFECYCLE, StatementAction.APPROVE), for_ever=True, statement=CommissionStatement)
async def commission_statement_approve(given: CommissionStatementApproveInput, actor: Actor) -> Changed:
    """Releases what a closed commission statement has to pay 审批手续费, and requests its payout to the partner."""
    statement = await settling.approve(
        row_id(COMMISSION_STATEMENT.prefix, given.statement_id), expected_version=given.expected_version, actor=actor
    )
    return changed(statement=statement.id)


@strawberry.type
class CommissionsMutations:
    """Changes of commission statements."""

    commission_statement_approve = commission_statement_approve
