"""Records how an attempt ended: each a single statement on the job's row, under the fence the worker was given.

All take effect inside the current transaction. A row that another worker holds by now is not touched: Fenced is raised
and the transaction rolls back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.jobs.kinds import Kind
from domain.jobs.refusals import Fenced
from domain.jobs.relaying import Ticket
from domain.jobs.rules import backoff, jittered
from domain.jobs.terms import CODE_LENGTH, Outcome, Word
from domain.kernel.database import fetch
from domain.kernel.ids import new_id
from domain.kernel.news import changed
from domain.kernel.subject import Subject, SubjectKind

HELD = "id = $1::uuid AND fence = $2::bigint AND state IN ('DISPATCHED', 'EXECUTING')"

# `now()` is the start of the transaction: for a job that is claimed, done and finished in one, that is when it started.
FINISH = f"""
UPDATE job SET state = 'SUCCEEDED', finished_at = clock_timestamp(), lease_until = NULL, error_code = NULL,
  error = NULL, result_kind = $4::text, result_id = $5::uuid,
  attempt = attempt + (state = 'DISPATCHED')::int, worker = $3::text,
  started_at = CASE WHEN state = 'DISPATCHED' THEN now() ELSE started_at END, version = version + 1
WHERE {HELD} RETURNING id
"""

POSTPONE = f"""
UPDATE job SET state = CASE WHEN cancel_requested THEN 'CANCELLED' ELSE 'AVAILABLE' END, lease_until = NULL,
  finished_at = CASE WHEN cancel_requested THEN clock_timestamp() END, attempt = attempt - (state = 'EXECUTING')::int,
  crashes = CASE WHEN $4::boolean THEN 0 ELSE crashes END, run_at = $3::timestamptz, version = version + 1
WHERE {HELD} RETURNING id
"""

FAIL = f"""
UPDATE job SET lease_until = NULL, worker = $3::text, error_code = $4::text, error = $5::text, version = version + 1,
  attempt = spent.attempt, run_at = spent.run_at,
  state = spent.state, finished_at = CASE WHEN spent.state <> 'AVAILABLE' THEN clock_timestamp() END
FROM (
  SELECT id AS job_id, attempt + (state = 'DISPATCHED')::int AS attempt, clock_timestamp() + $6::interval AS run_at,
    CASE WHEN cancel_requested THEN 'CANCELLED'
      WHEN attempt + (state = 'DISPATCHED')::int >= max_attempts THEN 'DEAD'
      WHEN deadline_at < clock_timestamp() + $6::interval THEN 'DEAD' ELSE 'AVAILABLE' END AS state
  FROM job WHERE {HELD} FOR NO KEY UPDATE
) AS spent
WHERE job.id = spent.job_id RETURNING job.id
"""

END = f"""
UPDATE job SET state = $3::text, lease_until = NULL, worker = $4::text, error_code = $5::text, error = $6::text,
  attempt = attempt + (state = 'DISPATCHED')::int, version = version + 1,
  finished_at = CASE WHEN $3::text <> 'PARKED' THEN clock_timestamp() END
WHERE {HELD} RETURNING id
"""

CANCEL = f"""
UPDATE job SET state = 'CANCELLED', lease_until = NULL, finished_at = clock_timestamp(), version = version + 1
WHERE {HELD} RETURNING id
"""

TELL = """
INSERT INTO job_attempt (id, job_id, fence, attempt, worker, started_at, ended_at, outcome, error_code, error)
SELECT $3::uuid, id, $2::bigint, greatest(attempt, 1), $4::text, started_at, clock_timestamp(), $5::text, $6::text,
  $7::text FROM job WHERE id = $1::uuid
"""

ERROR_LENGTH = 500


async def finish(ticket: Ticket, worker: str, made: Subject | None = None) -> None:
    """The effect stands; `made` came of it. Raises: Fenced."""
    await _decide(ticket, FINISH, worker, made and made.kind, made and made.id)


async def postpone(ticket: Ticket, at: datetime, *, cleared: bool = False) -> None:
    """Not yet: available again at an instant, the attempt does not count.

    A job is `cleared` of what workers died of before, if its own attempt ended well. Raises: Fenced.
    """
    await _decide(ticket, POSTPONE, at, cleared)


async def cancel(ticket: Ticket) -> None:
    """Called off before the attempt began. Raises: Fenced."""
    await _decide(ticket, CANCEL)


async def record_outcome(ticket: Ticket, kind: Kind, attempt: int, outcome: Outcome, worker: str) -> None:
    """Writes what an attempt came to. Units: `attempt` counts from 1.

    Raises: Fenced.
    """
    match outcome.word:
        case Word.DONE:
            await finish(ticket, worker, outcome.made)
            return
        case Word.LATER if outcome.at is not None:
            await postpone(ticket, outcome.at, cleared=True)
        case Word.FAILED:
            await fail(ticket, outcome, jittered(backoff(attempt)), worker)
        case Word.REFUSED:
            await _end(ticket, "DEAD", outcome, worker)
        case Word.UNKNOWN:
            await _end(ticket, "PARKED", outcome, worker)
        case _:
            raise ValueError(f"{kind.name}: {outcome.word} is no outcome of a handler")
    await _tell(ticket, outcome, worker)


async def fail(ticket: Ticket, outcome: Outcome, pause: timedelta, worker: str) -> None:
    """It did not work: available again after a pause, or dead without attempts or time left. Raises: Fenced."""
    await _decide(ticket, FAIL, worker, _cut(outcome.code, CODE_LENGTH), _cut(outcome.note, ERROR_LENGTH), pause)


async def give_up(ticket: Ticket, code: str, worker: str) -> None:
    """Given up before an attempt began. Raises: Fenced."""
    await _decide(ticket, END, "DEAD", worker, code, None)


async def give_back(ticket: Ticket, worker: str) -> None:
    """The worker has to stop: available at once, the attempt does not count. Raises: Fenced."""
    rows = await fetch("SELECT clock_timestamp() AS now")
    await postpone(ticket, rows[0]["now"])
    await _tell(ticket, Outcome(Word.GIVEN_BACK), worker)


async def _end(ticket: Ticket, state: str, outcome: Outcome, worker: str) -> None:
    await _decide(ticket, END, state, worker, _cut(outcome.code, CODE_LENGTH), _cut(outcome.note, ERROR_LENGTH))


async def _tell(ticket: Ticket, outcome: Outcome, worker: str) -> None:
    code, note = _cut(outcome.code, CODE_LENGTH), _cut(outcome.note, ERROR_LENGTH)
    await fetch(TELL, ticket.job_id, ticket.fence, new_id(), worker, outcome.word, code, note)


async def _decide(ticket: Ticket, statement: str, *arguments: object) -> UUID:
    rows: list[dict[str, Any]] = await fetch(statement, ticket.job_id, ticket.fence, *arguments)
    if not rows:
        raise Fenced(f"job {ticket.job_id} is no longer held under fence {ticket.fence}")
    changed(Subject(SubjectKind.JOB, ticket.job_id))
    return UUID(str(rows[0]["id"]))


def _cut(text: str | None, length: int) -> str | None:
    return text[:length] if text else None
