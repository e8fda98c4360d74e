"""Bounds how often sealed details of a customer are compared with wrong ones: many answers would tell them in the end.

A try counts although the refusal that it ends in undoes everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from domain.customers.models import DetailTries
from domain.kernel import clock
from domain.kernel.database import current, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import TooManyAttempts

MOST = 5
"""Wrong tries at one customer that are answered in a day; a customer stands in the book of one partner alone."""
DAY = timedelta(days=1)
COUNT = """
INSERT INTO detail_tries AS t (id, customer_id, tries, since)
SELECT given.id, given.customer_id, given.tries, $4::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS given(id, customer_id, tries) ORDER BY given.customer_id
ON CONFLICT (customer_id) DO UPDATE SET
  tries = CASE WHEN t.since <= $5::timestamptz THEN excluded.tries ELSE t.tries + excluded.tries END,
  since = CASE WHEN t.since <= $5::timestamptz THEN excluded.since ELSE t.since END
"""


class Tries:
    """The wrong tries at several customers that count today, and those that come to them."""

    def __init__(self, before: Mapping[UUID, tuple[int, datetime]]) -> None:
        self._before, self._added = before, dict[UUID, int]()

    def bound(self, customer_id: UUID) -> TooManyAttempts | None:
        """Why no more is compared with the details of a customer today, if nothing is."""
        tries, since = self._before.get(customer_id, (0, clock.now()))
        if tries + self._added.get(customer_id, 0) < MOST:
            return None
        return TooManyAttempts(retry_at=since + DAY)

    def add(self, customer_id: UUID) -> None:
        """One more was wrong."""
        self._added[customer_id] = self._added.get(customer_id, 0) + 1

    async def keep(self) -> None:
        """Keeps what was added, whether the current transaction is committed or ends in a refusal."""
        added = dict(self._added)
        if not added:
            return

        async def once_more() -> None:
            async with transaction():
                await _count(added)

        await _count(added)
        current().after_refusal.append(once_more)


async def tries_at(customer_ids: Collection[UUID]) -> Tries:
    """The wrong tries of today at customers."""
    since = clock.now() - DAY
    rows = await DetailTries.filter(customer_id__in=list(customer_ids), since__gt=since) if customer_ids else []
    return Tries({row.customer_id: (row.tries, row.since) for row in rows})


async def _count(added: Mapping[UUID, int]) -> None:
    now = clock.now()
    await fetch(COUNT, [new_id() for _ in added], list(added), list(added.values()), now, now - DAY)
