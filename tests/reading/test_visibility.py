"""Who sees which rows: the same answer by every way of reading, and nothing shared between actors on one plan."""

from __future__ import annotations

import asyncio

from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from tests.reading.conftest import Workshop

LIST = "{ devices(first: 100) { totalCount nodes { id state owner { name } } } owners(first: 100) { nodes { name } } }"


async def test_each_actor_sees_its_own_rows_in_lists(workshop: Workshop) -> None:
    everything = await workshop.data(LIST, workshop.handler)
    assert everything["devices"]["totalCount"] == len(everything["devices"]["nodes"]) == 42
    partner = await workshop.data(LIST, workshop.partner(0))
    assert partner["devices"]["totalCount"] == 15
    assert {node["state"] for node in partner["devices"]["nodes"]} == {"WHOLE", "BROKEN"}
    assert [owner["name"] for owner in partner["owners"]["nodes"]] == ["N**"] * 3
    customer = await workshop.data(LIST, workshop.customer(1))
    assert customer["devices"]["totalCount"] == 7
    assert customer["owners"]["nodes"] == [{"name": "Name 1"}]


async def test_a_row_out_of_sight_answers_like_a_missing_one_everywhere(workshop: Workshop) -> None:
    text = """query ($d: ID!, $o: ID!) {
        device(id: $d) { id } owner(id: $o) { id } node(id: $d) { id } nodes(ids: [$o, $d]) { id } }"""
    others = {"d": public_id("dev", workshop.rows.devices[0]), "o": public_id("own", workshop.rows.owners[0])}
    missing = {"d": "dev_" + "0" * 32, "o": "own_" + "0" * 32}
    for actor in (workshop.partner(1), workshop.customer(1), Actor.anonymous()):
        assert await workshop.body(text, actor, **others) == await workshop.body(text, actor, **missing)


async def test_nested_rows_are_seen_by_their_own_rule(workshop: Workshop) -> None:
    sales = Actor(frozenset({Role.SALES}), session_id=workshop.rows.session)
    data = await workshop.data("{ devices(first: 100) { nodes { state owner { name } remarks { text } } } }", sales)
    nodes = data["devices"]["nodes"]
    assert {node["state"] for node in nodes} == {"WHOLE"}
    assert all(node["owner"] is None and node["remarks"] == [] for node in nodes)


async def test_several_roles_see_what_each_sees(workshop: Workshop) -> None:
    both = Actor(
        frozenset({Role.SALES, Role.PARTNER}),
        partner_id=workshop.rows.partners[0],
        session_id=workshop.rows.session,
    )
    data = await workshop.data("{ devices(first: 100) { totalCount } }", both)
    assert data["devices"]["totalCount"] == 18 + 6


async def test_an_actor_without_the_fact_sees_nothing(workshop: Workshop) -> None:
    nobody = Actor(frozenset({Role.PARTNER}), session_id=workshop.rows.session)
    assert (await workshop.data("{ devices(first: 5) { nodes { id } } }", nobody))["devices"]["nodes"] == []


async def test_two_actors_on_one_plan_cache_never_see_each_others_rows(workshop: Workshop) -> None:
    text = "{ devices(first: 100) { nodes { id } } }"
    alone = {index: await workshop.body(text, workshop.partner(index)) for index in (0, 1)}
    turns = [index % 2 for index in range(40)]
    together = await asyncio.gather(*(workshop.body(text, workshop.partner(index)) for index in turns))
    assert [alone[index] for index in turns] == list(together)
    assert alone[0] != alone[1]
    assert len(workshop.planner.kept) == 1
