"""What an exception means for a job: tried again, parked or given up. The one table; a kind may say otherwise first."""

from __future__ import annotations

import asyncpg

from domain.jobs.kinds import Kind
from domain.jobs.terms import Outcome
from domain.kernel.database import OutcomeUnknown
from domain.kernel.refusals import Refusal, Refusals, StaleVersion, TooManyAttempts

TRANSIENT = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    OSError,
)
"""Neighbours that were out of reach or in the way. Anything else is a mistake of the code, and tried again all the
same: the next release may have mended it."""


def judge(error: BaseException, kind: Kind) -> Outcome:
    """The outcome of an attempt that ended with an exception; of the exception only its class and code are kept.

    Its text may hold personal data. A commit whose answer was lost is tried again: what a verb did under its fence it
    finds done when it comes back.
    """
    return _by_kind(error, kind) or _by_refusal(error) or _by_class(error)


def _by_refusal(error: BaseException) -> Outcome | None:
    match error:
        case Refusals():
            return Outcome.refused(error.all[0].code, ", ".join(type(each).__name__ for each in error.all))
        case StaleVersion() | TooManyAttempts():
            return Outcome.failed(error.code, type(error).__name__)
        case Refusal():
            return Outcome.refused(error.code, type(error).__name__)
        case _:
            return None


def _by_class(error: BaseException) -> Outcome:
    code = "INTERNAL"
    if isinstance(error, OutcomeUnknown):
        code = "COMMIT_UNKNOWN"
    elif isinstance(error, TRANSIENT):
        code = "UNAVAILABLE"
    return Outcome.failed(code, type(error).__name__)


def _by_kind(error: BaseException, kind: Kind) -> Outcome | None:
    name = type(error).__name__
    code = getattr(error, "code", None)
    text = code if isinstance(code, str) else "INTERNAL"
    if isinstance(error, kind.park_on):
        return Outcome.unknown(note=name)
    if isinstance(error, kind.dead_on):
        return Outcome.refused(text, name)
    if isinstance(error, kind.retry_on):
        return Outcome.failed(text, name)
    return None
