"""What the ledger shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from api.scalars import MoneyType
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.ledger.reading import LEDGER_ACCOUNT, LEDGER_LINE, LEDGER_TRANSACTION
from domain.ledger.terms import Account

described(Account, "AccountName")
described(SubjectKind)


@fields.entity_type(LEDGER_TRANSACTION)
class LedgerTransaction(Node):
    """One posting 记账凭证: balanced in every currency, and never changed; a mistake is reversed by another."""

    kind: str = fields.bound("What happened, as `room:fact`; an open set.")
    key: str = fields.bound("The business key that keeps it from being posted twice.")
    subject_kind: SubjectKind = fields.bound("The kind of the row it is about.")
    subject: Node | None = fields.bound("The row it is about, if you may see it.")
    actor: str = fields.bound("Who caused it, as kind and id.")
    posted_at: datetime = fields.bound("When it was posted.")
    lines: list[Annotated[LedgerLine, strawberry.lazy("api.ledger.types")]] = fields.bound(
        "Its sides, which add up to zero.", order="RECORDED"
    )


@fields.entity_type(LEDGER_LINE)
class LedgerLine(Node):
    """One side of a posting 分录: a debit above zero, a credit below."""

    position: int = fields.bound("Its place in the posting, from 1.")
    account: Account = fields.bound("The account.")
    amount: MoneyType = fields.bound("The amount, a debit above zero, a credit below.")
    currency: Currency = fields.bound("Its currency.")
    transaction: LedgerTransaction | None = fields.bound("The posting.")


@fields.entity_type(LEDGER_ACCOUNT)
class LedgerAccount(Node):
    """What an account stands at in one currency 科目余额: a sum of lines, so that all are zero together."""

    account: Account = fields.bound("The account.")
    currency: Currency = fields.bound("The currency.")
    balance: MoneyType = fields.bound("The balance, a debit above zero, a credit below.")
