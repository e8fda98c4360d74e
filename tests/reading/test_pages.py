"""Keyset pages: both directions, any size, exact surroundings, strict cursors."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from api.errors import RequestError
from tests.reading.conftest import Workshop

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $by: GadgetOrderBy!, $dir: Direction!) {
    devices(first: $first, after: $after, last: $last, before: $before, orderBy: {by: $by, direction: $dir}) {
        edges { cursor node { id } } nodes { id } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def everything(workshop: Workshop, by: str, direction: str) -> list[str]:
    data = await workshop.data(PAGE, workshop.handler, first=100, by=by, dir=direction)
    return [node["id"] for node in data["devices"]["nodes"]]


@pytest.mark.parametrize("by", ["RECORDED_AT", "RECORDED"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("size", [1, 3, 5, 20, 42, 100])
@pytest.mark.parametrize(
    "way", [("first", "after", "hasNextPage", "endCursor"), ("last", "before", "hasPreviousPage", "startCursor")]
)
async def test_walking_the_pages_visits_every_row_once_in_order(
    workshop: Workshop, by: str, direction: str, size: int, way: tuple[str, str, str, str]
) -> None:
    count, cursor, more, end = way
    whole = await everything(workshop, by, direction)
    seen: list[list[str]] = []
    arguments: dict[str, Any] = {count: size}
    while True:
        page = (await workshop.data(PAGE, workshop.handler, by=by, dir=direction, **arguments))["devices"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["totalCount"] == 42
        if page["edges"]:
            assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
            assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        seen.append([node["id"] for node in page["nodes"]])
        behind = "hasPreviousPage" if count == "first" else "hasNextPage"
        assert page["pageInfo"][behind] is (cursor in arguments)
        if not page["pageInfo"][more]:
            break
        assert len(page["nodes"]) == size
        arguments[cursor] = page["pageInfo"][end]
    ordered = seen if count == "first" else seen[::-1]
    assert [identity for page in ordered for identity in page] == whole


async def test_a_page_of_nothing_says_so(workshop: Workshop) -> None:
    text = """{ devices(first: 2, where: {recordedAt: {since: "2030-01-01T00:00:00Z"}}) {
        nodes { id } edges { cursor } totalCount totalCountIsExact
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    assert (await workshop.data(text, workshop.handler))["devices"] == {
        "nodes": [],
        "edges": [],
        "totalCount": 0,
        "totalCountIsExact": True,
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


@pytest.mark.parametrize(
    "arguments", ["first: 0", "first: 101", "last: 0", "first: -1", "first: 1, last: 1", 'after: "x"']
)
async def test_impossible_pages_are_refused_before_anything_runs(workshop: Workshop, arguments: str) -> None:
    with pytest.raises(RequestError) as caught:
        await workshop.data("{ devices(%s) { nodes { id } } }" % arguments, workshop.handler)
    assert caught.value.code == "BAD_USER_INPUT"
    assert caught.value.errors[0]["extensions"]["argument"][0] == "devices"


async def test_a_cursor_of_another_order_direction_or_filter_is_refused(workshop: Workshop) -> None:
    made = "{ devices(first: 1, orderBy: {by: RECORDED_AT}) { pageInfo { endCursor } } }"
    cursor = (await workshop.data(made, workshop.handler))["devices"]["pageInfo"]["endCursor"]
    used = "query ($c: String) { devices(after: $c, %s first: 1) { nodes { id } } }"
    await workshop.data(used % "orderBy: {by: RECORDED_AT},", workshop.handler, c=cursor)
    for other in (
        "orderBy: {by: RECORDED},",
        "orderBy: {by: RECORDED_AT, direction: ASC},",
        'orderBy: {by: RECORDED_AT}, where: {recordedAt: {since: "2020-01-01T00:00:00Z"}},',
    ):
        with pytest.raises(RequestError) as caught:
            await workshop.data(used % other, workshop.handler, c=cursor)
        assert caught.value.errors[0]["extensions"]["reason"] == "BAD_CURSOR"


@pytest.mark.parametrize(
    "key",
    [
        5, True, None, {}, ["x"], "", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01",
        "2026-01-01T00:00:00", "\0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [-2, -1])
async def test_a_cursor_that_somebody_made_is_refused(workshop: Workshop, place: int, key: object) -> None:
    made = "{ devices(first: 1, orderBy: {by: RECORDED_AT}) { pageInfo { endCursor } } }"
    cursor = (await workshop.data(made, workshop.handler))["devices"]["pageInfo"]["endCursor"]
    parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    parts[place] = key
    forged = base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")
    used = "query ($c: String) { devices(after: $c, orderBy: {by: RECORDED_AT}, first: 1) { nodes { id } } }"
    with pytest.raises(RequestError) as caught:
        await workshop.data(used, workshop.handler, c=forged)
    assert caught.value.errors[0]["extensions"]["reason"] == "BAD_CURSOR"


async def test_filters_narrow_and_residual_ones_need_company(workshop: Workshop) -> None:
    owner = "own_" + workshop.rows.owners[2].hex
    text = "query ($w: GadgetWhere) { devices(where: $w, first: 100) { nodes { state boughtOn } } }"
    narrowed = {"ownerId": {"eq": owner}, "state": {"in": ["WHOLE", "BROKEN"]}, "boughtOn": {"before": "2025-01-05"}}
    nodes = (await workshop.data(text, workshop.handler, w=narrowed))["devices"]["nodes"]
    assert sorted((node["boughtOn"], node["state"]) for node in nodes) == [
        ("2025-01-01", "WHOLE"),
        ("2025-01-02", "BROKEN"),
        ("2025-01-04", "WHOLE"),
    ]
    with pytest.raises(RequestError):
        await workshop.data(text, workshop.handler, w={"state": {"eq": "WHOLE"}})
    nothing = (await workshop.data(text, workshop.handler, w={"ownerId": {"eq": "nonsense"}}))["devices"]["nodes"]
    assert nothing == []


async def test_plans_are_shared_by_shape_and_not_by_value(workshop: Workshop) -> None:
    text = "query ($n: Int, $w: GadgetWhere) { devices(first: $n, where: $w) { nodes { id } } }"
    for size in (6, 7, 8, 9):
        since = {"recordedAt": {"since": f"2026-01-01T0{size - 5}:00:00Z"}}
        nodes = (await workshop.data(text, workshop.handler, n=size, w=since))["devices"]["nodes"]
        assert len(nodes) == size
    assert len(workshop.planner.kept) == 1
    await workshop.data(text, workshop.handler, n=10, w=None)
    assert len(workshop.planner.kept) == 2


async def test_a_page_within_a_page_knows_its_surroundings_by_its_own_row(workshop: Workshop) -> None:
    made = "{ devices(first: 21) { pageInfo { endCursor } } }"
    middle = (await workshop.data(made, workshop.handler))["devices"]["pageInfo"]["endCursor"]
    text = """query ($c: String) { owners(first: 4) { pageInfo { hasNextPage } nodes { name
        devices(first: 2, after: $c) { nodes { id } pageInfo { hasPreviousPage hasNextPage } } } } }"""
    owners = (await workshop.data(text, workshop.handler, c=middle))["owners"]
    assert owners["pageInfo"] == {"hasNextPage": True}
    found = {each["name"]: each["devices"]["pageInfo"] for each in owners["nodes"]}
    assert found == {
        "Name 5": {"hasPreviousPage": True, "hasNextPage": False},
        "Name 4": {"hasPreviousPage": True, "hasNextPage": False},
        "Name 3": {"hasPreviousPage": True, "hasNextPage": False},
        "Name 2": {"hasPreviousPage": False, "hasNextPage": True},
    }
