"""What scanners of GraphQL servers look for first, asked of the application as it runs in production: none is there.

Each test is one of the checks that such scanners have, written anew; where a check needs a document that is answered,
one is registered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.kernel.settings import SECRETS, Environment
from tests.face.conftest import Face, running

TYPENAME = "query Name { __typename }"
ASK = 'mutation Ask { customerRequestCode(input: {mail: "nobody@example.com"}) { sent } }'
SECRET = SecretStr("s" * 32)
REGISTERED = (TYPENAME, ASK)


@pytest.fixture
async def face(database_url: str, tmp_path: Path) -> AsyncIterator[Face]:
    """The application with production's settings."""
    manifest = tmp_path / "persisted-documents.json"
    texts = {f"sha256:{hashlib.sha256(text.encode()).hexdigest()}": text for text in REGISTERED}
    manifest.write_text(json.dumps(texts))
    secrets = dict.fromkeys(SECRETS, SECRET)
    production = {"env": Environment.PRODUCTION, "documents": None, "documents_manifest": manifest}
    async with running(database_url, **production, **secrets) as found:
        yield found


def refused(answer: httpx.Response) -> bool:
    return answer.status_code >= 400 and "data" not in answer.json()


async def asked(face: Face, query: Any) -> httpx.Response:
    return await face.client.post("/graphql", json={"query": query})


async def test_a_registered_document_is_answered_so_that_the_rest_is_refused_for_what_it_is(face: Face) -> None:
    assert (await asked(face, TYPENAME)).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    "query",
    [
        "query {" + " ".join(f"alias{number}: __typename" for number in range(101)) + "}",
        "query { __typename " + "@aa" * 10 + " }",
        "query {" + "__typename " * 500 + "}",
        "query { __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
        "query { __schema { types { name fields { name } } } }",
        'query { __type(name: "Claim") { name } }',
    ],
    ids=["aliases", "directives", "duplicated fields", "circular introspection", "introspection", "a type"],
)
async def test_documents_of_the_caller_s_own_are_refused(face: Face, query: str) -> None:
    assert refused(await asked(face, query))


async def test_requests_do_not_come_in_batches(face: Face) -> None:
    answer = await face.client.post("/graphql", json=[{"query": TYPENAME}] * 10)
    assert refused(answer)


async def test_no_name_of_the_schema_is_suggested(face: Face) -> None:
    answer = await asked(face, "query { claimz { id } }")
    assert refused(answer)
    assert "did you mean" not in answer.text.lower()
    assert "claims" not in answer.text


async def test_the_ide_is_not_there(face: Face) -> None:
    for path in ("/", "/graphiql", "/playground", "/console", "/graphql", "/altair", "/voyager", "/schema.graphql"):
        answer = await face.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code in {404, 406}, path
        assert "graphiql" not in answer.text.lower()


async def test_queries_by_url_are_those_that_were_registered(face: Face) -> None:
    for query in ("query { __typename }", "{ __typename }", "query { viewer { id } }"):
        assert refused(await face.client.get("/graphql", params={"query": query}))


async def test_nothing_is_changed_by_url(face: Face) -> None:
    answer = await face.client.get("/graphql", params={"query": ASK})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
async def test_a_form_of_another_page_is_not_read(face: Face, kind: str) -> None:
    for query in (TYPENAME, ASK):
        content = f"query={query}" if "form" in kind else json.dumps({"query": query})
        answer = await face.client.post("/graphql", content=content, headers={"content-type": kind})
        assert answer.status_code == 415


async def test_no_tracing_is_told(face: Face) -> None:
    told = (await asked(face, TYPENAME)).json()["extensions"]
    assert set(told) == {"cost"}


@pytest.mark.parametrize("query", ["queryy { __typename }", "", "{", "\x00", 5, None, [], {"a": 1}])
async def test_no_fault_of_ours_is_told(face: Face, query: Any) -> None:
    answer = await asked(face, query)
    assert refused(answer)
    assert answer.status_code == 400
    for word in ("Traceback", "Exception", "asyncpg", "/api/", ".py", "GraphQLSyntaxError"):
        assert word not in answer.text
