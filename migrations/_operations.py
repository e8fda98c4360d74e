"""Operations that Tortoise's own lack."""

from __future__ import annotations

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class AddConstraintsOf(TortoiseOperation):
    """Adds the constraints that new models declare, which `CreateModel` knows of but leaves out of the database.

    One operation for all of them: each operation copies the whole state of the models.
    """

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
