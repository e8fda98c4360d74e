"""Trusted documents: known by their hash under both request keys, and where only they are trusted, nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.documents import DocumentStore
from api.schema import SCHEMA
from domain.kernel.settings import Documents, Environment, Settings, WrongSettings
from tests.face.conftest import GRAPHQL, untouched

VIEWER = "query Viewer { viewer { id } }"
END = "mutation End($input: CustomerRequestCodeInput!) { customerRequestCode(input: $input) { sent errors { code } } }"
OTHER = "query Other { viewer { __typename } }"
INPUT = {"input": {"mail": "nobody@customer.example"}}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "persisted-documents.json"
    path.write_text(json.dumps({f"sha256:{digest(text)}": text for text in (VIEWER, END)}))
    return path


@pytest.fixture(params=list(Documents), ids=str)
async def client(request: pytest.FixtureRequest, database_url: str, manifest: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application with a manifest, answering any document or only the manifest's."""
    settings = Settings(  # type: ignore[call-arg]  # the rest has its defaults
        env=Environment.TEST,
        DATABASE_URL=database_url,
        REDIS_URL="redis://127.0.0.1:1",
        secret_key=SecretStr("x" * 32),
        documents=request.param,
        documents_manifest=manifest,
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    headers = {"accept": GRAPHQL}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://face", headers=headers) as made,
    ):
        yield made


trusting = pytest.mark.parametrize("client", [Documents.TRUSTED], indirect=True, ids=str)
NAMES: tuple[dict[str, Any], ...] = (
    {"documentId": digest(VIEWER)},
    {"documentId": f"sha256:{digest(VIEWER)}"},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(VIEWER)}}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": f"sha256:{digest(VIEWER)}"}}},
    {"query": VIEWER},
)


@pytest.mark.parametrize("name", NAMES, ids=["id", "prefixed id", "Apollo's", "prefixed Apollo's", "text"])
async def test_a_trusted_document_is_answered_however_it_is_named(
    client: httpx.AsyncClient, name: dict[str, Any]
) -> None:
    answer = await client.post("/graphql", json=name)
    assert (answer.status_code, answer.json()["data"]) == (200, {"viewer": None})
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in name.items()}
    asked = await client.get("/graphql", params=texts)
    assert (asked.status_code, asked.json()["data"]) == (200, {"viewer": None})


async def test_a_trusted_mutation_is_answered_by_post_alone(client: httpx.AsyncClient) -> None:
    async with untouched():
        params = {"documentId": digest(END), "variables": json.dumps(INPUT)}
        refused = await client.get("/graphql", params=params)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    answer = await client.post("/graphql", json={"documentId": digest(END), "variables": INPUT})
    assert answer.json()["data"] == {"customerRequestCode": {"sent": True, "errors": []}}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_hash_is_told_as_such(client: httpx.AsyncClient, method: str) -> None:
    given = {"documentId": digest(OTHER)}
    sent = {"json": given} if method == "POST" else {"params": given}
    answer = await client.request(method, "/graphql", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert [each["extensions"]["code"] for each in answer.json()["errors"]] == ["PERSISTED_QUERY_NOT_FOUND"]
    assert "data" not in answer.json()


@trusting
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "text",
    [OTHER, f"{VIEWER} ", "{ __schema { types { name } } }", END.replace("End", "Ended"), "{ not GraphQL"],
    ids=["another query", "one space more", "introspection", "another mutation", "no document"],
)
async def test_where_only_trusted_documents_are_answered_others_change_and_tell_nothing(
    client: httpx.AsyncClient, method: str, text: str
) -> None:
    given = {"query": text} | ({"variables": INPUT} if method == "POST" else {})
    sent = {"json": given} if method == "POST" else {"params": given}
    async with untouched():
        answer = await client.request(method, "/graphql", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [
            {"message": "Only registered documents are answered here.", "extensions": {"code": "BAD_REQUEST"}}
        ]
    }


@trusting
async def test_a_hash_and_a_text_that_is_not_trusted_are_refused_together(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": OTHER, "documentId": digest(VIEWER)})
    assert answer.json()["errors"][0]["message"] == "Only registered documents are answered here."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("{", "cannot be read (it is not JSON in UTF-8)"),
        ("[]", "is not an object of documents by their hashes"),
        (json.dumps({"sha256:abc": VIEWER}), "sha256:abc is not the SHA-256 of its document"),
        (json.dumps({hashlib.sha1(VIEWER.encode()).hexdigest(): VIEWER}), "is not the SHA-256 of its document"),  # noqa: S324
        (json.dumps({digest("{ no }"): "{ no }"}), "is not answered: Cannot query field 'no' on type 'Query'"),
        (json.dumps({digest("{"): "{"}), "is not answered: Syntax Error: Expected Name, found <EOF>"),
        (json.dumps({digest("x"): 5}), "is not the SHA-256 of its document"),
    ],
    ids=["none", "no JSON", "a list", "another hash", "SHA-1", "unknown field", "no GraphQL", "no text"],
)
def test_a_wrong_manifest_stops_the_start_with_one_sentence(tmp_path: Path, content: str | None, told: str) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(WrongSettings) as stopped:
        DocumentStore(SCHEMA._schema, Documents.TRUSTED, path)
    (sentence,) = stopped.value.sentences
    assert sentence.startswith("Settings: AFTERCARE_DOCUMENTS_MANIFEST: ") and told in sentence
    assert sentence.endswith(".") and len(sentence.splitlines()) == 1
