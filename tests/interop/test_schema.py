"""The schema as a product, by the judgement of other people's tools."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.processes import ROOT
from tests.interop.tools import FOLDER, Node

pytestmark = pytest.mark.interop
SCHEMA = (ROOT / "schema.graphql").read_text()
ESLINT = ("node_modules/eslint/bin/eslint.js", "--config", str(FOLDER / "eslint.config.mjs"))
TSC = ("node_modules/typescript/bin/tsc", "--project", "tsconfig.json")
RELAY = "node_modules/relay-compiler/cli.js"
PLANTED = '''
extend type Query {
  """A list that may not be there, though it is no connection."""
  getClaims: Claim!
  undescribed: ID
}

"""Nobody reaches it, and it has no id."""
type Lost {
  """What it is."""
  Kind: LostKind
}

"""Its kinds."""
enum LostKind {
  """In the wrong case."""
  far_away
}
'''


def test_eslint_finds_nothing_against_the_rules_for_schemas_and_for_relay(node: Node) -> None:
    node.clean(*ESLINT, "--max-warnings", "0", "schema.graphql", cwd=ROOT)


def test_eslint_finds_what_is_planted_and_exceptions_that_nothing_needs(node: Node, tmp_path: Path) -> None:
    planted = SCHEMA.replace("  claimed: Money!", "  asked: Money!") + PLANTED
    (tmp_path / "schema.graphql").write_text(planted)
    ran = node.tool(*ESLINT, "--format", "json", "schema.graphql", cwd=tmp_path)
    assert ran.returncode == 1
    (judged,) = json.loads(ran.stdout)
    found = {each["ruleId"].removeprefix("@graphql-eslint/") for each in judged["messages"]}
    assert found == {
        "naming-convention", "no-typename-prefix", "no-unreachable-types", "require-description",
        "require-nullable-result-in-root", "strict-id-in-types",
    }  # fmt: skip
    assert [each["message"] for each in judged["messages"] if "no-typename-prefix" in each["ruleId"]] == [
        r"Nothing needs /^Claim\.claimed$/."
    ]


def test_typed_documents_hold_under_strict_types_and_wrong_programs_do_not(node: Node, typed: Path) -> None:
    node.clean(*TSC)
    program = FOLDER / "typed" / "program.ts"
    unexpecting = FOLDER / "build" / "typed" / "unexpecting.ts"
    text = program.read_text().replace("// @ts-expect-error", "//").replace("../build/typed/graphql", "./graphql")
    unexpecting.write_text(text)
    try:
        ran = node.tool(*TSC)
    finally:
        unexpecting.unlink()
    assert ran.returncode != 0
    assert ran.stdout.count("error TS") == program.read_text().count("@ts-expect-error") == 5


def test_components_of_relay_compile_with_nodes_connections_and_refetching(node: Node) -> None:
    made = FOLDER / "build" / "relay"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    node.clean(RELAY, "relay.config.json")
    names = {path.name.split(".")[0] for path in made.iterdir()}
    assert {"ClaimListPageQuery", "PolicyPageRefetchQuery", "PolicyPageClaimsQuery", "NodePageQuery"} <= names


@pytest.mark.parametrize(
    ("sound", "planted", "told"),
    [
        ("type Policy implements Node {", "type Policy {", "this type can never occur"),
        ("  pageInfo: PageInfo!\n", "", "@connection used on invalid field"),
    ],
    ids=["a policy that is no node", "connections without their page"],
)
def test_components_of_relay_do_not_compile_where_its_contract_is_broken(
    node: Node, tmp_path: Path, sound: str, planted: str, told: str
) -> None:
    shutil.copytree(FOLDER / "relay", tmp_path / "relay")
    (tmp_path / "build" / "relay").mkdir(parents=True)
    config = (FOLDER / "relay.config.json").read_text().replace("../../schema.graphql", "./schema.graphql")
    (tmp_path / "relay.config.json").write_text(config)
    (tmp_path / "schema.graphql").write_text(SCHEMA)
    node.clean(RELAY, "relay.config.json", cwd=tmp_path)
    (tmp_path / "schema.graphql").write_text(SCHEMA.replace(sound, planted))
    ran = node.tool(RELAY, "relay.config.json", cwd=tmp_path)
    assert ran.returncode == 1
    assert told in ran.stderr
