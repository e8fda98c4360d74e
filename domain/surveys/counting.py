"""Counting surveys by the month in which they were sent and the partner, in the transaction of each."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from domain.kernel import clock
from domain.kernel.database import fetch
from domain.kernel.ids import new_id

_SENT = """
    INSERT INTO survey_month AS m (id, partner_id, month, sent, responses, score_sum)
    VALUES ($1::uuid, $2::uuid, $3::date, 1, 0, 0)
    ON CONFLICT (partner_id, month) DO UPDATE SET sent = m.sent + 1
"""
_ANSWERED = """
    UPDATE survey_month SET responses = responses + 1, score_sum = score_sum + $3::int
    WHERE partner_id = $1::uuid AND month = $2::date
"""


def _month_of(instant: datetime) -> date:
    return clock.day_of(instant).replace(day=1)


async def count_sent(partner_id: UUID, sent_at: datetime) -> None:
    """One survey more was sent. The last statement of its transaction, as others wait for the row."""
    await fetch(_SENT, new_id(), partner_id, _month_of(sent_at))


async def count_answered(partner_id: UUID, sent_at: datetime, score: int) -> None:
    """One that was sent then is answered. The last statement of its transaction, as others wait for the row."""
    await fetch(_ANSWERED, partner_id, _month_of(sent_at), score)
