"""A lifecycle table decides every state, action and role, and says so."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.kernel.refusals import Forbidden, IllegalStep


class Door(StrEnum):
    OPEN = "OPEN"
    SHUT = "SHUT"
    WALLED = "WALLED"


class Act(StrEnum):
    CLOSE = "CLOSE"
    ENTER = "ENTER"
    WALL_UP = "WALL_UP"


TABLE = Lifecycle(
    name="door",
    initial=Door.OPEN,
    steps=(
        step(Act.CLOSE, Door.OPEN, Door.SHUT, Role.SALES, Role.ADMIN),
        step(Act.ENTER, (Door.OPEN, Door.SHUT), Door.OPEN, Role.SALES),
        step(Act.WALL_UP, {Door.SHUT}, Door.WALLED, Role.ADMIN),
    ),
)
SOMEBODY = some.frozensets(some.sampled_from(Role), max_size=4).map(Actor)


@given(some.sampled_from(Door), some.sampled_from(Act), SOMEBODY)
def test_what_is_offered_is_what_works(state: Door, action: Act, actor: Actor) -> None:
    line = TABLE.find(state, action)
    if action in TABLE.allowed(state, actor.roles):
        assert line is not None
        assert TABLE.step(state, action, actor) is line.target
        return
    with pytest.raises(IllegalStep if line is None else Forbidden):
        TABLE.step(state, action, actor)


def test_a_step_that_is_not_there_says_what_is() -> None:
    with pytest.raises(IllegalStep) as refused:
        TABLE.step(Door.OPEN, Act.WALL_UP, Actor(frozenset({Role.SALES})))
    assert (refused.value.action, refused.value.from_state) == ("WALL_UP", "OPEN")
    assert refused.value.allowed == ("CLOSE", "ENTER")


def test_a_missing_right_is_named() -> None:
    with pytest.raises(Forbidden) as refused:
        TABLE.step(Door.SHUT, Act.WALL_UP, Actor(frozenset({Role.SALES})))
    assert refused.value.permission == "door:wall_up"


def test_offers_stand_for_each_state_in_the_tables_order() -> None:
    offers = TABLE.offers(Door, frozenset({Role.SALES, Role.ADMIN}))
    assert offers == {Door.OPEN: (Act.CLOSE, Act.ENTER), Door.SHUT: (Act.ENTER, Act.WALL_UP), Door.WALLED: ()}


def test_two_steps_for_one_state_and_action_are_a_mistake() -> None:
    twice = (step(Act.CLOSE, Door.OPEN, Door.SHUT), step(Act.CLOSE, (Door.SHUT, Door.OPEN), Door.WALLED))
    with pytest.raises(ValueError, match="door: CLOSE from OPEN is written twice"):
        Lifecycle(name="door", initial=Door.OPEN, steps=twice)
