"""Lists are searched by text, in Chinese as in English: one bound list of terms, by an index, as the oracle finds."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig

from api.answering import Answering, Asked
from api.documents import DocumentStore
from api.errors import RequestError
from api.listing import order_of, where_of
from api.node import Node
from api.paging import Connection
from api.reading import fields, lists
from api.reading.checking import check_schema
from api.reading.plans import Planner
from api.scalars import SCALARS
from domain.kernel.actor import Actor, Fact, Role
from domain.kernel.projection.entity import Entity, Filter, order, texts
from domain.kernel.projection.pool import Reading, open_read_pool
from domain.kernel.projection.selection import Call
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import TERMS, TEXT
from domain.kernel.searching import terms
from domain.kernel.settings import Documents
from tests.oracle.comparing import Judge
from tests.oracle.drawing import Draws
from tests.oracle.oracle import Oracle, Type, World

TABLE = """
CREATE TABLE letter (
    id uuid PRIMARY KEY, partner_id uuid NOT NULL, tone text NOT NULL, body text NOT NULL, terms text[] NOT NULL);
CREATE INDEX ON letter (partner_id, id);
CREATE INDEX letter_terms ON letter USING gin (terms);
"""
LETTER = Entity(
    name="Letter",
    table="letter",
    prefix="let",
    seen_by={Role.CLAIMS_HANDLER: EVERYTHING, Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID)},
    columns={**texts("body", "tone")},
    orders={"RECORDED": order()},
    filters={"text": Filter("terms", TERMS), "tone": Filter("tone", TEXT, indexed=False)},
)


@fields.entity_type(LETTER)
class Letter(Node):
    """A letter."""

    body: str = fields.bound("Body.")
    tone: str = fields.bound("Tone.")


@strawberry.type
class Query:
    """Everything."""

    letters: Connection[Letter] = fields.connection("Letters.", order=order_of(LETTER), where=where_of(LETTER))


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))
WORLD = World(
    types={
        "Letter": Type(
            "letter",
            "let",
            lambda actor, row: Role.CLAIMS_HANDLER in actor.roles or row["partner_id"] == actor.partner_id,
            orders={"RECORDED": ("id",)},
            filters={"text": "terms"},
        )
    },
    by_id={},
    lists={"letters": "Letter"},
)
PARTNERS = (UUID(int=11), UUID(int=12))
HANDLER = Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=UUID(int=7))
PARTNER = Actor(frozenset({Role.PARTNER}), partner_id=PARTNERS[0])
BODIES = (
    "我的手机屏幕碎了，想问一下怎么报案。",
    "屏幕没有碎，是后盖碎了。手机型号：iPhone 15 Pro",
    "幕后碎屏",
    "How do I report a broken screen on my iPhone 15 Pro?",
    "The battery swells; the SCREEN is fine.",
    "Screens are not screen: whole words only.",
    "\uff29\uff30\uff28\uff2f\uff2e\uff25\u3000\uff11\uff15\u3000全角输入的内容",
    "保单号 PL-2026-000123 的等待期到什么时候结束。",
    "等待期内发生的事故赔不赔",
    "期待回复,等您电话",
    "カメラが壊れました。修理をお願いします",
    "화면이 깨졌어요. 수리 부탁드립니다",
    "Ünïcode café naïve STRASSE straße",
    "退款",
    "款退",
    "...!?",
)
SEARCH = """query ($text: String!) {
    letters(first: 100, where: {text: {contains: $text}}) { totalCount nodes { id body } } }"""
SEARCHES = (
    "屏幕", "幕", "屏幕碎了", "手机屏幕", "等待期", "期待", "iphone", "iPhone 15", "pro 15 IPHONE", "screen", "Screens",
    "scree", "手机 iPhone", "\uff49\uff50\uff48\uff4f\uff4e\uff45\u3000\uff11\uff15", "PL-2026-000123", "2026",
    "カメラ", "修理", "화면이", "깨졌", "strasse", "café", "退款", "款", "，屏，幕，", "没有这样的话",
    "nothing like it", "碎 屏", "CAFÉ 屏幕",
)  # fmt: skip


@dataclass
class Letters:
    """Answers documents over the letters, and judges them."""

    judge: Judge
    planner: Planner
    connection: asyncpg.Connection

    async def bodies(self, text: str, actor: Actor = HANDLER) -> set[str]:
        """The letters that a search finds, which are the oracle's."""
        data = await self.judge.alike(SEARCH, actor, text=text)
        return {each["body"] for each in data["letters"]["nodes"]}

    async def data(self, text: str, /, **variables: Any) -> Any:
        """What a document is answered, unjudged."""
        operation = self.judge.store.by_text(text).operation(None)
        return orjson.loads(await self.judge.answering.answer(operation, Asked(HANDLER, variables, "en")))["data"]


