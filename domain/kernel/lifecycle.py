"""A state machine written once, as a table of steps: refusals, permissions and offered actions come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Step(Generic[S, A]):
    """One allowed move: `action` takes any of `sources` to `target` when done by one of `roles`."""

    action: A
    sources: frozenset[S]
    target: S
    roles: frozenset[Role]


def step(action: A, sources: S | Iterable[S], target: S, *roles: Role) -> Step[S, A]:
    """One line of a lifecycle table."""
    starts = frozenset([sources]) if isinstance(sources, StrEnum) else frozenset(sources)
    return Step(action, starts, target, frozenset(roles))


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """A state machine. At most one step per state and action; terminal states are those without steps."""

    name: str
    initial: S
    steps: tuple[Step[S, A], ...]

    def __post_init__(self) -> None:
        seen: set[tuple[S, A]] = set()
        for line in self.steps:
            for source in line.sources:
                if (source, line.action) in seen:
                    raise ValueError(f"{self.name}: {line.action} from {source} is written twice")
                seen.add((source, line.action))

    def find(self, state: S, action: A) -> Step[S, A] | None:
        """The step that this action takes from this state, if there is one."""
        return next((line for line in self.steps if line.action == action and state in line.sources), None)

    def step(self, state: S, action: A, actor: Actor) -> S:
        """The state after the action.

        Raises: IllegalStep when there is no such step; Forbidden when the actor has none of its roles.
        """
        found = self.find(state, action)
        if found is None:
            raise IllegalStep(action=action, from_state=state, allowed=self.allowed(state, actor.roles))
        if actor.roles.isdisjoint(found.roles):
            raise Forbidden(permission=self.permission(action))
        return found.target

    def permission(self, action: A) -> str:
        """The name of the right to take an action, as `claim:approve`."""
        return f"{self.name}:{action.lower()}"

    def allowed(self, state: S, roles: frozenset[Role]) -> tuple[A, ...]:
        """Actions open from a state to these roles, in the table's order."""
        return tuple(
            line.action for line in self.steps if state in line.sources and not roles.isdisjoint(line.roles)
        )

    def offers(self, states: Iterable[S], roles: frozenset[Role]) -> Mapping[S, tuple[A, ...]]:
        """For each state the open actions: what `availableActions` shows."""
        return {state: self.allowed(state, roles) for state in states}
