"""Carries one mutation out: its verb in a transaction of its own, or once for the key that names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.changes import Change, Changed
from api.errors import mutation_error
from domain.idempotency.once import keep_refusals, once
from domain.idempotency.rules import is_answer
from domain.idempotency.terms import Outcome, RequestKey
from domain.kernel.database import OutcomeUnknown
from domain.kernel.projection.selection import Call
from domain.kernel.refusals import OutcomeNotKnown, Refusal, Refusals
from domain.kernel.retries import retrying

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Ending:
    """How a mutation ended: what it changed, or the errors of its payload, now or when it was first asked for."""

    changed: Changed = field(default_factory=Changed)
    errors: Sequence[dict[str, Any]] = ()
    replayed: bool = False

    @property
    def changed_nothing(self) -> bool:
        """Whether it certainly changed nothing."""
        return bool(self.errors) and all(error["code"] != OutcomeNotKnown.code for error in self.errors)


async def carry_out(change: Change, given: Any, key: RequestKey | None, call: Call) -> Ending:
    """Judges the input and calls the verb, at most once for a key.

    Raises: what is no answer: Unavailable, TimeoutError, faults of ours.
    """
    try:
        change.judge(given)
        if key is None:
            return Ending(await retrying(lambda: change.handler(given, call.actor)))
        return await _once(change, given, key, call)
    except (Refusal, Refusals) as refused:
        return _refused(_each(refused), call.language)
    except OutcomeUnknown:
        return _refused((OutcomeNotKnown(),), call.language)


async def _once(change: Change, given: Any, key: RequestKey, call: Call) -> Ending:
    try:
        done = await retrying(lambda: once(key, lambda: change.handler(given, call.actor), lambda done: done.ids))
    except (Refusal, Refusals) as refused:
        several = _each(refused)
        if not is_answer(several):
            raise
        kept = tuple({language: mutation_error(one, language) for language in LANGUAGES} for one in several)
        before = await retrying(lambda: keep_refusals(key, kept))
        return _refused(several, call.language) if before is None else _replayed(before, call.language)
    return _replayed(done, call.language) if isinstance(done, Outcome) else Ending(done)


def _each(refused: Refusal | Refusals) -> tuple[Refusal, ...]:
    return refused.all if isinstance(refused, Refusals) else (refused,)


def _refused(several: Sequence[Refusal], language: str) -> Ending:
    return Ending(errors=[mutation_error(one, language) for one in several])


def _replayed(outcome: Outcome, language: str) -> Ending:
    errors = [each[language] for each in outcome.refusals]
    return Ending(Changed(dict(outcome.ids)), errors, replayed=True)