@pytest.fixture
async def letters(empty_database: str) -> AsyncIterator[Letters]:
    """Each letter once with either partner."""
    connection = await asyncpg.connect(empty_database)
    await connection.execute(TABLE)
    await put(connection, [*BODIES, *BODIES[::-1]])
    pool = await open_read_pool(empty_database, 2, 5)
    planner = Planner(SCHEMA._schema, lambda _roles: "true")
    answering = Answering(SCHEMA._schema, planner, Reading(5, pool), None)  # type: ignore[arg-type]  # nothing is changed
    rows = [dict(row) for row in await connection.fetch("SELECT * FROM letter")]
    judge = Judge(
        answering, DocumentStore(SCHEMA._schema, Documents.OPEN), Oracle(SCHEMA._schema, WORLD, {"letter": rows})
    )
    yield Letters(judge, planner, connection)
    await pool.close()
    await connection.close()


async def put(connection: asyncpg.Connection, bodies: list[str]) -> None:
    """Stores letters as a room would, in turn with either partner, in a mild and a harsh tone."""
    dice = random.Random(len(bodies))
    rows = [
        (UUID(int=dice.getrandbits(128)), PARTNERS[at % 2], ("MILD", "HARSH")[at % 3 == 0], body, sorted(terms(body)))
        for at, body in enumerate(bodies)
    ]
    await connection.copy_records_to_table("letter", records=rows)


@pytest.mark.parametrize("actor", [HANDLER, PARTNER], ids=["handler", "partner"])
async def test_searches_find_what_the_oracle_finds(letters: Letters, actor: Actor) -> None:
    found = {text: await letters.bodies(text, actor) for text in SEARCHES}
    assert {text for text, bodies in found.items() if not bodies} == {
        "scree", "没有这样的话", "nothing like it", "CAFÉ 屏幕",
    }  # fmt: skip
    assert found["幕"] == {body for body in BODIES if "幕" in body}
    assert found["屏幕"] == {body for body in BODIES if "屏幕" in body}
    assert found["screen"] == {BODIES[3], BODIES[4], BODIES[5]}
    assert found["pro 15 IPHONE"] == {BODIES[1], BODIES[3]}
    assert found["退款"] == {"退款"}
    assert len(letters.planner.kept) == 1


async def test_drawn_filters_agree_with_the_oracle(letters: Letters) -> None:
    """Filters drawn as those of the real rooms are, beside a residual one at times."""
    filters = Draws(letters.judge.oracle).known.filters["letters"]
    met = 0
    for where in filters:
        data = await letters.judge.alike(f"{{letters(where: {where}) {{totalCount nodes {{id tone}}}}}}", HANDLER)
        met += bool(data["letters"]["nodes"])
    assert any("tone" in where for where in filters)
    assert met > len(filters) / 2


@pytest.mark.parametrize("plant", ["{column} && {value}", "{column} <@ {value}", "{column} @> {value} OR true"])
async def test_a_planted_fault_is_caught(letters: Letters, monkeypatch: pytest.MonkeyPatch, plant: str) -> None:
    monkeypatch.setitem(lists._COMPARISONS, "contains", plant)
    with pytest.raises(AssertionError, match="found"):
        await asyncio.gather(*map(letters.bodies, SEARCHES))


async def test_a_search_binds_one_list_of_terms_and_holds_the_rest_of_the_list_together(letters: Letters) -> None:
    where = 'where: {text: {contains: "碎 屏幕"}, tone: {eq: "MILD"}}'
    text = f"{{letters(first: 1, {where}) {{totalCount nodes {{id}} pageInfo {{endCursor hasNextPage}}}}}}"
    first = (await letters.judge.alike(text, HANDLER))["letters"]
    assert first["totalCount"] == 2 and first["pageInfo"]["hasNextPage"]
    statement = letters.planner.plan(letters.judge.store.by_text(text).operation(None), Call({}, HANDLER)).statement
    assert statement is not None
    bound = [each for each in statement.parameters if each.type == "text[]"]
    assert [each.read(Call({}, HANDLER)) for each in bound] == [["屏幕", "碎"]]
    further = text.replace("first: 1", f'first: 1, after: "{first["pageInfo"]["endCursor"]}"')
    second = (await letters.judge.alike(further, HANDLER))["letters"]
    assert second["nodes"] != first["nodes"] and not second["pageInfo"]["hasNextPage"]
    with pytest.raises(RequestError) as caught:
        await letters.data(further.replace("碎 屏幕", "屏幕"))
    assert caught.value.errors[0]["extensions"]["reason"] == "BAD_CURSOR"


