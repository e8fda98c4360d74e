from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette

from api.pages import STATIC, page_routes
from api.schema import SCHEMA
from commands.mailbox_page import Mail, page, sent_to
from commands.seed_data import PASSWORD, STAFF

MAILS = [
    Mail("2026-11-25T00:01:02.345Z", "service@aftercare.example", "zhang@customer.example", "验证码", "123456", "<1>"),
    Mail("2026-11-24T23:59:59.000Z", "service@aftercare.example", "wang@customer.example", "保单", "您好", "<2>"),
]
PAGES = sorted(STATIC.glob("*.html"))
EXAMPLES = sorted((STATIC / "examples").glob("*.graphql"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(example: Path) -> None:
    assert validate(SCHEMA._schema, parse(example.read_text())) == []


def test_every_example_is_opened_by_the_page() -> None:
    listed = re.search(r"EXAMPLES = \[(.*)\]", (STATIC / "graphiql.js").read_text())
    assert listed is not None
    assert sorted(re.findall(r'"([\w-]+)"', listed[1])) == [path.stem for path in EXAMPLES]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_needs_nothing_but_this_server_and_has_no_script_inside(page: Path) -> None:
    text = page.read_text()
    asked = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert asked
    assert [each for each in asked if not each.startswith("/")] == []
    assert [each for each in asked if each.startswith("/static/") and not (STATIC / each[8:]).is_file()] == []
    assert re.findall(r"<script>|<style|\son\w+=", text) == []


def test_the_start_page_names_people_who_can_sign_in() -> None:
    text = (STATIC / "index.html").read_text()
    named = set(re.findall(r"[\w.]+@demo\.example", text))
    assert named <= {each.mail for each in STAFF}
    assert PASSWORD in text
    assert PASSWORD in (STATIC / "examples" / "sign-in.graphql").read_text()


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
