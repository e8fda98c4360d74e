"""Every action of a lifecycle, tried on a row by everybody: done as its table says, or refused without a trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar, assert_never
from uuid import uuid4

from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import lending
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.visibility import AllOf, AnyOf, Everything, Is, Owns, Predicate
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, Refusal
from tests.factories.insured import staff
from tests.factories.unchanged import unchanged

C = TypeVar("C")
Row: TypeAlias = Any
"""A row of some model, with its `id` and `state`."""
Try: TypeAlias = Callable[[C, Row, Actor], Awaitable[object]]
Attempt: TypeAlias = Callable[[], Awaitable[object]]


class Quiet(Enum):
    """How an action may end that is neither refused nor moves its row."""

    NO_TRACE = "nothing at all is written"
    ROW_STANDS = "the row is as before; it is written down that the action was not apt"


Expected: TypeAlias = StrEnum | type[Refusal] | Quiet
"""The state that an action leads to, the refusal that it meets, or that nothing comes of it."""


class Undone(Exception):
    """What a role may do was looked at, and is taken back."""


def by(verb: Callable[..., Awaitable[object]], **given: Any) -> Try[Any]:
    """An action as a verb does it that takes the row's id and version, and what is `given` beside."""

    async def tried(_: object, row: Row, actor: Actor) -> object:
        return await verb(row.id, expected_version=row.version, actor=actor, **given)

    return tried


def as_usual(row: Row, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """What the table says."""
    return usual


@dataclass(frozen=True)
class Steps(Generic[C]):
    """A lifecycle with the rows that it moves, and how each of its actions is taken."""

    lifecycle: Lifecycle[Any, Any]
    entity: Entity
    verbs: Mapping[StrEnum, Try[C]]
    unlike: Callable[[Row, StrEnum, Actor, Expected], Expected] = as_usual
    """What is to be expected instead of what the table says."""
    lands: Mapping[StrEnum, StrEnum] = field(default_factory=dict)
    """Where an action leads that takes two steps at once."""
    blind: Collection[StrEnum] = ()
    """Actions of jobs, which take a row without regard to who sees it."""
    beside: Collection[str] = ()
    """Tables that may be written though the row stands."""

    def expected(self, row: Row, action: StrEnum, actor: Actor) -> Expected:
        """What becomes of an action of somebody on a row."""
        return self.unlike(row, action, actor, self._usual(row, action, actor))

    def _usual(self, row: Row, action: StrEnum, actor: Actor) -> Expected:
        if action not in self.blind and not sees(self.entity, row, actor):
            return NotFound
        step = self.lifecycle.find(row.state, action)
        if step is None:
            return IllegalStep
        if actor.roles.isdisjoint(step.roles):
            return Forbidden
        target: StrEnum = step.target
        return self.lands.get(action, target)


def sees(entity: Entity, row: Row, actor: Actor) -> bool:
    """Whether somebody sees a row; workers see every one."""
    rules = [entity.seen_by[role] for role in actor.roles if role in entity.seen_by]
    return actor.has(Role.SYSTEM) or any(_holds(rule, row, actor) for rule in rules)


def _holds(rule: Predicate, row: Row, actor: Actor) -> bool:
    match rule:
        case Everything():
            return True
        case Owns(column, fact):
            return getattr(actor, fact) is not None and getattr(row, column) == getattr(actor, fact)
        case Is(column, values):
            return getattr(row, column) in values
        case AllOf(parts):
            return all(_holds(part, row, actor) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, row, actor) for part in parts)
        case _:
            assert_never(rule)


async def everybody(*known: Actor) -> list[Actor]:
    """Those who are known, somebody in each other role of the staff, a worker, and strangers of every kind."""
    others = STAFF_ROLES - {role for actor in known for role in actor.roles}
    return [
        *known,
        *[await staff(role) for role in sorted(others)],
        Actor.system("test"),
        Actor.anonymous(),
        Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4()),
        Actor(frozenset({Role.PARTNER}), partner_id=uuid4()),
        Actor(frozenset({Role.REPAIRER}), partner_id=uuid4()),
    ]


async def try_steps(
    steps: Steps[C], case: C, row: Row, people: Iterable[Actor], actions: Collection[StrEnum] | None = None
) -> None:
    """Tries these actions, or all, by everybody on a row; each is as expected, and everything as before in the end."""
    wrong: dict[str, tuple[Expected, Expected]] = {}
    for action in steps.verbs if actions is None else actions:
        async with unchanged():
            for actor in people:
                expected = steps.expected(row, action, actor)
                attempt = partial(steps.verbs[action], case, row, actor)
                found = await _outcome(attempt, row, expected, steps.beside)
                if found is not expected:
                    wrong[f"{action} in {row.state} by {sorted(actor.roles)}"] = (expected, found)
    assert wrong == {}, "what was expected and what was found"


async def _outcome(attempt: Attempt, row: Row, expected: Expected, beside: Collection[str]) -> Expected:
    """What becomes of an action. Where it may write, that is taken back; where not, it has transactions of its own."""
    try:
        if isinstance(expected, StrEnum):
            return await _became(attempt, row)
        if expected is Quiet.ROW_STANDS:
            return await _stood(attempt, beside)
        await attempt()
    except Refusal as refused:
        return type(refused)
    return Quiet.NO_TRACE


async def _became(attempt: Attempt, row: Row) -> Expected:
    found: Expected = Quiet.NO_TRACE
    with suppress(Undone):
        async with lending():
            await attempt()
            found = (await type(row).get(id=row.id)).state
            raise Undone
    return found


async def _stood(attempt: Attempt, beside: Collection[str]) -> Expected:
    with suppress(Undone):
        async with lending():
            async with unchanged(beside):
                await attempt()
            raise Undone
    return Quiet.ROW_STANDS
