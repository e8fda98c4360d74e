"""What a selection is answered with: shapes, scalars, fragments, directives, abstract types, derived parts."""

from __future__ import annotations

import orjson
import pytest

from api.errors import RequestError
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from tests.reading.conftest import Workshop


async def test_keys_stand_in_the_order_of_the_selection(workshop: Workshop) -> None:
    text = "{ devices(first: 1) { nodes { state zz: serial id insured __typename } __typename } __typename }"
    data = await workshop.data(text, workshop.handler)
    assert list(data) == ["devices", "__typename"]
    assert list(data["devices"]["nodes"][0]) == ["state", "zz", "id", "insured", "__typename"]


async def test_scalars_have_their_one_wire_form(workshop: Workshop) -> None:
    text = """query ($id: ID!) { device(id: $id) {
        boughtOn recordedAt insured note price { amount currency __typename } deposit { amount } } }"""
    even, odd = (public_id("dev", workshop.rows.devices[index]) for index in (2, 3))
    assert (await workshop.data(text, workshop.handler, id=even))["device"] == {
        "boughtOn": "2025-01-03",
        "recordedAt": "2026-01-01T01:00:00.000Z",
        "insured": True,
        "note": '"quoted" \\ 字 😀',
        "price": {"amount": "246.90", "currency": "CNY", "__typename": "Money"},
        "deposit": {"amount": "1.00"},
    }
    yen = (await workshop.data(text, workshop.handler, id=odd))["device"]
    assert yen["price"] == {"amount": "37035", "currency": "JPY", "__typename": "Money"}
    assert yen["deposit"] is None and yen["note"] is None


async def test_equal_response_names_are_merged_through_fragments(workshop: Workshop) -> None:
    text = """query ($id: ID!) { device(id: $id) { owner { id } ...More ... on Gadget { owner { joinedAt } } } }
        fragment More on Gadget { owner { name } ...Deep } fragment Deep on Node { id }"""
    found = (await workshop.data(text, workshop.handler, id=public_id("dev", workshop.rows.devices[0])))["device"]
    assert list(found) == ["owner", "id"]
    assert list(found["owner"]) == ["id", "name", "joinedAt"]


@pytest.mark.parametrize("flag", [True, False])
async def test_skip_and_include_follow_their_variables(workshop: Workshop, flag: bool) -> None:
    text = "query ($f: Boolean!) { devices(first: 1) { nodes { id @skip(if: $f) serial @include(if: $f) } } }"
    data = await workshop.data(text, workshop.handler, f=flag)
    assert list(data["devices"]["nodes"][0]) == (["serial"] if flag else ["id"])


async def test_interfaces_and_unions_read_each_concrete_type(workshop: Workshop) -> None:
    text = """query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Remark {
        subject { __typename id ... on Gadget { serial } }
        about { ... on Owner { name } ... on Gadget { state } } } } }"""
    ids = [public_id("rem", remark) for remark in workshop.rows.remarks[:2]]
    first, second = (await workshop.data(text, workshop.handler, ids=ids))["nodes"]
    assert first["subject"] == {"__typename": "Owner", "id": public_id("own", workshop.rows.owners[0])}
    assert first["about"] == {"name": "Name 0"}
    assert second["subject"]["__typename"] == "Gadget" and second["subject"]["serial"] == "S-01"
    assert second["about"] == {"state": "BROKEN"}


async def test_nodes_keep_their_places_and_malformed_ids_are_null(workshop: Workshop) -> None:
    owner = public_id("own", workshop.rows.owners[0])
    ids = [owner, "nonsense", "own_" + "0" * 32, owner, "dev_" + owner[4:], "OWN_" + owner[4:], "", "zzz_" + owner[4:]]
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    found = (await workshop.data(text, workshop.handler, ids=ids))["nodes"]
    assert found == [{"id": owner}, None, None, {"id": owner}, None, None, None, None]


async def test_derived_parts_are_computed_and_their_helpers_dropped(workshop: Workshop) -> None:
    text = "query ($id: ID!) { device(id: $id) { verdict marks { m: message code } serial } }"
    identity = public_id("dev", workshop.rows.devices[1])
    body = await workshop.body(text, workshop.handler, "zh", id=identity)
    assert orjson.loads(body)["data"]["device"] == {
        "verdict": "zh:BROKEN:1.250000",
        "marks": [{"m": "B", "code": "BROKEN"}, {"m": "R", "code": "BROKEN"}],
        "serial": "S-01",
    }


async def test_groups_show_columns_of_the_same_row(workshop: Workshop) -> None:
    text = "{ devices(first: 1) { nodes { papers { __typename serial boughtOn } keeper { name } } } }"
    (node,) = (await workshop.data(text, workshop.handler))["devices"]["nodes"]
    assert node["papers"] == {"__typename": "Papers", "serial": "S-56", "boughtOn": "2025-01-07"}
    assert node["keeper"] == {"name": "Name 5"}


async def test_introspection_stands_beside_rows_in_selection_order(workshop: Workshop) -> None:
    text = '{ b: __type(name: "Mark") { name } devices(first: 1) { __typename } a: __schema { queryType { name } } }'
    data = await workshop.data(text, workshop.handler)
    assert list(data) == ["b", "devices", "a"]
    assert data["b"] == {"name": "Mark"} and data["a"] == {"queryType": {"name": "Query"}}


async def test_a_query_is_one_statement_however_much_it_asks(workshop: Workshop) -> None:
    text = """query ($id: ID!) {
        one: device(id: $id) { owner { devices(first: 3) { nodes { remarks { text subject { id } } } totalCount } } }
        two: owners(first: 5) { edges { cursor node { name devices(last: 2) {
            nodes { verdict owner { remarks { text } } } pageInfo { hasNextPage startCursor } } } } }
        node(id: $id) { id } me { name } }"""
    await workshop.data(text, workshop.handler, id=public_id("dev", workshop.rows.devices[0]))
    assert workshop.reading.statements == 1


async def test_a_field_beyond_the_roles_is_refused_with_all_its_like(workshop: Workshop) -> None:
    sales = Actor(frozenset({Role.SALES}), session_id=workshop.rows.session)
    text = "{ a: devices(first: 1) { nodes { serial } } b: devices(first: 1) { nodes { x: serial state } } }"
    with pytest.raises(RequestError) as caught:
        await workshop.data(text, sales)
    assert caught.value.code == "FORBIDDEN"
    assert [error["extensions"]["field"] for error in caught.value.errors] == ["Gadget.serial"]
    assert workshop.reading.statements == 0


async def test_an_ended_session_is_answered_with_nothing_at_once(workshop: Workshop) -> None:
    text = "{ devices(first: 1) { nodes { id } } }"
    await workshop.data(text, workshop.handler)
    await workshop.connection.execute("UPDATE session SET live = false")
    with pytest.raises(RequestError) as caught:
        await workshop.data(text, workshop.handler)
    assert caught.value.code == "UNAUTHENTICATED"


async def test_long_response_names_are_refused_since_they_would_be_cut(workshop: Workshop) -> None:
    text = "{ %s: devices(first: 1) { nodes { id } } }" % ("x" * 61)
    with pytest.raises(RequestError) as caught:
        await workshop.data(text, workshop.handler)
    assert caught.value.code == "BAD_USER_INPUT"
    await workshop.data(text.replace("x" * 61, "x" * 60), workshop.handler)
