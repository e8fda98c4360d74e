"""Writes migrations from the models: `python -m commands.migrations make NAME`, or `rewrite` before the first release.

Tortoise leaves the constraints of a model that is new out of the database, so an operation of our own adds them; SQL
that models cannot say stands in `migrations/sql` and ends the first migration. All of a migration is one operation.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import CreateModel, Operation
from tortoise.migrations.writer import MigrationWriter

from domain.connections import tortoise_config

FOLDER = Path(__file__).parent.parent / "migrations"
NOWHERE = "postgresql://nobody@localhost/none"
BEGIN, END = "    operations = [\n", "    ]\n"


class NothingToWrite(SystemExit):
    """The models say what the migrations say already."""


def _constrained(operations: Iterable[Operation]) -> list[str]:
    """The new models that declare constraints."""
    new = [each for each in operations if isinstance(each, CreateModel)]
    return [each.name for each in new if (each.options or {}).get("constraints")]


def _completed(text: str, constrained: list[str], sql: Iterable[str]) -> str:
    """A migration's text with the constraints of its new models and SQL files at its end."""
    adds = f"        AddConstraintsOf({', '.join(map(repr, constrained))}),\n" if constrained else ""
    runs = "".join(
        f"        RunSQL(statements({name!r}), reverse_sql=statements({f'{name}.down'!r})),\n" for name in sql
    )
    head, _, tail = text.replace(BEGIN, "    operations = [AsOne([\n", 1).rpartition(END)
    imports = f"from migrations._operations import {'AddConstraintsOf, ' if adds else ''}AsOne\n"
    if runs:
        imports += "from migrations.sql import statements\nfrom tortoise.migrations.operations import RunSQL\n"
    return (head + adds + runs + "    ])]\n" + tail).replace("\nclass ", f"{imports}\nclass ", 1)


def _sql_files() -> list[str]:
    return sorted(path.stem for path in (FOLDER / "sql").glob("*.sql") if not path.stem.endswith(".down"))


async def _writers() -> list[MigrationWriter]:
    config = tortoise_config(NOWHERE)
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        if Tortoise.apps is None:
            raise RuntimeError("the models were not loaded")
        return await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()


async def make(name: str) -> Path:
    """Writes the next migration.

    Raises: NothingToWrite.
    """
    writers = await _writers()
    if not writers:
        raise NothingToWrite("The migrations say what the models say.")
    (writer,) = writers
    writer.name = f"{writer.name.split('_')[0]}_{name}"
    path = FOLDER / f"{writer.name}.py"
    sql = _sql_files() if writer.initial else []
    path.write_text(_completed(writer.as_string(), _constrained(writer.operations), sql))
    return path


def _forget() -> None:
    """Removes the one migration there is.

    Raises: SystemExit when there are more: history that was released is not rewritten.
    """
    found = sorted(FOLDER.glob("0*.py"))
    if len(found) > 1:
        raise SystemExit("There is more than one migration; add another instead.")
    for path in found:
        path.unlink()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Writes migrations from the models.")
    parser.add_argument("what", choices=["make", "rewrite"])
    parser.add_argument("name", nargs="?", default="spine")
    given = parser.parse_args()
    if given.what == "rewrite":
        _forget()
    print(asyncio.run(make(given.name)))


if __name__ == "__main__":
    main()
