from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from graphql import FieldNode, OperationDefinitionNode, OperationType, parse, validate
from pydantic import SecretStr
from starlette.applications import Starlette

from api.app import create_app
from api.pages import ROOT, STATIC, page_routes
from api.schema import SCHEMA
from commands.mailbox_page import Mail, page, sent_to
from commands.seed_data import PASSWORD, STAFF
from domain.kernel.settings import Documents, Environment, Settings

MAILS = [
    Mail("2026-11-25T00:01:02.345Z", "service@aftercare.example", "zhang@customer.example", "验证码", "123456", "<1>"),
    Mail("2026-11-24T23:59:59.000Z", "service@aftercare.example", "wang@customer.example", "保单", "您好", "<2>"),
]
PAGES = sorted(STATIC.glob("*.html"))
EXAMPLES = sorted((STATIC / "examples").glob("*.graphql"))


STORY = ROOT / "docs" / "story.graphql"
BEFORE_THE_STORY = {"partnerIntroduce", "apiKeyIssue"}  # the demo has a partner with a key
SIGNING_IN = ("staffSignIn", "customerRequestCode", "customerSignIn")


def fields(text: str, kind: OperationType = OperationType.MUTATION) -> list[str]:
    """The root fields of a document's operations of one kind, in their order."""
    operations = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
    return [
        field.name.value for each in operations if each.operation is kind
        for field in each.selection_set.selections if isinstance(field, FieldNode)
    ]  # fmt: skip


def own_documents() -> list[str]:
    """What the box that signs people in asks of the server."""
    listed = re.search(r"SIGN_IN = \{(.*?)\n\};", (STATIC / "caller.js").read_text(), re.DOTALL)
    assert listed is not None
    return re.findall(r"[`\"](mutation .*?)[`\"],", listed[1], re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(example: Path) -> None:
    assert validate(SCHEMA._schema, parse(example.read_text())) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_comes_with_the_variables_of_all_its_operations(example: Path) -> None:
    operations = [each for each in parse(example.read_text()).definitions if isinstance(each, OperationDefinitionNode)]
    declared = {each.variable.name.value for one in operations for each in one.variable_definitions or ()}
    assert json.loads(example.with_suffix(".json").read_text()).keys() == declared


def test_every_example_is_opened_by_the_page_in_the_order_of_its_number() -> None:
    listed = re.search(r"EXAMPLES = \[(.*)\]", (STATIC / "graphiql.js").read_text())
    assert listed is not None
    assert re.findall(r'"([\w-]+)"', listed[1]) == [path.stem for path in EXAMPLES]


def test_the_examples_are_the_story_in_its_order() -> None:
    told = [name for name in fields(STORY.read_text()) if name not in BEFORE_THE_STORY.union(SIGNING_IN)]
    assert [name for path in EXAMPLES for name in fields(path.read_text())] == told


def test_the_variables_that_fill_themselves_are_those_of_the_examples() -> None:
    text = (STATIC / "graphiql.js").read_text()
    rows = re.search(r"const ROWS = \{(.*?)\};", text, re.DOTALL)
    assert rows is not None
    names = re.findall(r'\w+: "(\w+)"', rows[1])
    filled = {*names, *(f"{name}Version" for name in names), "today", "serial"}
    asked = {name for path in EXAMPLES for name in json.loads(path.with_suffix(".json").read_text())}
    assert asked - filled == {"mail"}
    assert set(names) <= asked


def test_the_box_signs_everybody_in_and_out_by_documents_that_are_valid() -> None:
    found = own_documents()
    assert {name for text in found for name in fields(text)} == {*SIGNING_IN, "sessionEnd"}
    assert [validate(SCHEMA._schema, parse(text)) for text in found] == [[], [], [], []]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_needs_nothing_but_this_server_and_has_no_script_inside(page: Path) -> None:
    text = page.read_text()
    asked = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert asked
    assert [each for each in asked if not each.startswith("/")] == []
    assert [each for each in asked if each.startswith("/static/") and not (STATIC / each[8:]).is_file()] == []
    assert re.findall(r"<script>|<style|\son\w+=", text) == []


@pytest.mark.parametrize("page", ["index.html", "graphiql.html"])
def test_a_page_names_people_who_can_sign_in(page: str) -> None:
    text = (STATIC / page).read_text()
    named = set(re.findall(r"[\w.]+@demo\.example", text))
    assert named
    assert named <= {each.mail for each in STAFF}
    assert PASSWORD in text


def test_the_examples_name_people_who_can_sign_in() -> None:
    text = "".join(path.read_text() for path in EXAMPLES)
    assert set(re.findall(r"[\w.]+@demo\.example", text)) <= {each.mail for each in STAFF}


PAGES_SHOWN = {"/", "/graphiql", "/schema.graphql", "/docs", "/static"}


@pytest.mark.parametrize(
    ("env", "documents", "shown"),
    [
        (Environment.DEVELOPMENT, None, True),
        (Environment.PRODUCTION, None, False),
        (Environment.PRODUCTION, Documents.TRUSTED, False),
        (Environment.PRODUCTION, Documents.OPEN, True),
    ],
)
def test_no_page_is_shown_in_production_unless_it_is_allowed(
    env: Environment, documents: Documents | None, shown: bool
) -> None:
    secret = SecretStr("x" * 32)
    settings = Settings(  # type: ignore[call-arg]  # the rest has its defaults
        env=env,
        documents=documents,
        DATABASE_URL="postgresql://a@localhost/b",
        REDIS_URL="redis://localhost",
        secret_key=secret,
        sealing_key=secret,
        blind_key=secret,
        bank_secret=secret,
        identity_secret=secret,
        link_secret=secret,
    )
    paths = {getattr(route, "path", "") or "/" for route in create_app(settings).routes}
    assert paths & PAGES_SHOWN == (PAGES_SHOWN if shown else set())
    assert "/graphql" in paths


def test_the_pages_stay_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < 5_000_000


async def got(path: str, address: str = "https://care.example:8443") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=page_routes()))
    async with httpx.AsyncClient(transport=transport, base_url=address) as client:
        return await client.get(path)


