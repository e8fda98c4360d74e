"""Where only registered documents are answered: by which keys, to whom others are, and what everybody else meets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.limits import PARTNER, TRUSTED
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.settings import Documents
from tests.face.conftest import Face, running, signed_in
from tests.factories.insured import Insured, insured, staff

REGISTERED = "query Mine { me { id } viewer { id } }"
BOTH = "query A { viewer { id } } query B { __typename }"
ADDS = 'mutation Ask { customerRequestCode(input: {mail: "nobody@example.com"}) { sent } }'
AD_HOC = "{ viewer { id } }"
SCHEMA = "query Schema { __schema { queryType { name } } }"
MIXED = "{ __schema { queryType { name } } viewer { id } }"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
async def strict(database_url: str, tmp_path: Path) -> AsyncIterator[Face]:
    """The application as it runs in production: with the manifest that a code generator writes."""
    manifest = tmp_path / "persisted-documents.json"
    manifest.write_text(json.dumps({f"sha256:{digest(text)}": text for text in (REGISTERED, BOTH, ADDS)}))
    async with running(database_url, documents=Documents.TRUSTED, documents_manifest=manifest) as found:
        yield found


async def token(actor: Actor) -> str | None:
    return None if actor.has(Role.ANONYMOUS) else await signed_in(actor)


def code(answer: httpx.Response) -> Any:
    return answer.json().get("errors", [{"extensions": {"code": None}}])[0]["extensions"]["code"]


@pytest.mark.parametrize("key", ["documentId", "prefixed", "persistedQuery", "query"])
async def test_a_registered_document_is_named_in_four_ways(strict: Face, key: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "documentId": {"documentId": digest(REGISTERED)},
        "prefixed": {"documentId": f"sha256:{digest(REGISTERED)}"},
        "persistedQuery": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(REGISTERED)}}},
        "query": {"query": REGISTERED},
    }
    answer = await strict.post(bodies[key])
    assert answer.json()["data"] == {"me": None, "viewer": None}
    assert answer.json()["extensions"]["cost"]["limit"] == TRUSTED.cost


async def test_its_operations_are_named_and_its_changes_come_by_post_alone(strict: Face) -> None:
    body = {"documentId": digest(BOTH), "operationName": "B"}
    assert (await strict.post(body)).json()["data"] == {"__typename": "Query"}
    assert (await strict.client.get("/graphql", params=body)).json()["data"] == {"__typename": "Query"}
    assert code(await strict.post(body | {"operationName": "C"})) == "OPERATION_RESOLUTION_FAILURE"
    assert (await strict.client.get("/graphql", params={"documentId": digest(ADDS)})).status_code == 405
    assert (await strict.post({"documentId": digest(ADDS)})).json()["data"] == {"customerRequestCode": {"sent": True}}


@pytest.mark.parametrize("text", [AD_HOC, SCHEMA, MIXED, REGISTERED + " ", "{ nonsense", ""])
async def test_people_send_no_document_of_their_own(strict: Face, text: str) -> None:
    sold = await insured()
    people = [Actor.anonymous(), sold.customer, *[await staff(role) for role in sorted(STAFF_ROLES - {Role.ADMIN})]]
    for actor in people:
        answer = await strict.post({"query": text}, await token(actor))
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST"), (actor, text)


async def test_partners_send_documents_of_their_own_within_the_limits_of_such(strict: Face) -> None:
    sold: Insured = await insured()
    key = await token(sold.partner)
    mine = (await strict.post({"query": AD_HOC}, key)).json()
    assert (mine["data"]["viewer"] is not None, mine["extensions"]["cost"]["limit"]) == (True, 1_000)
    named = (await strict.post({"documentId": digest(REGISTERED)}, key)).json()
    assert named["extensions"]["cost"]["limit"] == PARTNER.cost
    assert code(await strict.post({"query": "{" + "a" * 61 + ": __typename nonsense}"}, key)) is not None
    got = await strict.client.get(
        "/graphql", params={"query": AD_HOC}, headers={"authorization": f"Bearer {key}"}
    )
    assert (got.status_code, code(got)) == (400, "BAD_REQUEST")


async def test_administrators_are_told_the_schema_and_nothing_else(strict: Face) -> None:
    admin = await token(await staff(Role.ADMIN))
    told = (await strict.post({"query": SCHEMA}, admin)).json()["data"]
    assert told == {"__schema": {"queryType": {"name": "Query"}}}
    for text in (AD_HOC, MIXED, "{ ...F } fragment F on Query { __typename viewer { id } }"):
        assert code(await strict.post({"query": text}, admin)) == "BAD_REQUEST", text


async def test_an_unknown_hash_is_told_as_clients_expect_it(strict: Face) -> None:
    answer = await strict.post({"documentId": digest("x")})
    assert (answer.status_code, code(answer)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert code(await strict.post({})) == "BAD_REQUEST"


async def test_names_are_suggested_to_those_who_signed_in_alone(face: Face) -> None:
    asked = {"query": "{ claimz { nodes { id } } }"}
    told = (await face.post(asked, await token(await staff(Role.SALES)))).json()["errors"][0]["message"]
    hidden = (await face.post(asked)).json()["errors"][0]["message"]
    assert ("Did you mean" in told, "Did you mean" in hidden) == (True, False)
    assert "claimz" in hidden
