"""Posts to the ledger: balanced in every currency, once for each business key, in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch_one
from domain.kernel.ids import new_id
from domain.kernel.subject import Subject
from domain.ledger.models import LedgerLine
from domain.ledger.refusals import PostedAlready, Unbalanced
from domain.ledger.rules import is_balanced
from domain.ledger.terms import Line

INSERT = """
INSERT INTO ledger_transaction (id, kind, key, subject_kind, subject_id, line_count, actor, posted_at)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::uuid, $6::int, $7::text, clock_timestamp())
ON CONFLICT (key) DO NOTHING RETURNING id
"""


async def post(*, kind: str, subject: Subject, lines: Sequence[Line], actor: Actor, key: str) -> UUID:
    """Adds one posting to the current transaction; the id of its row.

    `kind` names what happened as "room:fact"; `key` names this one happening, and whoever posts it again is refused.
    Units: a debit is above zero, a credit below.

    Raises: NoTransaction; Unbalanced; PostedAlready.
    """
    current()
    if not is_balanced(lines):
        raise Unbalanced
    found = await fetch_one(INSERT, new_id(), kind, key, subject.kind, subject.id, len(lines), actor.label)
    if found is None:
        raise PostedAlready
    transaction_id = UUID(str(found["id"]))
    await LedgerLine.bulk_create([_row(transaction_id, position, line) for position, line in enumerate(lines, 1)])
    return transaction_id


def _row(transaction_id: UUID, position: int, line: Line) -> LedgerLine:
    return LedgerLine(
        transaction_id=transaction_id,
        position=position,
        account=line.account,
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
    )
