"""The write path's transactions: one for each verb, its own or one lent to it, with what must follow the commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connections
from tortoise.transactions import in_transaction

from domain.kernel.refusals import Refusal, Refusals
from domain.kernel.subject import Subject
from domain.kernel.tracing import span
from domain.kernel.watching import count_statement


class Run(Protocol):
    """A worker's hold on the job it carries out; implemented by the jobs room."""

    async def hold(self) -> None:
        """Locks the job row, or raises when the job was given to another worker."""

    async def finish(self, made: Subject | None = None) -> None:
        """Marks the job as done, in the transaction that records its effect, and names the row that came of it."""

    async def report(self, done: int, total: int | None, unit: str, message: str | None = None) -> None:
        """Tells readers how far a long job is, between two transactions; `message` is a code that has words."""


@dataclass
class Transaction:
    """An open transaction: its connection and what waits for its commit. While it is `lent`, a verb may join it.

    `made` is the row that comes of the job which this transaction finishes; nobody asks for it otherwise.
    `after_refusal` is what stands although a refusal undoes the rest: each in a transaction of its own.
    """

    connection: BaseDBAsyncClient
    after_commit: dict[str, Callable[[], None]] = field(default_factory=dict)
    after_refusal: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    committing: bool = False
    lent: bool = False
    made: Subject | None = None


_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,  # of a commit too: it may stand already and wait for a standby
    asyncpg.CrashShutdownError,
    OSError,
)


AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server hung up in the middle of a message
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    OSError,
)


class Unavailable(ConnectionError):
    """The database is out of reach or too busy for the moment; nothing was changed, and it may be tried again."""


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database cannot be spoken with now, rather than that something is wrong.

    A time-out is an OSError, and a value that does not fit its type an InterfaceError; neither means that.
    """
    return isinstance(error, AWAY) and not isinstance(error, TimeoutError | ValueError)


class OutcomeUnknown(RuntimeError):
    """The connection was lost while committing: the change may stand or not, so nobody tries it again blindly."""


class ConnectionLost(ConnectionError):
    """The connection was lost before the commit was sent: nothing of the change stands, and it may be tried again."""


class NoTransaction(RuntimeError):
    """Something that must commit with a change was asked for outside a transaction."""


class TransactionOpen(RuntimeError):
    """A verb was called inside another's transaction; verbs open their own, or join a lent one, and do not nest."""


class HalfDone(RuntimeError):
    """A verb failed in a transaction that was lent to it, and the lender would go on: nothing of it is committed."""


def current() -> Transaction:
    """The transaction this code runs in.

    Raises: NoTransaction outside of one.
    """
    if (found := _current.get()) is None:
        raise NoTransaction("this needs an open transaction")
    return found


@asynccontextmanager
async def transaction(run: Run | None = None, *, finishing: bool = False) -> AsyncIterator[Transaction]:
    """Opens the one transaction of a verb; commits at its end, rolls back on any exception. One that is lent is joined.

    With `run` it first locks that job's row, so a worker that was given up changes nothing; `finishing` marks the
    job as done in the same commit, with the row that the verb sets as `made`. Hooks of `after_commit` (one for each
    key) run once the commit has returned.
    """
    found = _current.get()
    async with _joined(found) if found is not None else _opened() as open_now:
        await _hold(run)
        yield open_now
        await _finish(run if finishing else None, open_now.made)


@asynccontextmanager
async def lending() -> AsyncIterator[Transaction]:
    """Opens a transaction and lends it: the verb called inside joins it, so that what is written beside stands with it.

    It commits once, at the end of the block; what a commit means for a verb (hooks, a lost connection) is meant here.

    Raises: TransactionOpen inside of another; HalfDone when a verb failed and the block ends as if it had not.
    """
    if _current.get() is not None:
        raise TransactionOpen("a transaction is lent by whoever opens it")
    async with _opened() as opened:
        opened.lent = True
        yield opened
        if not opened.lent:
            raise HalfDone("a verb failed in the lent transaction")


@asynccontextmanager
async def _joined(found: Transaction) -> AsyncIterator[Transaction]:
    """A lent transaction in the hands of one verb; after a failure of it no other may join."""
    if not found.lent:
        raise TransactionOpen("a verb opens its own transaction")
    found.lent = False
    yield found
    found.lent = True


@asynccontextmanager
async def _opened() -> AsyncIterator[Transaction]:
    opened: Transaction | None = None
    try:
        async with _measured(), _begun() as connection:
            opened = Transaction(connection)
            token = _current.set(opened)
            try:
                yield opened
                opened.committing = True
            finally:
                _current.reset(token)
    except (Refusal, Refusals):
        for stands in opened.after_refusal if opened else ():
            await stands()
        raise
    except LOST as lost:
        if opened is not None and opened.committing:
            raise OutcomeUnknown("the connection was lost while committing") from lost
        if is_away(lost) and not isinstance(lost, OSError):
            raise ConnectionLost("the connection was lost before the commit") from lost
        raise
    for hook in opened.after_commit.values():
        hook()


@asynccontextmanager
async def _measured() -> AsyncIterator[None]:
    """A transaction's time, from asking for a connection until its end."""
    began = perf_counter()
    try:
        with span("transaction"):
            yield
    finally:
        count_statement(began)


@asynccontextmanager
async def _begun() -> AsyncIterator[BaseDBAsyncClient]:
    """The library's transaction, without what it leaves behind when it cannot begin.

    A connection that was lost while it lay idle fails at BEGIN; the library would keep it for this task for ever.
    """
    context = in_transaction()
    async with AsyncExitStack() as stack:
        try:
            connection = await context.__aenter__()
        except BaseException:
            if (token := getattr(context, "token", None)) is not None:
                get_connections().reset(token)
                client = context.client
                await client._parent._pool.release(client._connection)  # noqa: SLF001 - there is no public way
            raise
        stack.push_async_exit(context)
        yield connection


async def _hold(run: Run | None) -> None:
    if run is not None:
        await run.hold()


async def _finish(run: Run | None, made: Subject | None) -> None:
    if run is not None:
        await run.finish(made)


async def fetch(statement: str, *arguments: object) -> list[dict[str, Any]]:
    """The rows of one SQL statement inside the current transaction, as mappings of column to value."""
    return await current().connection.execute_query_dict(statement, list(arguments))


async def fetch_one(statement: str, *arguments: object) -> dict[str, Any] | None:
    """The first row of a statement, or None."""
    return next(iter(await fetch(statement, *arguments)), None)


async def next_number(sequence: str) -> int:
    """The next value of a database sequence; gaps are allowed, no lock is taken."""
    (number,) = await next_numbers(sequence, 1)
    return number


async def next_numbers(sequence: str, count: int) -> list[int]:
    """The next values of a database sequence, in their order."""
    rows = await fetch("SELECT nextval($1::regclass) AS number FROM generate_series(1, $2::int)", sequence, count)
    return sorted(int(row["number"]) for row in rows)


async def take_turns(*keys: str) -> None:
    """Lets transactions about one thing wait for each other, each until the one before has ended; `keys` name things.

    Several are taken in one order by everybody, so that two transactions never wait for each other in a ring.
    """
    await fetch(
        "SELECT pg_advisory_xact_lock(place) FROM (SELECT DISTINCT hashtextextended(key, 0) AS place"
        " FROM unnest($1::text[]) AS key ORDER BY place) AS places",
        list(keys),
    )


def in_id_order(ids: Sequence[UUID]) -> list[UUID]:
    """The order in which rows of one table are locked."""
    return sorted(set(ids))
