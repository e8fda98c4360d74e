"""What may break a client fails unless it is declared, and the changelog of the schema says all of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.interop.changelog import (
    DECLARED,
    FILE,
    RELEASED,
    SCHEMA,
    Change,
    NotDeclared,
    changes,
    judge,
    released,
    section,
    written,
)
from tests.interop.tools import Node

pytestmark = pytest.mark.interop
REMOVED = "FIELD_REMOVED Money.currency"
REASON = "an amount without its currency is none"
PAST = "\n## 1.0.0 - 2026-01-02\n\n### Breaks clients that use it\n\n- Something old.\n\n## Baseline\n\nBegins.\n"


def planted(node: Node, folder: Path) -> list[Change]:
    """A field less, an enum value more, a type more."""
    text = SCHEMA.read_text()
    head, _, tail = text.partition("type Money {")
    body, _, rest = tail.partition("\n}")
    fewer = "\n".join(line for line in body.splitlines() if "currency" not in line.lower())
    text = f"{head}type Money {{{fewer}\n}}{rest}".replace("enum Channel {", "enum Channel {\n  PIGEON\n")
    path = folder / "schema.graphql"
    path.write_text(f'{text}\n"""New."""\ntype Fresh implements Node {{\n  id: ID!\n}}\n')
    return changes(node, SCHEMA, path)


def test_everything_that_can_break_a_client_of_the_last_release_is_declared(node: Node) -> None:
    judge(changes(node, RELEASED, SCHEMA), tomllib.loads(DECLARED.read_text()))


def test_the_committed_changelog_is_what_is_generated(node: Node) -> None:
    found, declared = changes(node, RELEASED, SCHEMA), tomllib.loads(DECLARED.read_text())
    assert FILE.read_text() == written(FILE.read_text(), section(found, declared)), "run `make schema-changelog`"


def test_a_removed_field_and_a_new_value_are_caught_unless_they_are_declared(node: Node, tmp_path: Path) -> None:
    found = planted(node, tmp_path)
    assert [(each.level, each.name) for each in found] == [
        ("BREAKING", REMOVED),
        ("DANGEROUS", "ENUM_VALUE_ADDED Channel.PIGEON"),
        ("NON_BREAKING", "TYPE_ADDED Fresh"),
    ]
    with pytest.raises(NotDeclared) as refused:
        judge(found, {})
    assert str(refused.value).splitlines()[:-1] == [
        f"not declared: {REMOVED}",
        "not declared: ENUM_VALUE_ADDED Channel.PIGEON",
    ]
    judge(found, {REMOVED: REASON, "ENUM_VALUE_ADDED Channel.*": "where no wire reaches"})


@pytest.mark.parametrize(
    ("key", "reason", "told"),
    [("FIELD_REMOVED Money.amount", REASON, "no such change"), (REMOVED, " ", "no reason")],
    ids=["for nothing", "without a reason"],
)
def test_a_declaration_must_have_a_change_and_a_reason(
    node: Node, tmp_path: Path, key: str, reason: str, told: str
) -> None:
    declared = {REMOVED: REASON, "ENUM_VALUE_ADDED *": "announced"} | {key: reason}
    with pytest.raises(NotDeclared) as refused:
        judge(planted(node, tmp_path), declared)
    assert str(refused.value).splitlines()[:-1] == [f"{told}: {key}"]


def test_the_changelog_says_the_most_serious_first_with_its_reason(node: Node, tmp_path: Path) -> None:
    text = written(f"## Unreleased\n\nOld.\n{PAST}", section(planted(node, tmp_path), {REMOVED: REASON}))
    assert text.partition("## Unreleased\n")[2] == (
        "\n### Breaks clients that use it\n\n"
        f"- Field `currency` was removed from object type `Money`: {REASON}\n"
        "\n### May surprise clients\n\n"
        "- Enum value `PIGEON` was added to enum `Channel`\n"
        "\n### Breaks nobody\n\n"
        f"- Type `Fresh` was added\n{PAST}"
    )


def test_a_release_keeps_what_was_written_and_begins_anew() -> None:
    found = [Change("NON_BREAKING", "TYPE_ADDED", "Fresh", "Type 'Fresh' was added")]
    text = written(f"## Unreleased\n{PAST}", section(found, {}))
    after = released(text, "1.1.0")
    assert after.count("## Unreleased") == 1
    unreleased, begins, rest = after.partition("\n## 1.1.0 - ")
    assert unreleased.endswith("## Unreleased\n\nNothing changed since the last release.\n")
    assert begins and rest.split("\n", 1)[1] == f"\n### Breaks nobody\n\n- Type `Fresh` was added\n{PAST}"
    assert written(after, section([], {})) == after
