"""Every field, mutation and subscription asked as every kind of actor: what may be asked at all, whose rows are seen.

Two customers and two partners are asked, who have the same rights over other rows. The committed files
`matrix_of_*.txt` say it line by line, in the short names of the roles' table. After a change of rights
`AFTERCARE_WRITE_MATRIX=1 .venv/bin/python -m pytest tests/face/test_matrix.py` writes them anew; read the diff.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from uuid import uuid4

import pytest
from graphql import GraphQLField, GraphQLObjectType, GraphQLString, get_named_type

from api.reading.fields import ENTITIES
from api.subscribing.feed import Feed
from domain.claims.reading import CLAIM
from domain.kernel.actor import Role
from domain.kernel.projection.visibility import EVERYTHING
from tests.face.asking import QUERY, SUBSCRIPTION, Asking, coordinates, readable
from tests.face.inputs import GRAPH, MUTATION, fields_of, input_type, sample
from tests.face.matrix import (
    KINDS,
    PAIRS,
    PATIENCE,
    ROOTS,
    SHORT,
    Matrix,
    Rows,
    Watching,
    committed,
    kinds_of,
    roles_of,
    shortened,
    shortened_roles,
)
from tests.face.roles_table import (
    COLUMNS,
    FIELDS,
    FIELDS_OTHERWISE,
    OTHERWISE,
    TABLE,
    VERBS,
    VERBS_OTHERWISE,
)
from tests.oracle.conftest import Rooms, rooms, rooms_over_a_copy

__all__ = ["rooms"]
SHARED = {"Product", "ProductVersion", "ProductPeril", "ProductExclusion"}
"""Of these, customers and partners see some rows that are nobody's own: what is or was on sale."""
WATCHED = {name: get_named_type(each.type).name for name, each in SUBSCRIPTION.fields.items()}
"""What rows each subscription tells of."""


@dataclass
class Matrices:
    """What came of all queries, of all subscriptions and of all mutations."""

    read: Matrix = field(default_factory=Matrix)
    watched: Matrix = field(default_factory=Matrix)
    changed: Matrix = field(default_factory=Matrix)

    async def read_all(self, rooms: Rooms, kind: str) -> None:
        """Asks every query, and for every row; those that are seen are those that the oracle lets see."""
        actor, names = rooms.actors[KINDS[kind]], list(QUERY.fields)
        for start in range(0, len(names), ROOTS):
            write = partial(Asking.roots, names=names[start : start + ROOTS])
            await self.read.ask(rooms.face, write, kind, actor)
        for title, ids in rooms.draws.ids.items():
            seen = await self.read.ask_of_rows(rooms.face, title, ids, kind, actor)
            assert seen == _in_sight(rooms, title, kind), (title, kind)

    async def watch_all(self, rooms: Rooms, kind: str) -> None:
        """Asks every subscription of every row, to the same end."""
        watching = watching_in(rooms)
        for name, title in WATCHED.items():
            ids = rooms.draws.ids[title]
            seen = await self.watched.watch_rows(watching, name, ids, kind, rooms.actors[KINDS[kind]])
            assert seen == _in_sight(rooms, title, kind), (name, kind)

    async def change_all(self, rooms: Rooms, kind: str) -> None:
        """Asks every mutation with an input that fits, so that it is done or refused."""
        actor = rooms.actors[KINDS[kind]]
        for name in MUTATION.fields:
            given = sample(input_type(name), full=True)
            data = await self.changed.ask(rooms.face, partial(Asking.change, name=name), kind, actor, input=given)
            assert data is None or data[name] is not None, (name, kind)

    def beyond_reading(self, matrix: Matrix) -> set[str]:
        """What was answered that no query reaches."""
        return set(matrix.answered) - set(self.read.answered)

    def all(self) -> tuple[Matrix, ...]:
        """Each of them."""
        return (self.read, self.watched, self.changed)


def watching_in(rooms: Rooms) -> Watching:
    """Subscriptions of the application, in process."""
    watcher = rooms.face.app.state.subscriptions.watcher
    return Watching(rooms.face.store, Feed(rooms.face.answering, watcher, PATIENCE))


def _in_sight(rooms: Rooms, title: str, kind: str) -> set[str]:
    type_, actor = rooms.oracle.world.types[title], rooms.actors[KINDS[kind]]
    return {f"{type_.prefix}_{row['id'].hex}" for row in rooms.oracle.tables[type_.table] if type_.sees(actor, row)}


_asked: dict[str, Matrices] = {}


