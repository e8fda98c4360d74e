"""A model of no room, for what columns become in a database."""

from __future__ import annotations

from uuid import UUID

from tortoise.models import Model

from domain.kernel import columns


class Letter(Model):
    """A letter that is found by its terms."""

    id: UUID = columns.key()
    terms: list[str] = columns.terms()

    class Meta:
        table = "letter"
