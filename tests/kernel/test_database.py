"""A verb's transaction: all or nothing, never inside another, and what follows it follows its commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg
import pytest

from domain.kernel.database import (
    ConnectionLost,
    NoTransaction,
    OutcomeUnknown,
    TransactionOpen,
    current,
    fetch,
    fetch_one,
    in_id_order,
    next_number,
    transaction,
)
from domain.kernel.ids import new_id
from domain.kernel.subject import Subject, SubjectKind

INSERT = """INSERT INTO queue_control (id, queue, paused, max_inflight, tokens, refilled_at, version)
VALUES ($1, 'BULK', false, 1, 0, now(), 1)"""


@dataclass
class Hold:
    """A worker's hold that may be lost."""

    lost: bool = False
    heard: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        self.heard.append("hold")
        if self.lost:
            raise LookupError("fenced")

    async def finish(self, made: Subject | None = None) -> None:
        self.heard.append(f"finish {made.kind}" if made else "finish")

    async def report(self, done: int, total: int | None, unit: str, message: str | None = None) -> None:
        raise AssertionError("no transaction tells how far a job is")


async def rows(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM queue_control"))
    finally:
        await connection.close()


async def test_a_change_stands_after_the_block(database: str) -> None:
    async with transaction():
        await fetch(INSERT, new_id())
        assert await rows(database) == 0
    assert await rows(database) == 1


async def failing(error: BaseException, hook: Callable[[], None] = lambda: None) -> None:
    """A verb that changes a row and then fails."""
    async with transaction() as tx:
        await fetch(INSERT, new_id())
        tx.after_commit["hook"] = hook
        raise error


async def test_any_exception_undoes_everything(database: str) -> None:
    for error in (ValueError("no"), asyncio.CancelledError(), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            await failing(error)
    assert await rows(database) == 0


async def test_hooks_run_once_for_each_key_and_only_after_the_commit(database: str) -> None:
    seen: list[tuple[str, int]] = []
    counted = asyncio.get_running_loop().create_future()

    def hook(name: str) -> Callable[[], None]:
        return lambda: seen.append((name, 1))

    async with transaction() as tx:
        await fetch(INSERT, new_id())
        tx.after_commit["a"] = hook("replaced")
        tx.after_commit["a"] = hook("a")
        tx.after_commit["b"] = lambda: counted.set_result(asyncio.create_task(rows(database)))
        assert seen == []
    assert seen == [("a", 1)]
    assert await (await counted) == 1


async def test_hooks_of_what_was_undone_never_run(database: str) -> None:
    seen: list[str] = []
    with pytest.raises(ValueError, match="no"):
        await failing(ValueError("no"), lambda: seen.append("a"))
    async with transaction():
        pass
    assert seen == []


async def test_a_hook_may_open_a_transaction_of_its_own(database: str) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def follow() -> None:
        async with transaction():
            await fetch(INSERT, new_id())

    async with transaction() as tx:
        tx.after_commit["follow"] = lambda: tasks.append(asyncio.create_task(follow()))
    await tasks[0]
    assert await rows(database) == 1


async def test_verbs_do_not_nest(database: str) -> None:
    async def outer() -> None:
        async with transaction():
            await fetch(INSERT, new_id())
            await failing(ValueError("never reached"))

    with pytest.raises(TransactionOpen):
        await outer()
    assert await rows(database) == 0
    async with transaction():
        pass


async def test_outside_of_a_transaction_nothing_can_be_asked(database: str) -> None:
    with pytest.raises(NoTransaction):
        current()
    with pytest.raises(NoTransaction):
        await fetch("SELECT 1")


async def test_transactions_of_tasks_side_by_side_do_not_see_each_other(database: str) -> None:
    async def one() -> int:
        async with transaction() as tx:
            await asyncio.sleep(0.01)
            assert current() is tx
            row = await fetch_one("SELECT pg_backend_pid() AS pid")
            assert row is not None
            await asyncio.sleep(0.01)
            return int(row["pid"])

    assert len(set(await asyncio.gather(*(one() for _ in range(8))))) == 8


async def test_a_run_is_held_first_and_finished_in_the_same_transaction(database: str) -> None:
    run = Hold()
    async with transaction(run):
        assert run.heard == ["hold"]
    async with transaction(run, finishing=True):
        assert run.heard == ["hold", "hold"]
    assert run.heard == ["hold", "hold", "finish"]


async def test_a_run_is_finished_with_the_row_that_the_verb_names(database: str) -> None:
    run = Hold()
    async with transaction(run, finishing=True) as tx:
        tx.made = Subject(SubjectKind.PAYOUT, new_id())
    async with transaction(run) as tx:
        tx.made = Subject(SubjectKind.CLAIM, new_id())
    assert run.heard == ["hold", "finish PAYOUT", "hold"]


async def test_a_lost_hold_lets_nothing_happen(database: str) -> None:
    run, entered = Hold(lost=True), False
    with pytest.raises(LookupError):
        async with transaction(run, finishing=True):
            entered = True
    assert not entered
    assert run.heard == ["hold"]


async def test_a_failed_verb_does_not_finish_its_run(database: str) -> None:
    run = Hold()
    with pytest.raises(ValueError, match="no"):
        async with transaction(run, finishing=True):
            raise ValueError("no")
    assert run.heard == ["hold"]


async def test_a_connection_lost_before_the_commit_left_nothing_behind(database: str) -> None:
    async def verb() -> None:
        async with transaction():
            await fetch(INSERT, new_id())
            await end_own_connection(database)
            await fetch("SELECT 1")

    with pytest.raises(ConnectionLost):
        await verb()
    assert await rows(database) == 0


async def test_a_connection_lost_while_committing_leaves_the_outcome_unknown(database: str) -> None:
    seen: list[str] = []

    async def verb() -> None:
        async with transaction() as tx:
            await fetch(INSERT, new_id())
            tx.after_commit["a"] = lambda: seen.append("a")
            await end_own_connection(database)

    with pytest.raises(OutcomeUnknown):
        await verb()
    assert seen == []
    async with transaction():
        await fetch("SELECT 1")


async def end_own_connection(url: str) -> None:
    """Ends this transaction's connection from another one, and waits until the server knows."""
    row = await fetch_one("SELECT pg_backend_pid() AS pid")
    assert row is not None
    other = await asyncpg.connect(url)
    await other.execute("SELECT pg_terminate_backend($1, 2000)", row["pid"])
    await other.close()


async def taking(sequence: str, error: Exception) -> None:
    """A verb that takes a number and then fails."""
    async with transaction():
        await next_number(sequence)
        raise error


async def test_numbers_of_a_sequence_rise_and_are_not_given_twice(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("CREATE SEQUENCE IF NOT EXISTS planted_number")
    try:
        async with transaction():
            first, second = await next_number("planted_number"), await next_number("planted_number")
        with pytest.raises(ValueError, match="no"):
            await taking("planted_number", ValueError("no"))
        async with transaction():
            assert await next_number("planted_number") == first + 3
        assert second == first + 1
    finally:
        await connection.execute("DROP SEQUENCE planted_number")
        await connection.close()


def test_rows_are_locked_in_the_order_of_their_ids_each_once() -> None:
    ids = [new_id() for _ in range(5)]
    assert in_id_order([*reversed(ids), *ids]) == sorted(ids)
