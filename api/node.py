"""Relay's object identification: `node` and `nodes`."""

from __future__ import annotations

import strawberry

from api.reading import fields


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    """Anything with an id of its own."""

    id: strawberry.ID = fields.bound("The id, opaque; its kind is part of it.")


@strawberry.type
class NodeQueries:
    """Rows by id, whatever their kind."""

    node: Node | None = fields.node("The row of an id; null when it is missing, malformed or out of sight.")
    nodes: list[Node | None] = fields.nodes("Rows by ids in the order asked, null in place; 100 at most.")
