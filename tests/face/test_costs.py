"""What a document costs: its root fields, its changes, and every row that it may read, wherever the number stands."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from api.limits import (
    AD_HOC,
    PARTNER,
    POINTS_A_CHANGE,
    POINTS_A_ROOT,
    POINTS_A_SCHEMA,
    ROWS_A_POINT,
    TRUSTED,
    Limits,
    Overweight,
    Scales,
    limits_of,
)
from domain.kernel.actor import Actor, Role
from tests.face.conftest import Face
from tests.factories.insured import staff

PAGE = "claims(first: $n) { nodes { id policy { id } } }"


def rows_in(text: str, **variables: Any) -> int:
    """How many rows the first operation of a text may read."""
    (cost, *_) = Scales(parse(text)).costs()
    return cost.rows.of(variables)


def points(text: str, limits: Limits = AD_HOC, **variables: Any) -> int:
    """What the first operation of a text costs."""
    return Scales(parse(text), limits).costs()[0].of(variables)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("{ me { id } }", 1),
        ("{ me { id } viewer { id } }", 2),
        ("{ claims { nodes { id } } }", 20),
        ("{ claims(first: 7) { nodes { id } } }", 7),
        ("{ claims(last: 100) { edges { cursor node { id } } } }", 100),
        ("{ claims(first: 10) { nodes { policy { id customer { id } } } } }", 10 * 3),
        ("{ claims(first: 10) { nodes { policy { claims(first: 5) { nodes { id } } } } } }", 10 * (1 + 1 + 5)),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ("{ claims(first: 3) { totalCount } }", 3),
        ("{ ...F } fragment F on Query { claims(first: 4) { nodes { ...G } } } fragment G on C { policy { id } }", 8),
        ("{ ... { a: me { id } } ... @skip(if: true) { b: me { id } } }", 2),
        ('{ __schema { types { fields { name } } } __type(name: "Claim") { name } }', 0),
    ],
)
def test_rows_are_those_of_every_page_times_those_around_it(text: str, rows: int) -> None:
    assert rows_in(text) == rows


@pytest.mark.parametrize(
    ("variables", "rows"), [({"n": 5}, 10), ({"n": 100}, 200), ({}, 40), ({"n": None}, 40), ({"n": 0}, 2)]
)
def test_a_variable_counts_for_its_value(variables: dict[str, Any], rows: int) -> None:
    assert rows_in(f"query($n: Int) {{ {PAGE} }}", **variables) == rows


def test_variables_multiply_where_they_stand_in_each_other() -> None:
    inner = "policies(first: $m) { nodes { claims(first: $n) { nodes { id } } } }"
    text = f"query($n: Int, $m: Int) {{ customers(first: 10) {{ nodes {{ {inner} }} }} {PAGE} }}"
    assert rows_in(text, n=3, m=4) == 10 * (1 + 4 * (1 + 3)) + 3 * 2
    assert rows_in("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 9) == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", POINTS_A_ROOT),
        ("{ me { id } }", POINTS_A_ROOT + 1),
        ("{ claims(first: 100) { nodes { id } } }", POINTS_A_ROOT + 100 // ROWS_A_POINT),
        ("{ claims(first: 21) { nodes { id } } }", POINTS_A_ROOT + 2),
        ("{ __schema { types { name } } }", POINTS_A_SCHEMA),
        ("mutation { a: x { y } b: x { y } }", 2 * POINTS_A_CHANGE + 1),
    ],
)
def test_points_are_counted_by_what_has_to_be_done(text: str, expected: int) -> None:
    assert points(text) == expected


async def test_an_answer_says_what_it_cost_and_may_cost(face: Face) -> None:
    text = "query($n: Int) { claims(first: $n) { nodes { id } } }"
    for n, cost in ((1, 2), (100, 6)):
        answer = await face.post({"query": text, "variables": {"n": n}})
        assert answer.json()["extensions"] == {"cost": {"points": cost, "limit": AD_HOC.cost}}


async def test_what_costs_too_much_is_not_begun(face: Face) -> None:
    wide = "customers(first: $n) { nodes { policies(first: $n) { nodes { claims(first: $n) { nodes { id } } } } } }"
    text, actor = f"query($n: Int) {{ {wide} }}", await staff(Role.CLAIMS_MANAGER)
    assert await face.statements(text, actor, n=10) == 1
    before = face.reading.statements
    assert await face.codes(text, actor, n=30) == ["QUERY_TOO_COMPLEX"]
    assert face.reading.statements == before


def test_registered_documents_may_cost_more_and_partners_most() -> None:
    partner, person = Actor(frozenset({Role.PARTNER})), Actor(frozenset({Role.CUSTOMER}))
    assert [limits_of(each, trusted=False).cost for each in (partner, person)] == [1_000, 1_000]
    assert [limits_of(each, trusted=True).cost for each in (partner, person)] == [10_000, 5_000]


@pytest.mark.parametrize("limits", [AD_HOC, TRUSTED, PARTNER], ids=["ad-hoc", "trusted", "partner"])
def test_each_limit_refuses_what_is_one_above_it(limits: Limits) -> None:
    def deep(levels: int) -> str:
        return "{ a" * levels + " }" * levels

    def many(number: int, part: str) -> str:
        return " ".join(f"{part}{each}" for each in range(number))

    def aliased(number: int) -> str:
        places = "".join(f" p{place} {{ a{place}: x }}" for place in range(number % 20 or 20))
        return f"{{ {places} }}" if number <= 20 else "{ " + " ".join(
            f"p{place} {{ {many_aliases(place, number)} }}" for place in range(20)
        ) + " }"

    def many_aliases(place: int, number: int) -> str:
        return " ".join(f"a{place}_{each}: x" for each in range(number // 20 + (place < number % 20)))

    for one_above, within, word in (
        (deep(limits.depth + 1), deep(limits.depth), "levels"),
        ("{" + many(limits.root_fields + 1, "f") + "}", "{" + many(limits.root_fields, "f") + "}", "root fields"),
        (aliased(limits.aliases + 1), aliased(limits.aliases), "aliases of x"),
        ("mutation {" + many(limits.mutations + 1, "m") + "}", "mutation {" + many(limits.mutations, "m") + "}", "mut"),
        ("{ a " + "@x " * (limits.directives + 1) + "}", "{ a " + "@x " * limits.directives + "}", "directives"),
    ):
        points(within, limits)
        with pytest.raises(Overweight, match=word):
            points(one_above, limits)
