"""Posts to the ledger: balanced in every currency, once for each business key, in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch
from domain.kernel.ids import new_id
from domain.kernel.rows import add_all
from domain.kernel.subject import Subject
from domain.ledger.models import LedgerLine
from domain.ledger.refusals import PostedAlready, Unbalanced
from domain.ledger.rules import is_balanced
from domain.ledger.terms import Line

INSERT = """
INSERT INTO ledger_transaction (id, kind, key, subject_kind, subject_id, line_count, actor, posted_at)
SELECT id, kind, key, subject_kind, subject_id, line_count, $7::text, clock_timestamp()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::int[])
  AS given(id, kind, key, subject_kind, subject_id, line_count)
ON CONFLICT (key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting before it stands; its fields are those of `post`."""

    kind: str
    subject: Subject
    lines: Sequence[Line]
    key: str


async def post(*, kind: str, subject: Subject, lines: Sequence[Line], actor: Actor, key: str) -> UUID:
    """Adds one posting to the current transaction; the id of its row.

    `kind` names what happened as "room:fact"; `key` names this one happening, and whoever posts it again is refused.
    Units: a debit is above zero, a credit below.

    Raises: NoTransaction; Unbalanced; PostedAlready.
    """
    (transaction_id,) = await post_all([Posting(kind, subject, lines, key)], actor)
    return transaction_id


async def post_all(postings: Sequence[Posting], actor: Actor) -> list[UUID]:
    """Adds many postings in two statements; the ids of their rows, in their order.

    Raises: as `post`, and then nothing of them stands once the caller's transaction is rolled back.
    """
    current()
    if not all(is_balanced(each.lines) for each in postings):
        raise Unbalanced
    ids = [new_id() for _ in postings]
    added = await fetch(
        INSERT, ids, [each.kind for each in postings], [each.key for each in postings],
        [each.subject.kind for each in postings], [each.subject.id for each in postings],
        [len(each.lines) for each in postings], actor.label,
    )  # fmt: skip
    if len(added) < len(postings):
        raise PostedAlready
    await add_all(
        [
            _row(transaction_id, position, line)
            for transaction_id, each in zip(ids, postings, strict=True)
            for position, line in enumerate(each.lines, 1)
        ]
    )
    return ids


def _row(transaction_id: UUID, position: int, line: Line) -> LedgerLine:
    return LedgerLine(
        transaction_id=transaction_id,
        position=position,
        account=line.account,
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
    )
