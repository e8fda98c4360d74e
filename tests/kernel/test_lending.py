"""A transaction that is lent: the verb inside joins it, and what is written beside it stands or falls with it."""

from __future__ import annotations

import pytest

from domain.kernel.database import (
    ConnectionLost,
    HalfDone,
    OutcomeUnknown,
    TransactionOpen,
    fetch,
    lending,
    transaction,
)
from domain.kernel.ids import new_id
from domain.kernel.retries import retrying
from tests.kernel.test_database import INSERT, Hold, end_own_connection, rows

NOTE = "UPDATE queue_control SET reason = 'noted'"


async def verb(seen: list[str] | None = None, error: BaseException | None = None) -> None:
    """Changes a row in a transaction of its own, as far as it knows."""
    async with transaction() as tx:
        await fetch(INSERT, new_id())
        if seen is not None:
            tx.after_commit["verb"] = lambda: seen.append("verb")
        if error is not None:
            raise error


async def test_a_verb_joins_and_all_is_committed_once_at_the_end(database: str) -> None:
    seen: list[str] = []
    async with lending() as lent:
        lent.after_commit["lender"] = lambda: seen.append("lender")
        await verb(seen)
        assert (await rows(database), seen) == (0, [])
        await fetch(NOTE)
    assert (await rows(database), seen) == (1, ["lender", "verb"])


async def test_what_a_verb_hooks_up_twice_runs_once(database: str) -> None:
    seen: list[str] = []
    async with lending():
        await verb(seen)
        await fetch("DELETE FROM queue_control")
        await verb(seen)
    assert (await rows(database), seen) == (1, ["verb"])


async def beside(error: BaseException) -> None:
    """Writes something itself, then calls a verb that fails."""
    async with lending():
        await fetch(INSERT, new_id())
        await fetch("DELETE FROM queue_control")
        await fetch(INSERT, new_id())
        await fetch("UPDATE queue_control SET queue = 'MONEY'")
        await verb(error=error)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
async def test_a_verb_that_fails_undoes_what_stands_beside_it(database: str, error: BaseException) -> None:
    with pytest.raises(type(error)):
        await beside(error)
    assert await rows(database) == 0


async def test_a_lender_that_goes_on_after_a_failure_commits_nothing(database: str) -> None:
    async def careless() -> None:
        async with lending():
            with pytest.raises(ValueError, match="no"):
                await verb(error=ValueError("no"))
            with pytest.raises(TransactionOpen):
                await verb()

    with pytest.raises(HalfDone):
        await careless()
    assert await rows(database) == 0


async def test_inside_a_verb_that_joined_nothing_nests_and_nothing_is_lent(database: str) -> None:
    async def nested() -> None:
        async with lending(), transaction():
            await verb()

    async def lent_inside(outer: bool) -> None:
        async with lending() if outer else transaction(), lending():
            await verb()

    for attempt in (nested(), lent_inside(outer=True), lent_inside(outer=False)):
        with pytest.raises(TransactionOpen):
            await attempt
    assert await rows(database) == 0


async def test_a_run_is_held_and_finished_in_the_lent_transaction(database: str) -> None:
    run = Hold()
    async with lending(), transaction(run, finishing=True):
        assert run.heard == ["hold"]
    assert run.heard == ["hold", "finish"]


async def test_a_connection_lost_before_the_commit_left_nothing_and_is_tried_again(database: str) -> None:
    attempts = 0

    async def whole() -> None:
        nonlocal attempts
        attempts += 1
        async with lending():
            await fetch(INSERT, new_id())
            await fetch("DELETE FROM queue_control")
            await verb()
            if attempts == 1:
                await end_own_connection(database)
            await fetch(NOTE)

    with pytest.raises(ConnectionLost):
        await whole()
    attempts = 0
    await retrying(whole)
    assert (attempts, await rows(database)) == (2, 1)


async def test_a_connection_lost_while_committing_leaves_the_outcome_unknown(database: str) -> None:
    seen: list[str] = []

    async def whole() -> None:
        async with lending():
            await verb(seen)
            await end_own_connection(database)

    with pytest.raises(OutcomeUnknown):
        await retrying(whole)
    assert (await rows(database), seen) == (0, [])
    await verb(seen)
    assert seen == ["verb"]