@pytest.fixture
async def matrices(server_url: str, monkeypatch: pytest.MonkeyPatch) -> Matrices:
    """Everything asked as each kind of actor, once, over rows that are nobody else's."""
    if server_url not in _asked:
        found = Matrices()
        async with rooms_over_a_copy(server_url, monkeypatch) as rooms:
            for ask in (found.read_all, found.watch_all, found.change_all):
                for kind in KINDS:
                    await ask(rooms, kind)
        _asked[server_url] = found
    return _asked[server_url]


async def test_what_each_kind_of_actor_reads_is_what_was_committed(matrices: Matrices) -> None:
    lines = matrices.read.lines(set(matrices.read.answered))
    assert lines == committed("matrix_of_fields.txt", lines)


async def test_what_each_kind_of_actor_watches_is_what_was_committed(matrices: Matrices) -> None:
    lines = matrices.watched.lines(matrices.beyond_reading(matrices.watched))
    assert lines == committed("matrix_of_subscriptions.txt", lines)


async def test_each_kind_of_actor_may_try_the_mutations_that_were_committed(matrices: Matrices) -> None:
    answered = matrices.changed.answered
    found = {name: answered[f"Mutation.{name}"] for name in MUTATION.fields}
    lines = [f"{name}: {shortened(found[name])}" for name in sorted(found)]
    assert lines == committed("matrix_of_mutations.txt", lines)
    assert {name: shortened_roles(found[name]) for name in VERBS} == VERBS | VERBS_OTHERWISE
    assert all(VERBS[name] != VERBS_OTHERWISE[name] for name in VERBS_OTHERWISE)


async def test_what_each_kind_of_actor_is_told_of_a_mutation_is_what_was_committed(matrices: Matrices) -> None:
    names = matrices.beyond_reading(matrices.changed) - coordinates([MUTATION])
    lines = matrices.changed.lines(names)
    assert lines == committed("matrix_of_payloads.txt", lines)
    for name, definition in MUTATION.fields.items():
        for coordinate in coordinates([fields_of(definition)]):
            assert matrices.changed.answered[coordinate] == matrices.changed.answered[f"Mutation.{name}"], coordinate


def unasked(matrices: Matrices) -> set[str]:
    """Fields of object types that were not asked by a query, a subscription or a mutation."""
    return coordinates(GRAPH.type_map.values()).difference(*(each.answered for each in matrices.all()))


async def test_every_field_of_every_object_type_was_asked_in_one_way(matrices: Matrices) -> None:
    assert unasked(matrices) == set()
    ways = [set(matrices.read.answered), *map(matrices.beyond_reading, (matrices.watched, matrices.changed))]
    assert sorted(chain(*ways)) == sorted(coordinates(GRAPH.type_map.values()))
    assert ways[0] == coordinates(readable())
    assert ways[1] == coordinates([SUBSCRIPTION])


