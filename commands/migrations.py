"""Writes migrations from the models: `python -m commands.migrations make NAME`, or `rewrite` before the first release.

Tortoise drops the constraints of a model that is new, so they are written as operations of their own; SQL that models
cannot say stands in `migrations/sql`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AddConstraint, CreateModel, Operation
from tortoise.migrations.writer import MigrationWriter

from domain.connections import tortoise_config

FOLDER = Path(__file__).parent.parent / "migrations"
NOWHERE = "postgresql://nobody@localhost/none"
END = "    ]\n"


class NothingToWrite(SystemExit):
    """The models say what the migrations say already."""


def _explicit(operations: list[Operation]) -> Iterator[Operation]:
    """The same operations, with each new model's constraints after it."""
    for operation in operations:
        if not isinstance(operation, CreateModel):
            yield operation
            continue
        constraints = (operation.options or {}).pop("constraints", ())
        yield operation
        for constraint in constraints:
            yield AddConstraint(operation.name, constraint)


def _with_sql(text: str) -> str:
    """A migration's text with the SQL files of all rooms at its end."""
    names = sorted(path.stem for path in (FOLDER / "sql").glob("*.sql") if not path.stem.endswith(".down"))
    runs = "".join(
        f'        ops.RunSQL(statements("{name}"), reverse_sql=statements("{name}.down")),\n' for name in names
    )
    head, _, tail = text.rpartition(END)
    imports = "from migrations.sql import statements\nfrom tortoise.migrations.operations import RunSQL\n\nclass "
    return (head + runs + END + tail).replace("\nclass ", imports, 1).replace("ops.RunSQL(", "RunSQL(")


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
    first = bool(writer.initial)
    writer.name = f"{writer.name.split('_')[0]}_{name}"
    writer.operations = list(_explicit(writer.operations))
    path = FOLDER / f"{writer.name}.py"
    path.write_text(_with_sql(writer.as_string()) if first else writer.as_string())
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
