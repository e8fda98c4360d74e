"""Rights as the schema prints them: the directive `@requires` and sentences, made from where rights are declared."""

from __future__ import annotations

from collections.abc import Collection

import strawberry
from strawberry.schema_directive import Location

from api.enums import described
from domain.kernel.actor import Role
from domain.kernel.projection.visibility import AllOf, AnyOf, Everything, Is, Owns, Predicate, SeenBy

described(Role)
NAMED = 12
"""Values that a sentence about rows names at most."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Only callers in at least one of these roles may ask for the field; others are answered FORBIDDEN.",
)
class Requires:
    """The roles that may ask for a field."""

    roles: list[Role] = strawberry.directive_field(name="roles")


def requires(roles: Collection[Role] | None) -> list[object]:
    """The directives of a field for some roles; none of a field that is open to all."""
    return [] if roles is None else [Requires(roles=sorted(roles))]


def with_roles(description: str, roles: Collection[Role] | None) -> str:
    """A field's description with the roles that it is for."""
    return description if roles is None else f"{description} Needs one of the roles {', '.join(sorted(roles))}."


def sight(seen_by: SeenBy) -> str:
    """Who sees rows of an entity, as a sentence: roles that see all of them first, then others by what they see."""
    seers: dict[str, list[Role]] = {}
    for role in sorted(seen_by, key=lambda role: (seen_by[role] != Everything(), role)):
        seers.setdefault(_rows(seen_by[role]), []).append(role)
    told = "; ".join(f"{rows} by {', '.join(roles)}" for rows, roles in seers.items())
    return f"Rows are seen: {told}." if told else "Rows are seen by nobody."


def _rows(predicate: Predicate) -> str:
    match predicate:
        case Everything():
            return "all"
        case Owns(column, fact):
            return "their own" if column in {"id", fact} else f"those whose {_word(column)} they are"
        case Is(column, values) if len(values) > NAMED:
            return f"those of {len(values)} {_word(column)}s"
        case Is(column, values):
            return f"those whose {_word(column)} is {' or '.join(values)}"
        case AllOf(parts):
            return " and of these ".join(map(_rows, parts))
        case AnyOf(parts):
            return " and ".join(map(_rows, parts))


def _word(column: str) -> str:
    return column.removesuffix("_id").replace("_", " ")
