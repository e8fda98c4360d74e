"""A partner's systems in Python: gql with the schema it fetches, and the typed client that ariadne-codegen makes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import GraphQLError, GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema

from commands.tour import STORY, operations
from domain.kernel import clock
from domain.kernel.ids import public_id
from tests.commands.processes import ROOT
from tests.face.conftest import signed_in
from tests.factories.insured import partner_with_a_book, version_on_sale

pytestmark = pytest.mark.interop
TEXTS = operations(STORY.read_text())
MAKER = "ariadne-codegen==0.19.0"  # needs a graphql-core older than ours, so it has an environment of its own
CODEGEN = """
[tool.ariadne-codegen]
schema_path = "schema.graphql"
queries_path = "operations"
target_package_name = "aftercare_client"
scalars.Decimal = { type = "decimal.Decimal", serialize = "str" }
scalars.DateTime = { type = "datetime.datetime" }
scalars.Date = { type = "datetime.date" }
scalars.BigInt = { type = "int", serialize = "str" }
"""
PROGRAM = """
import asyncio, json, sys
from aftercare_client import Client, PolicyRegisterInput

async def main(url, key, given):
    async with Client(url, {"authorization": f"Bearer {key}"}) as client:
        listed = await client.on_sale()
        sold = await client.sell(PolicyRegisterInput.model_validate(given))
        again = await client.sell(PolicyRegisterInput.model_validate(given))
    policy = sold.policy_register.policy
    told = {"versions": len(listed.products.nodes[0].versions), "premium": str(policy.premium.amount),
            "types": [type(each).__name__ for each in (policy.premium.amount, policy.starts_on, policy.state)],
            "refused": [type(error).__name__ for error in again.policy_register.errors]}
    print(json.dumps(told))

asyncio.run(main(*sys.argv[1:3], json.loads(sys.argv[3])))
"""


async def offer() -> tuple[str, dict[str, Any]]:
    """A partner's token, and what it sells: a phone of 3,000.00 for a year."""
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    given = {
        "productVersionId": public_id("pvn", version_id),
        "device": {
            "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": "SN-0001",
            "purchasedOn": clock.today().isoformat(), "price": {"amount": "3000.00"},
        },
        "customer": {"fullName": "陈晨", "phone": "13912345678", "mail": "chen@customer.example"},
    }  # fmt: skip
    return await signed_in(partner), given


def sdl(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


async def test_gql_fetches_the_schema_and_sells_a_policy(url: str, database: str) -> None:
    token, given = await offer()
    transport = HTTPXAsyncTransport(url=url, headers={"authorization": f"Bearer {token}"})
    everything = {"specified_by_url": True, "input_object_one_of": True}
    async with Client(
        transport=transport, fetch_schema_from_transport=True, introspection_args=everything
    ) as session:
        assert session.client.schema is not None
        assert sdl(session.client.schema) == sdl(build_schema((ROOT / "schema.graphql").read_text()))
        listed = await session.execute(gql(TEXTS["OnSale"]))
        assert [each["number"] for each in listed["products"]["nodes"][0]["versions"]] == [1]
        sold = await session.execute(GraphQLRequest(TEXTS["Sell"], variable_values={"input": given}))
        policy = sold["policyRegister"]["policy"]
        assert (policy["state"], policy["premium"]) == ("IN_FORCE", {"amount": "180.00", "currency": "CNY"})
        asked = GraphQLRequest(TEXTS["PolicyById"], variable_values={"id": policy["id"]})
        found = await session.execute(asked)
        assert found["policy"]["policyNumber"] == policy["policyNumber"]
        with pytest.raises(GraphQLError, match="Cannot query field 'secret'"):
            await session.execute(gql("{ policies { secret } }"))
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(gql("{ policies(first: 1000) { totalCount } }"))
        assert refused.value.errors is not None
        assert [each["extensions"]["code"] for each in refused.value.errors] == ["BAD_USER_INPUT"]


def run(*argv: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, argv)), cwd=cwd, capture_output=True, text=True, check=False, timeout=180)


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with ariadne-codegen."""
    folder = tmp_path_factory.mktemp("maker")
    run(sys.executable, "-m", "venv", "environment", cwd=folder)
    programs = folder / "environment" / "bin"
    ran = run(programs / "pip", "install", "--quiet", MAKER, cwd=folder)
    if ran.returncode:
        pytest.skip(f"NOT RUN, the client that ariadne-codegen makes: {MAKER} cannot be installed\n{ran.stderr[-500:]}")
    return programs


async def test_the_client_that_ariadne_codegen_makes_sells_a_policy(
    maker: Path, tmp_path: Path, url: str, database: str
) -> None:
    (tmp_path / "operations").mkdir()
    for path in [*(ROOT / "tests" / "operations").glob("*.graphql"), STORY]:
        shutil.copy(path, tmp_path / "operations")
    shutil.copy(ROOT / "schema.graphql", tmp_path)
    (tmp_path / "pyproject.toml").write_text(CODEGEN)
    (tmp_path / "program.py").write_text(PROGRAM)
    made = run(maker / "ariadne-codegen", "client", cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    token, given = await offer()
    ran = run(maker / "python", "program.py", url, token, json.dumps(given), cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "versions": 1, "premium": "180.00", "types": ["Decimal", "date", "PolicyState"],
        "refused": ["SellPolicyRegisterErrors"],
    }  # fmt: skip
