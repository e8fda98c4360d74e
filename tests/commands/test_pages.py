from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from api.pages import STATIC
from api.schema import SCHEMA
from commands.seed_data import PASSWORD, STAFF

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
