"""Every table of steps: whole, without an end that nobody reaches, and under a name of its own."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from itertools import chain
from typing import Any

import pytest

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle
from tests.architecture.sources import sources

MODULES = sorted(each.path for each in sources("domain") if each.path.endswith("/lifecycle.py"))


def tables(path: str) -> list[Lifecycle[Any, Any]]:
    """The tables of one room."""
    found = import_module(path.removesuffix(".py").replace("/", "."))
    return [each for each in vars(found).values() if isinstance(each, Lifecycle)]


LIFECYCLES = list(chain.from_iterable(tables(path) for path in MODULES))
NAMES = [each.name for each in LIFECYCLES]


def test_the_tables_are_found_and_each_has_a_name_of_its_own() -> None:
    assert {"claim", "payout", "repair_order", "advance", "clearance", "claim_bordereau"} <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=NAMES)
def test_every_state_can_be_reached_and_every_action_be_taken(lifecycle: Lifecycle[Any, Any]) -> None:
    reached, before = {lifecycle.initial}, set[Any]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in lifecycle.steps if step.sources & reached}
    states: type[StrEnum] = type(lifecycle.initial)
    actions: type[StrEnum] = type(lifecycle.steps[0].action)
    assert reached == set(states)
    assert {step.action for step in lifecycle.steps} == set(actions)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=NAMES)
def test_every_step_is_somebodys_who_is_known(lifecycle: Lifecycle[Any, Any]) -> None:
    for step in lifecycle.steps:
        assert step.roles, step
        assert Role.ANONYMOUS not in step.roles, step
