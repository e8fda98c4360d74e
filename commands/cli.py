"""`aftercare`: one command for everything that is done to the system from a shell."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from redis.exceptions import RedisError

from commands.addresses import addresses, in_production, read_note, say
from commands.children import ChildEnded
from commands.reaching import DatabaseAway, expect_migrated, is_migrated
from commands.servers.places import ServerDidNotStart
from domain.jobs.terms import Queue
from domain.kernel.logs import set_up_logs
from domain.kernel.refusals import Refusal, Refusals
from domain.kernel.settings import WrongSettings, settings
from domain.migrating import CannotMigrate

app = typer.Typer(
    name="aftercare",
    help="The back office of an after-sales insurer: one GraphQL backend with a task queue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

EXPECTED = (ServerDidNotStart, ChildEnded, CannotMigrate, DatabaseAway, Refusal, Refusals, RedisError)
UNREACHABLE = (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError)


def _load(module: str) -> Any:
    """A module that one command needs and that would make all others slower."""
    return import_module(module)


@app.command()
def demo() -> None:
    """Runs the whole system on this machine with data to look at, until Ctrl-C."""
    _load("commands.demo").demo()


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="AFTERCARE_PORT when not given.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
) -> None:
    """Runs the API."""
    with addresses(say):
        asyncio.run(expect_migrated(*filter(None, (settings().database_url, settings().database_read_url))))
        _load("commands.serving").serve(port, workers)


@app.command()
def work(
    queues: Annotated[list[Queue] | None, typer.Option("--queues", help="Only these; may be repeated.")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Worker processes for each queue.")] = 1,
) -> None:
    """Runs a relay, and worker processes for each queue."""
    with addresses(say):
        set_up_logs()
        _load("workers.supervisor").run(queues or tuple(Queue), "commands.handlers", processes)


@app.command()
def schedule() -> None:
    """Makes jobs of the cron table; any number may run."""
    with addresses(say):
        set_up_logs()
        _load("workers.schedule").run()


@app.command()
def migrate() -> None:
    """Brings the database to the newest migration."""
    with addresses(say, begin=True):
        asyncio.run(is_migrated(settings().database_url))
        applied = asyncio.run(_load("domain.migrating").migrate(settings().database_url))
    print(f"Applied: {', '.join(applied)}." if applied else "Nothing to apply.")


@app.command()
def seed() -> None:
    """Puts the demo data into the database; what is there already stays."""
    _never_in_production("seed")
    with addresses(say):
        asyncio.run(expect_migrated(settings().database_url))
        print(asyncio.run(_load("commands.seed").seed_alone(say)))


@app.command()
def tour(
    url: Annotated[str | None, typer.Option(help="The API; that of AFTERCARE_HOME's demo if not given.")] = None,
    bank: Annotated[str | None, typer.Option(help="Its sandbox bank; known for the demo of AFTERCARE_HOME.")] = None,
) -> None:
    """Walks through a claim from the first notice to the payout and a complaint, over HTTP."""
    note = read_note()
    noted = note.get("AFTERCARE_PUBLIC_URL", "http://127.0.0.1:8000")
    chosen = (url or noted).rstrip("/")
    known = note.get("AFTERCARE_BANK_URL") if chosen == noted else None  # another demo has another bank
    raise typer.Exit(_load("commands.tour").main(chosen, bank or known))


@app.command()
def administrator(
    mail: Annotated[str, typer.Argument(help="The address at work.")],
    name: Annotated[str, typer.Argument(help="Of the person.")],
) -> None:
    """Takes an administrator on; a fresh system needs two, who confirm everybody else."""
    with addresses(say):
        asyncio.run(expect_migrated(settings().database_url))
        print(asyncio.run(_load("commands.administrator").take_on(mail, name)))


@app.command()
def token(mail: Annotated[str, typer.Argument(help="Of a member of staff, or of a customer.")]) -> None:
    """Prints an access token for somebody, without a password; for development only."""
    _never_in_production("token")
    with addresses(say):
        asyncio.run(expect_migrated(settings().database_url))
        print(asyncio.run(_load("commands.access").token_for(mail)))


@app.command()
def doctor() -> None:
    """Looks whether everything is as it should be, and says how to mend what is not."""
    module = _load("commands.doctor")
    try:
        with addresses(say):
            found = asyncio.run(module.examine())
    except WrongSettings as wrong:
        found = module.wrong_settings(wrong)
    print(module.report(found))
    if any(each.mend for each in found):
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False)],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")] = False,
) -> None:
    """Writes the whole database to a file."""
    with addresses(say):
        by = asyncio.run(_load("commands.backup").back_up(settings().database_url, file, replace=replace))
    print(f"{file}: {file.stat().st_size:,} bytes, by {by}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what is there.")] = False,
) -> None:
    """Fills the database from a backup, then migrates it."""
    with addresses(say, begin=True):
        asyncio.run(is_migrated(settings().database_url))
        applied = asyncio.run(_load("commands.backup").restore(settings().database_url, file, replace=replace))
    print(f"Restored; migrated: {', '.join(applied)}." if applied else "Restored.")


@app.command()
def schema(
    *, check: Annotated[bool, typer.Option("--check", help="Compare with schema.graphql; write nothing.")] = False
) -> None:
    """Writes the GraphQL schema to schema.graphql."""
    print(_load("commands.schema").write_or_check(check=check))


@app.command()
def jobs(
    *,
    retry_dead: Annotated[bool, typer.Option("--retry-dead", help="Take up again what was given up.")] = False,
    reason: Annotated[str, typer.Option(help="For the audit.")] = "retried by the operator",
) -> None:
    """Shows how many jobs wait, run or are dead, by queue."""
    with addresses(say):
        module = _load("commands.jobs")
        asyncio.run(expect_migrated(settings().database_url))
        if retry_dead:
            taken, left = asyncio.run(module.retry_all(settings().database_url, reason))
            print(f"Taken up again: {taken}; left: {left}.")
        print(module.table(asyncio.run(module.depths_of(settings().database_url))))


def _never_in_production(command: str) -> None:
    if in_production():
        raise SystemExit(f"aftercare {command} is for development only, and AFTERCARE_ENV is production.")


def main() -> None:
    """The command line; what a person can mend is told in a sentence, not in a traceback."""
    try:
        app(prog_name="aftercare")
    except EXPECTED as error:
        sys.exit(f"aftercare: {error}")
    except UNREACHABLE as error:
        sys.exit(f"aftercare: the database does not answer ({type(error).__name__}); `aftercare doctor` says more.")
