"""Generated queries over the workshop agree with the oracle; planted faults in the compiler do not pass it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import DocumentNode, parse, print_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes as scalar_nodes
from hypothesis_graphql import queries

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.projection import pages, statement
from domain.kernel.projection.entity import Order
from domain.kernel.projection.visibility import EVERYTHING
from tests.oracle.comparing import compare
from tests.oracle.documents import Known, worth_asking
from tests.oracle.oracle import Oracle, Type, World
from tests.oracle.writing import Values
from tests.reading.conftest import Workshop
from tests.reading.workshop import DEVICE, SCHEMA

TABLES = ("owner", "device", "remark")


def _sees_owner(actor: Actor, row: Values) -> bool:
    return (
        Role.CLAIMS_HANDLER in actor.roles
        or (Role.PARTNER in actor.roles and row["partner_id"] == actor.partner_id)
        or (Role.CUSTOMER in actor.roles and row["id"] == actor.customer_id)
    )


def _sees_device(actor: Actor, row: Values) -> bool:
    return (
        Role.CLAIMS_HANDLER in actor.roles
        or (Role.SALES in actor.roles and row["state"] == "WHOLE")
        or (Role.PARTNER in actor.roles and row["partner_id"] == actor.partner_id and row["state"] != "HIDDEN")
        or (Role.CUSTOMER in actor.roles and row["customer_id"] == actor.customer_id)
    )


WORLD = World(
    types={
        "Owner": Type(
            "owner",
            "own",
            _sees_owner,
            fields={
                "name": lambda row, actor, _: row["name"][0] + "**" if actor.roles == {Role.PARTNER} else row["name"]
            },
            many={"devices": ("Gadget", "owner_id"), "remarks": ("Remark", "subject_id")},
            orders={"JOINED_AT": ("joined_at", "id"), "RECORDED": ("id",)},
        ),
        "Gadget": Type(
            "device",
            "dev",
            _sees_device,
            fields={
                "ageDays": lambda row, *_: (clock.today() - row["bought_on"]).days,
                "verdict": lambda row, _, language: f"{language}:{row['state']}:{row['factor']}",
                "marks": lambda row, *_: [{"code": row["state"], "message": letter} for letter in row["state"][:2]],
            },
            one={"owner": ("owner_id", "Owner"), "keeper": ("owner_id", "Owner")},
            with_parent=frozenset({"keeper"}),
            many={"remarks": ("Remark", "subject_id")},
            groups=frozenset({"papers"}),
            orders={"RECORDED_AT": ("recorded_at", "id"), "RECORDED": ("id",)},
        ),
        "Remark": Type(
            "remark",
            "rem",
            lambda actor, _: bool(actor.roles & {Role.CLAIMS_HANDLER, Role.PARTNER}),
            about={name: {"CUSTOMER": "Owner", "PRODUCT": "Gadget"} for name in ("subject", "about")},
            orders={"RECORDED": ("id",)},
        ),
    },
    by_id={"owner": "Owner", "device": "Gadget"},
    lists={"owners": "Owner", "devices": "Gadget"},
    mine={"me": ("Owner", "customer_id")},
)

SCALARS = {
    "DateTime": st.just(scalar_nodes.String("2026-01-01T12:00:00Z")),
    "Date": st.just(scalar_nodes.String("2025-01-04")),
}
DOCUMENTS = queries(print_schema(SCHEMA._schema), custom_scalars=SCALARS, print_ast=lambda document: document)
ACTORS = 5


def actors(workshop: Workshop) -> list[Actor]:
    """One of each kind."""
    sales = Actor(frozenset({Role.SALES}), session_id=workshop.rows.session)
    return [workshop.handler, workshop.partner(0), workshop.customer(2), sales, Actor.anonymous()]


def known(workshop: Workshop) -> Known:
    """Ids and filters that meet rows."""
    rows = workshop.rows
    ids = [
        public_id(prefix, each)
        for prefix, found in (("own", rows.owners), ("dev", rows.devices), ("rem", rows.remarks))
        for each in found
    ]
    owner = ids[1]
    filters = (
        '{recordedAt: {since: "2026-01-01T05:00:00Z"}, state: {in: [WHOLE, HIDDEN]}}',
        '{ownerId: {in: ["%s", "nonsense"]}, boughtOn: {between: {since: "2025-01-02", before: "2025-01-06"}}}' % owner,
        '{ownerId: {eq: "%s"}, state: {eq: BROKEN}}' % owner,
    )
    return Known(ids, {"devices": filters})


async def oracle_of(workshop: Workshop) -> Oracle:
    """The oracle over what the workshop's tables hold."""
    tables = {name: [dict(row) for row in await workshop.connection.fetch(f"SELECT * FROM {name}")] for name in TABLES}
    return Oracle(SCHEMA._schema, WORLD, tables)


async def run(workshop: Workshop, documents: list[DocumentNode]) -> int:
    """How many of the documents were answered, each like the oracle answers it."""
    oracle, draw = await oracle_of(workshop), known(workshop)
    answered = 0
    for seed, document in enumerate(documents):
        text = worth_asking(document, draw, seed)
        for actor in actors(workshop):
            answered += await compare(text, workshop.answering, workshop.store, oracle, actor)
    return answered


def drawn(count: int) -> list[DocumentNode]:
    """Generated documents, the same ones in every run."""
    found: list[DocumentNode] = []

    @settings(
        max_examples=count, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(DOCUMENTS)
    def draw(document: Any) -> None:
        found.append(document if isinstance(document, DocumentNode) else parse(document))

    draw()
    return found


async def test_generated_queries_agree_with_the_oracle(workshop: Workshop) -> None:
    documents = drawn(150)
    answered = await run(workshop, documents)
    assert answered > len(documents) * ACTORS / 3


def _dropped_predicate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement.Compiler, "visible", lambda *_: "true")


def _forgotten_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(order: Order, row: str, *, descending: bool) -> str:
        return (
            f"{row}.{order.columns[0]}{' DESC' if descending else ''}"
            if len(order.columns) > 1
            else f"md5({row}.id::text)"
        )

    monkeypatch.setattr(pages, "sorting", forgetful)


def _swapped_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = statement.Statement.arguments

    def swapped(self: statement.Statement, call: Any) -> list[Any]:
        values = plain(self, call)
        places = [place for place, each in enumerate(self.parameters) if each.type == "uuid"][-2:]
        if len(places) == 2:
            values[places[0]], values[places[1]] = values[places[1]], values[places[0]]
        return values

    monkeypatch.setattr(statement.Statement, "arguments", swapped)


@pytest.mark.parametrize("plant", [_dropped_predicate, _forgotten_key, _swapped_parameters])
async def test_a_planted_fault_is_caught(workshop: Workshop, monkeypatch: pytest.MonkeyPatch, plant: Any) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        await run(workshop, drawn(150))


async def test_a_rule_of_visibility_that_says_too_much_is_caught(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DEVICE, "seen_by", {**DEVICE.seen_by, Role.PARTNER: EVERYTHING})
    with pytest.raises(AssertionError):
        await run(workshop, drawn(150))
