"""What can be read of the ledger: finance and compliance read all of it."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.projection.entity import Amount, Entity, Filter, instants, link, order, texts, wholes
from domain.kernel.projection.visibility import EVERYTHING, SeenBy
from domain.kernel.projection.wire import ANY_ID, INSTANT, TEXT

SEEN_BY: SeenBy = dict.fromkeys((Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE), EVERYTHING)

LEDGER_TRANSACTION = Entity(
    name="LedgerTransaction",
    table="ledger_transaction",
    prefix="ltx",
    seen_by=SEEN_BY,
    columns={**texts("kind", "key", "subject_kind", "actor"), **instants("posted_at")},
    orders={"RECORDED": order()},
    filters={
        "subject_id": Filter("subject_id", ANY_ID),
        "kind": Filter("kind", TEXT),
        "posted_at": Filter("posted_at", INSTANT, indexed=False),
    },
)

LEDGER_LINE = Entity(
    name="LedgerLine",
    table="ledger_line",
    prefix="lln",
    seen_by=SEEN_BY,
    columns={**texts("account", "currency"), **wholes("position"), "amount": Amount("amount_minor")},
    orders={"RECORDED": order()},
    filters={"account": Filter("account", TEXT), "currency": Filter("currency", TEXT, indexed=False)},
)

LEDGER_ACCOUNT = Entity(
    name="LedgerAccount",
    table="ledger_account",
    prefix="lac",
    seen_by=SEEN_BY,
    columns={**texts("account", "currency"), "balance": Amount("balance_minor")},
    orders={"RECORDED": order()},
    filters={"account": Filter("account", TEXT)},
)

link(LEDGER_LINE, "transaction", LEDGER_TRANSACTION, "transaction_id", back="lines")
