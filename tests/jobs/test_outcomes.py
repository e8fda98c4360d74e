"""What an attempt came to decides where its job goes; what an exception means stands in one table."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.jobs import outcomes
from domain.jobs.execution import JobRun
from domain.jobs.kinds import kind_of
from domain.jobs.parking import settle
from domain.jobs.refusals import Fenced
from domain.jobs.relaying import Ticket
from domain.jobs.retry_table import judge
from domain.jobs.terms import Outcome, Word
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import ConnectionLost, NoTransaction, OutcomeUnknown, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, Refusals, StaleVersion, TooManyAttempts
from domain.kernel.subject import Subject, SubjectKind
from tests.jobs.conftest import ADMIN, Place
from tests.jobs.kinds import SCRIPTS, BankSilent, NeverAgain, Scripted, Two

SYSTEM = Actor.system("test")


async def scripted(place: Place, outcome: Outcome | BaseException) -> Ticket:
    """A job whose attempt ends so."""
    key = new_id()

    async def script(run: JobRun) -> Outcome:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    SCRIPTS[key] = script
    ticket, _ = await place.perform(Scripted(key))
    return ticket


async def test_done_without_a_finishing_transaction_is_recorded_all_the_same(place: Place) -> None:
    ticket = await scripted(place, Outcome.done())
    assert await place.state(ticket.job_id) == "SUCCEEDED"


async def test_what_came_of_a_job_is_recorded_with_its_success(place: Place) -> None:
    made, key = Subject(SubjectKind.PAYOUT, new_id()), new_id()

    async def finish(run: JobRun) -> Outcome:
        async with transaction(run, finishing=True) as tx:
            tx.made = made
        return Outcome.done()

    SCRIPTS[key] = finish
    (finished, _), told = await place.perform(Scripted(key)), await scripted(place, Outcome.done(made))
    parked, undone = await scripted(place, Outcome.unknown()), await scripted(place, Outcome.failed("X"))
    async with transaction():
        await settle(parked.job_id, Outcome.done(made), SYSTEM)
    for ticket in (finished, told, parked):
        row = await place.row(ticket.job_id)
        assert (row["state"], row["result_kind"], row["result_id"]) == ("SUCCEEDED", "PAYOUT", made.id)
    assert (await place.row(undone.job_id))["result_id"] is None


async def test_no_row_comes_of_a_job_that_has_not_succeeded(place: Place) -> None:
    job_id = await place.add()
    with pytest.raises(asyncpg.CheckViolationError, match="job_result_of_success"):
        await place.set(job_id, "result_kind = 'PAYOUT', result_id = id")
    with pytest.raises(asyncpg.CheckViolationError, match="job_result_whole"):
        await place.set(job_id, "state = 'SUCCEEDED', finished_at = now(), result_kind = 'PAYOUT'")


async def test_later_waits_without_counting(place: Place) -> None:
    at = clock.now() + timedelta(hours=3)
    ticket = await scripted(place, Outcome.later(at, "bank is closed"))
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["run_at"]) == ("AVAILABLE", 0, at)
    (told,) = await place.attempts(ticket.job_id)
    assert (told["outcome"], told["error"]) == ("LATER", "bank is closed")


async def test_an_attempt_that_ends_well_clears_the_job_of_the_workers_that_died_before(place: Place) -> None:
    """Or it would be carried out alone for ever, whatever it waits for."""
    key = new_id()
    ticket = await place.ticket(Scripted(key))
    await place.set(ticket.job_id, "crashes = 2")
    SCRIPTS[key] = lambda _: _soon(Outcome.later(clock.now()))
    await place.worker.perform(ticket)
    assert (await place.row(ticket.job_id))["crashes"] == 0


async def _soon(outcome: Outcome) -> Outcome:
    return outcome


async def test_refused_is_dead_at_once(place: Place) -> None:
    ticket = await scripted(place, Outcome.refused("CLAIM_CLOSED", "ClaimClosed"))
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["error_code"], row["error"]) == ("DEAD", 1, "CLAIM_CLOSED", "ClaimClosed")


async def test_failed_pauses_longer_each_time_and_dies_with_its_attempts(place: Place) -> None:
    key = new_id()

    async def fail(run: JobRun) -> Outcome:
        return Outcome.failed("UNAVAILABLE", f"attempt {run.attempt}")

    SCRIPTS[key] = fail
    job_id = await place.add(Scripted(key))
    for attempt, (least, most) in enumerate([(3.6, 6.3), (7.4, 12.6)], start=1):
        (ticket,) = await place.dispatch()
        await place.worker.perform(ticket)
        row = await place.row(job_id)
        assert (row["state"], row["attempt"]) == ("AVAILABLE", attempt)
        assert least < (row["run_at"] - row["now"]).total_seconds() < most
        await place.set(job_id, "run_at = clock_timestamp()")
    (ticket,) = await place.dispatch()
    await place.worker.perform(ticket)
    row = await place.row(job_id)
    assert (row["state"], row["attempt"], row["error_code"], row["error"]) == ("DEAD", 3, "UNAVAILABLE", "attempt 3")
    assert [each["attempt"] for each in await place.attempts(job_id)] == [1, 2, 3]


async def test_failed_with_no_time_left_for_another_attempt_is_dead(place: Place) -> None:
    key = new_id()

    async def fail(run: JobRun) -> Outcome:
        await place.set(run.job_id, "deadline_at = clock_timestamp() + interval '2 s'")
        return Outcome.failed("UNAVAILABLE")

    SCRIPTS[key] = fail
    ticket, _ = await place.perform(Scripted(key))
    assert await place.state(ticket.job_id) == "DEAD"


async def test_unknown_is_parked_and_nobody_repeats_it(place: Place) -> None:
    ticket = await scripted(place, Outcome.unknown(note="timeout"))
    row = await place.row(ticket.job_id)
    assert (row["state"], row["error_code"], row["lease_until"]) == ("PARKED", "OUTCOME_UNKNOWN", None)
    assert row["finished_at"] is None
    assert await place.dispatch() == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.done(), "SUCCEEDED"),
        (Outcome.refused("BANK_REFUSED"), "DEAD"),
        (Outcome.later(clock.now() - timedelta(minutes=1)), "AVAILABLE"),
    ],
)
async def test_who_found_out_settles_a_parked_job(place: Place, outcome: Outcome, state: str) -> None:
    ticket = await scripted(place, Outcome.unknown())
    async with transaction():
        await settle(ticket.job_id, outcome, SYSTEM)
    row = await place.row(ticket.job_id)
    assert (row["state"], row["error_code"]) == (state, outcome.code)
    assert (row["finished_at"] is None) == (state == "AVAILABLE")
    assert len(await place.dispatch()) == (1 if state == "AVAILABLE" else 0)


async def test_only_a_parked_job_is_settled_and_only_by_the_system(place: Place) -> None:
    with pytest.raises(NoTransaction):
        await settle(new_id(), Outcome.done(), SYSTEM)
    parked, other = await scripted(place, Outcome.unknown()), await place.add()
    before = await place.snapshot()
    cases = ((new_id(), SYSTEM, NotFound), (other, SYSTEM, IllegalStep), (parked.job_id, ADMIN, Forbidden))
    for job_id, actor, refusal in cases:
        with pytest.raises(refusal):
            await settling(job_id, actor)
    assert await place.snapshot() == before


async def settling(job_id: object, actor: Actor) -> None:
    async with transaction():
        await settle(job_id, Outcome.done(), actor)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", [Word.CRASHED, Word.GIVEN_BACK])
async def test_words_of_the_sweep_are_no_outcome_of_a_handler(place: Place, word: Word) -> None:
    ticket = await place.ticket(Two(new_id()))
    with pytest.raises(ValueError, match="no outcome of a handler"):
        await recording(ticket, Outcome(word))


async def recording(ticket: Ticket, outcome: Outcome) -> None:
    async with transaction():
        await outcomes.record_outcome(ticket, kind_of(Two), 1, outcome, "w")


@pytest.mark.parametrize(
    "outcome",
    [Outcome.done(), Outcome.later(clock.now()), Outcome.failed("X"), Outcome.refused("X"), Outcome.unknown()],
)
async def test_no_outcome_is_recorded_under_another_fence(place: Place, outcome: Outcome) -> None:
    ticket = await place.ticket(Two(new_id()))
    before = await place.snapshot()
    for fence in (0, 2):
        with pytest.raises(Fenced):
            await recording(Ticket(ticket.job_id, fence), outcome)
    assert await place.snapshot() == before


async def test_long_codes_and_notes_are_cut_to_what_fits(place: Place) -> None:
    ticket = await scripted(place, Outcome.refused("C" * 100, "n" * 1000))
    row = await place.row(ticket.job_id)
    assert (len(row["error_code"]), len(row["error"])) == (64, 500)


TABLE = [
    (NotFound(kind="Claim"), Word.REFUSED, "NOT_FOUND"),
    (Forbidden(permission="claim:approve"), Word.REFUSED, "FORBIDDEN"),
    (Invalid("length", "9"), Word.REFUSED, "VALIDATION"),
    (Refusals((NotFound(kind="Claim"), Invalid("x"))), Word.REFUSED, "NOT_FOUND"),
    (StaleVersion(current_version=2), Word.FAILED, "CONFLICT"),
    (TooManyAttempts(retry_at=clock.now()), Word.FAILED, "THROTTLED"),
    (OutcomeUnknown("lost"), Word.FAILED, "COMMIT_UNKNOWN"),
    (ConnectionLost("lost"), Word.FAILED, "UNAVAILABLE"),
    (ConnectionRefusedError(), Word.FAILED, "UNAVAILABLE"),
    (TimeoutError(), Word.FAILED, "UNAVAILABLE"),
    (asyncpg.DeadlockDetectedError(), Word.FAILED, "UNAVAILABLE"),
    (asyncpg.SerializationError(), Word.FAILED, "UNAVAILABLE"),
    (asyncpg.TooManyConnectionsError(), Word.FAILED, "UNAVAILABLE"),
    (asyncpg.UniqueViolationError(), Word.FAILED, "INTERNAL"),
    (ZeroDivisionError(), Word.FAILED, "INTERNAL"),
    (BankSilent(), Word.UNKNOWN, "OUTCOME_UNKNOWN"),
    (NeverAgain("13812345678"), Word.REFUSED, "INTERNAL"),
]


@pytest.mark.parametrize(("error", "word", "code"), TABLE, ids=lambda each: type(each).__name__)
def test_what_an_exception_means(error: BaseException, word: Word, code: str) -> None:
    outcome = judge(error, kind_of(Scripted))
    assert (outcome.word, outcome.code) == (word, code)


async def test_an_exceptions_text_may_hold_personal_data_and_is_kept_nowhere(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    for error in (ValueError("13812345678"), NeverAgain("13812345678"), BankSilent("13812345678")):
        await scripted(place, error)
    stored = "".join(await place.snapshot())
    assert "ValueError" in stored
    assert "13812345678" not in stored + caplog.text
    assert "test_outcomes.py" in caplog.text


async def test_a_timeout_of_the_handlers_own_is_not_the_time_limit(place: Place) -> None:
    key = new_id()

    async def script(run: JobRun) -> Outcome:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(1)
        return Outcome.done()

    SCRIPTS[key] = script
    ticket, _ = await place.perform(Scripted(key))
    assert (await place.row(ticket.job_id))["error_code"] == "UNAVAILABLE"
