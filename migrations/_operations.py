"""Operations that Tortoise's own lack."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise.migrations.operations import Operation, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class AsOne(TortoiseOperation):
    """Several operations as one, of which all see the models as they are after the last.

    Before each operation of a migration Tortoise copies the state of all models: for a hundred new ones this takes
    many times as long as to make their tables.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
        self.reversible = all(each.reversible for each in operations)

    def describe(self) -> str:
        """What it does, in a line."""
        return "; ".join(each.describe() for each in self.operations)

    def state_forward(self, app_label: str, state: State) -> None:
        """Carries the models forward."""
        for each in self.operations:
            each.state_forward(app_label, state)

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Does each."""
        for each in self.operations:
            await each.database_forward(app_label, old_state, new_state, state_editor)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Undoes each, the last first."""
        for each in reversed(self.operations):
            await each.database_backward(app_label, old_state, new_state, state_editor)


class AddConstraintsOf(TortoiseOperation):
    """Adds the constraints that new models declare, which `CreateModel` knows of but leaves out of the database."""

    def __init__(self, *models: str) -> None:
        self.models = models

    def describe(self) -> str:
        """What it does, in a line."""
        return f"Add constraints of {len(self.models)} models"

    async def database_forward(
        self,
        app_label: str,
        old_state: State,  # noqa: ARG002 - Tortoise's signature
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Adds each constraint to its table."""
        if state_editor is None:
            return
        for name in self.models:
            model = new_state.apps.get_model(f"{app_label}.{name}")
            for constraint in model._meta.constraints:  # noqa: SLF001 - Tortoise has no public name for it
                await state_editor.add_constraint(model, constraint)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Nothing: the tables go with their constraints."""
