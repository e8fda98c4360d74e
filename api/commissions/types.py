"""What commission statements show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.commissions.reading import COMMISSION_STATEMENT
from domain.commissions.terms import StatementAction, StatementState
from domain.kernel.money import Currency

if TYPE_CHECKING:
    from api.payouts.types import Payout

described(StatementAction, "CommissionStatementAction")
described(StatementState, "CommissionStatementState")


@fields.entity_type(COMMISSION_STATEMENT)
class CommissionStatement(Node):
    """What a partner earned in one month, in one currency 手续费结算单, as the ledger has it."""

    month: date = fields.bound("The first day of its month.")
    state: StatementState = fields.bound("Where it stands.")
    available_actions: list[StatementAction] = fields.bound("What you may do with it in its state.")
    currency: Currency = fields.bound("The currency of its amounts.")
    accrued: MoneyType | None = fields.bound(
        "What was earned in the month, less what was clawed back; null while it runs."
    )
    carried: MoneyType | None = fields.bound("What the statement before had below zero.")
    payable: MoneyType | None = fields.bound(
        "Both together; what is not above zero is not paid, and goes over to the next month."
    )
    opened_at: datetime = fields.bound("When it was begun.")
    closed_at: datetime | None = fields.bound("When its month was added up.")
    approved_at: datetime | None = fields.bound("When finance released it.")
    paid_at: datetime | None = fields.bound("When the bank had paid it.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    partner: Partner | None = fields.bound("Who earned it.")
    approver: Staff | None = fields.bound("Who released it; for staff.")
    payouts: list[Annotated[Payout, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "What is paid for it; for whoever sees payouts."
    )