NOTHING = "letters.where.text.contains has no letter or digit to search for."
TOO_LONG = "letters.where.text.contains has more than 100 characters."


@pytest.mark.parametrize("kept", [False, True], ids=["first", "on a kept plan"])
@pytest.mark.parametrize(
    ("text", "message"), [("", NOTHING), ("  \n", NOTHING), ("，。!?😀", NOTHING), ("碎" * 101, TOO_LONG)]
)
async def test_a_search_for_nothing_is_refused_in_a_sentence(
    letters: Letters, text: str, message: str, kept: bool
) -> None:
    if kept:
        assert await letters.bodies("碎" * 100) == set()
    with pytest.raises(RequestError) as caught:
        await letters.data(SEARCH, text=text)
    assert caught.value.code == "BAD_USER_INPUT"
    assert [error["message"] for error in caught.value.errors] == [message]


async def test_a_filter_by_text_may_stand_alone_and_beside_a_residual_one(letters: Letters) -> None:
    alone = '{letters(where: {tone: {eq: "MILD"}}) {nodes {id}}}'
    assert await letters.judge.alike(alone, HANDLER) is None
    beside = alone.replace("tone", 'text: {contains: "碎"}, tone')
    assert len((await letters.judge.alike(beside, HANDLER))["letters"]["nodes"]) > 1


def test_the_schema_offers_the_filter_by_one_text() -> None:
    check_schema(SCHEMA._schema)
    where, kind = (SCHEMA._schema.type_map[name] for name in ("LetterWhere", "TextFilter"))
    assert isinstance(where, GraphQLInputObjectType) and isinstance(kind, GraphQLInputObjectType)
    assert str(where.fields["text"].type) == "TextFilter"
    assert {name: str(field.type) for name, field in kind.fields.items()} == {"contains": "String!"}
    assert "100 characters" in (kind.fields["contains"].description or "")


MANY, MORE = 20_000, 1_000_000
PHRASES = ("屏幕碎了", "等待期多久", "怎么报案", "退款何时到", "修理进度", "my phone is broken", "where is my claim")
WAYS = (
    "first: 20) { nodes { id } }",
    "last: 20) { nodes { id } }",
    "first: 7) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }",
    "first: 20, orderBy: {by: RECORDED, direction: ASC}) { edges { cursor } }",
)


async def test_a_search_over_many_rows_enters_the_index(letters: Letters) -> None:
    """Over as many as there are, and over as many as the planner is told there were."""
    dice = random.Random(5)
    await put(letters.connection, [f"{dice.choice(PHRASES)} {number} {dice.choice(PHRASES)}" for number in range(MANY)])
    await letters.connection.execute("VACUUM ANALYZE letter")
    await letters.connection.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
    for rows, actor, way in product((MANY, MORE), (HANDLER, PARTNER), WAYS):
        await letters.connection.execute(f"UPDATE pg_class SET reltuples = {rows} WHERE relname = 'letter'")
        text = "query ($text: String!) { letters(where: {text: {contains: $text}}, " + way + " }"
        plan = await explained(letters, text, actor, "碎了 12345")
        scans = re.findall(r"-> +(.*?)(?: using \w+)? on letter ", plan)
        assert scans and set(scans) <= {"Bitmap Heap Scan", "Parallel Bitmap Heap Scan"}, f"{rows} {plan}"
        assert plan.count("Bitmap Index Scan on letter_terms") == len(scans), f"{rows} {plan}"
    assert (await letters.data(SEARCH, text="12345"))["letters"]["totalCount"] == 1


async def explained(letters: Letters, text: str, actor: Actor, sought: str) -> str:
    """The generic plan of a document's statement."""
    operation = letters.judge.store.by_text(text).operation(None)
    call = Call({"text": sought}, actor)
    statement = letters.planner.plan(operation, call).statement
    assert statement is not None
    await letters.connection.execute(f"PREPARE asked AS {statement.sql}")
    values = ", ".join(map(literal, statement.arguments(call)))
    rows = await letters.connection.fetch(f"EXPLAIN EXECUTE asked({values})")
    await letters.connection.execute("DEALLOCATE asked")
    return "\n".join(row[0] for row in rows)


def literal(value: Any) -> str:
    """A bound value as a literal."""
    return f"'{{{','.join(value)}}}'" if isinstance(value, list) else f"'{value}'"