async def test_an_object_type_that_nothing_leads_to_is_missed(
    matrices: Matrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = GraphQLObjectType("Planted", {"secret": GraphQLField(GraphQLString)})
    monkeypatch.setitem(GRAPH.type_map, "Planted", planted)
    assert unasked(matrices) == {"Planted.secret"}


def _is_asked(matrix: Matrix, name: str) -> bool:
    return bool(matrix.answered.get(name) or matrix.forbidden.get(name))


def barred_before(matrix: Matrix, name: str) -> set[str]:
    """Who does not get as far as a field, as every field that leads to its type there is forbidden."""
    title = name.partition(".")[0]
    leading = [
        matrix.forbidden.get(f"{each.name}.{field}", set())
        | (set() if each.name in ENTITIES else barred_before(matrix, f"{each.name}.{field}"))
        for each in GRAPH.type_map.values()
        if isinstance(each, GraphQLObjectType)
        for field, definition in each.fields.items()
        if get_named_type(definition.type).name == title and _is_asked(matrix, f"{each.name}.{field}")
    ]
    return set.intersection(*leading) if leading else set()


async def test_every_kind_of_actor_was_asked_for_everything_and_of_rows_that_are_there(matrices: Matrices) -> None:
    shown = {title for title, rows in matrices.read.rows.items() if {"all", "own"} & set(rows.sights())}
    assert shown == {title for title in ENTITIES if title in GRAPH.type_map}
    for matrix in (matrices.read, matrices.watched):
        for name in matrix.answered:
            barred = matrix.forbidden.get(name, set()) | barred_before(matrix, name)
            assert matrix.answered[name] | barred == set(KINDS), name
    changed = matrices.changed
    for name in coordinates([MUTATION]):
        assert changed.answered[name] | changed.forbidden.get(name, set()) == set(KINDS), name
    for matrix in matrices.all():
        assert [name for name, kinds in matrix.forbidden.items() if kinds & matrix.answered.get(name, set())] == []


async def test_a_field_is_for_the_same_whether_it_is_read_watched_or_shown_after_a_change(matrices: Matrices) -> None:
    read, others = matrices.read, (matrices.watched, matrices.changed)
    assert all("Claim.reserve" in matrix.forbidden for matrix in others)
    for matrix in others:
        for name in read.answered:
            assert matrix.answered.get(name, set()) <= read.answered[name], name
            assert matrix.forbidden.get(name, set()) <= read.forbidden.get(name, set()), name


async def test_two_customers_and_two_partners_have_the_same_rights(matrices: Matrices) -> None:
    for name, kinds in chain(*(matrix.outcomes() for matrix in matrices.all())):
        for pair in PAIRS.values():
            assert len(kinds.intersection(pair)) != 1, name


async def test_two_customers_and_two_partners_see_rows_of_their_own(matrices: Matrices) -> None:
    rows: dict[str, Rows] = matrices.read.rows | matrices.watched.rows
    found = {
        (title, short): each.seen[one].isdisjoint(each.seen[other])
        for title, each in rows.items()
        for short, (one, other) in PAIRS.items()
        if each.seen[one]
    }
    assert found == {(title, short): title not in SHARED for title, short in found}
    both = SHARED | WATCHED.keys() | {"Customer", "Session"}
    assert found.keys() >= {(title, short) for title in both for short in PAIRS} | {("Payout", "CUS")}
    for title in SHARED:
        assert len({frozenset(rows[title].seen[kind]) for pair in PAIRS.values() for kind in pair}) == 1, title


async def test_every_rule_of_visibility_shows_rows_and_whoever_has_none_sees_none(matrices: Matrices) -> None:
    for title, rows in matrices.read.rows.items():
        assert set(KINDS) - rows.sights().get("none", set()) == kinds_of(ENTITIES[title].seen_by), title


async def test_a_subscription_shows_the_rows_that_a_query_shows(matrices: Matrices) -> None:
    for name, title in WATCHED.items():
        assert matrices.watched.rows[name].seen == matrices.read.rows[title].seen, name


@pytest.mark.parametrize("name", WATCHED)
async def test_a_subscription_ends_for_the_row_of_another_as_for_one_that_is_not_there(
    rooms: Rooms, name: str
) -> None:
    watching, prefix = watching_in(rooms), rooms.oracle.world.types[WATCHED[name]].prefix
    text = f"subscription($id: ID!) {{it: {name}(id: $id) {{id}}}}"
    for one, other in chain(*((pair, pair[::-1]) for pair in PAIRS.values())):
        mine, theirs = (min(_in_sight(rooms, WATCHED[name], kind)) for kind in (one, other))
        told = [
            await watching.data(text, rooms.actors[KINDS[one]], id=row_id)
            for row_id in (mine, theirs, f"{prefix}_{uuid4().hex}", "nonsense")
        ]
        assert told == [{"it": {"id": mine}}, None, None, None]


@pytest.mark.parametrize("title", TABLE)
async def test_rows_are_seen_as_the_table_of_roles_says(matrices: Matrices, title: str) -> None:
    said = dict(zip(COLUMNS, TABLE[title].split(), strict=True))
    stands = said | {
        role: sight for sight, shorts in OTHERWISE.get(title, {}).items() for role in COLUMNS
        if SHORT[role] in shorts.split()
    }  # fmt: skip
    signs = {"all": "a", "own": "o", "none": "-"}
    found = {
        role: signs[sight] for sight, kinds in matrices.read.rows[title].sights().items() for role in roles_of(kinds)
    }
    assert found == stands | {Role.ANONYMOUS: "-"}
    named = " ".join(OTHERWISE.get(title, {}).values()).split()
    assert {SHORT[role] for role in COLUMNS if said[role] != stands[role]} == set(named)


async def test_fields_are_for_whom_the_table_of_roles_says(matrices: Matrices) -> None:
    assert {name: shortened_roles(matrices.read.answered[name]) for name in FIELDS} == FIELDS | FIELDS_OTHERWISE
    assert all(FIELDS[name] != FIELDS_OTHERWISE[name] for name in FIELDS_OTHERWISE)


async def test_a_right_that_was_added_is_a_line_that_differs(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CLAIM, "seen_by", {**CLAIM.seen_by, Role.SALES: EVERYTHING})
    matrix, ids, seller = Matrix(), rooms.draws.ids["Claim"], rooms.actors["SALES"]
    await matrix.ask_of_rows(rooms.face, "Claim", ids, "SAL", seller)
    await matrix.watch_rows(watching_in(rooms), "claimUpdated", ids, "SAL", seller)
    assert matrix.lines(set()) == ["Claim: all SAL", "claimUpdated: all SAL"]
    assert shortened(matrix.forbidden["Claim.reserve"]) == "SAL"