async def test_the_readme_is_shown_without_its_marks_and_with_links_to_this_server() -> None:
    shown = (await got("/docs/README.md")).text
    assert "settings --" not in shown
    assert '<a href="/graphiql">https://care.example:8443/graphiql</a>' in shown
    assert 'href="http://127.0.0.1' not in shown
    assert "<td><code>http://127.0.0.1:8000</code></td>" in shown  # a default is no link
    (drawing,) = re.findall(r'<img src="([^"]+)"', shown)
    assert (await got(f"/docs/{drawing}")).headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("path", ["README.md", "CHANGELOG.md", "docs/decisions/README.md", "docs/story.graphql"])
async def test_every_document_leads_back_to_the_start_page(path: str) -> None:
    answer = await got(f"/docs/{path}")
    assert answer.status_code == 200
    assert '<a href="/">' in answer.text


@pytest.mark.parametrize(
    ("path", "led_to"),
    [("/docs", "/docs/README.md"), ("/docs/", "/docs/README.md"), ("/docs/story.graphql", "/docs/docs/story.graphql")],
)
async def test_a_near_miss_is_led_on(path: str, led_to: str) -> None:
    assert (await got(path)).headers["location"] == led_to


HIDDEN = ("none.md", "pyproject.toml", "docs/%2e%2e/api/pages.py", "api/static/icon.svg", "%00")


@pytest.mark.parametrize("path", HIDDEN)
async def test_nothing_else_of_the_folder_is_shown(path: str) -> None:
    assert (await got(f"/docs/{path}")).status_code == 404


def test_the_mailbox_tells_the_time_of_the_insurer_and_shows_one_persons_mails() -> None:
    every = bytes(page(MAILS).body).decode()
    assert ">2026-11-25 08:01</time>" in every
    assert ">2026-11-25 07:59</time>" in every
    assert '<a href="/">' in every
    one = bytes(page(sent_to(MAILS, "Wang@"), "Wang@").body).decode()
    assert "保单" in one
    assert "验证码" not in one
    assert sent_to(MAILS, "") == MAILS


def test_a_filter_of_the_mailbox_is_never_taken_for_html() -> None:
    assert "<script>" not in bytes(page([], "<script>").body).decode()
