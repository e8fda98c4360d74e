"""Which refusals are the answer to a request, so that they are kept, and which only say how it was asked."""

from __future__ import annotations

from collections.abc import Collection

from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.kernel.refusals import Invalid, OutcomeNotKnown, Refusal, TooManyAttempts

NO_ANSWERS = frozenset(
    each.code for each in (Invalid, TooManyAttempts, OutcomeNotKnown, IdempotencyKeyReused, RequestUnderWay)
)


def is_answer(refused: Collection[Refusal]) -> bool:
    """Whether the insurer said no. A slip of the pen is mended, and too many attempts wait, under the same key."""
    return all(each.code not in NO_ANSWERS for each in refused)
