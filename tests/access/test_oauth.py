"""Client credentials over HTTP: what RFC 6749 asks for, and every error as its section 5.2 words it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest

from api.app import create_app
from api.oauth import MOST, PATH
from domain.access.attempts import TRIES_AN_ACCOUNT, TRIES_AN_ORIGIN, may_try
from domain.access.keys import issue_key, revoke_key
from domain.access.models import Session, SignInAttempt
from domain.access.terms import ApiScope, IssuedKey
from domain.access.tokens import read_token
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.settings import settings
from tests.factories.insured import OFFICE, partner_with_a_book, staff

ADDRESS = "203.0.113.7"
GRANT = "client_credentials"
VIEWER = {"query": "{viewer {scopes partner {name}}}"}
SELL = """mutation {policyRegister(input: {productVersionId: "x", device: {category: PHONE, brand: "x", model: "x",
  serialNumber: "x", purchasedOn: "2026-01-01", price: {amount: "1.00"}},
  customer: {fullName: "x", phone: "13812345678", mail: "x@example.com"}}) {errors {code}}}"""


@dataclass
class Client:
    """Asks for tokens and uses them."""

    http: httpx.AsyncClient

    async def ask(self, *basic: str, **form: str) -> httpx.Response:
        """A request for a token, with Basic authentication if an id and a secret are given."""
        headers = {"authorization": basic_of(*basic)} if basic else {}
        return await self.http.post(PATH, data=form, headers=headers)

    async def refused(self, status: int, error: str, *basic: str, **form: str) -> httpx.Response:
        """A request that is refused in the words of the standard."""
        answer = await self.ask(*basic, **form)
        assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
        assert set(answer.json()) == {"error", "error_description"}
        assert_guarded(answer)
        return answer

    async def query(self, token: str, body: Any = None) -> Any:
        """An answer of the API to a token."""
        headers = {"authorization": f"Bearer {token}"}
        return (await self.http.post("/graphql", json=body or VIEWER, headers=headers)).json()


def basic_of(client_id: str, secret: str) -> str:
    named = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(named.encode()).decode()}"


def assert_guarded(answer: httpx.Response) -> None:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["content-type"] == "application/json"


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[Client]:
    configured = settings().model_copy(update={"database_url": database_url, "read_pool": 2})
    app = create_app(configured)
    transport = httpx.ASGITransport(app, client=(ADDRESS, 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api.test") as http,
    ):
        yield Client(http)


async def key_of(*scopes: ApiScope, life: timedelta = timedelta(days=1)) -> tuple[IssuedKey, str, str]:
    """A key, its public part and its secret."""
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    issued = await issue_key(partner.partner_id, name="shop", scopes=scopes or ApiScope, life=life, actor=OFFICE)
    client_id, _, secret = issued.text.partition(".")
    return issued, client_id, secret


async def test_a_key_is_exchanged_for_a_token_of_ten_minutes_by_header_or_form(client: Client) -> None:
    key, client_id, secret = await key_of(ApiScope.READ, ApiScope.SELL)
    by_header = await client.ask(client_id, secret, grant_type=GRANT)
    by_form = await client.ask(grant_type=GRANT, client_id=client_id, client_secret=secret)
    for answer in (by_header, by_form):
        told = answer.json()
        assert answer.status_code == 200
        assert_guarded(answer)
        token = told.pop("access_token")
        assert told == {"token_type": "Bearer", "expires_in": 600, "scope": "READ SELL"}
        viewer = (await client.query(token))["data"]["viewer"]
        assert viewer == {"scopes": ["READ", "SELL"], "partner": {"name": "Shop"}}
        actor = read_token(token)
        assert actor is not None
        assert (actor.session_id, actor.roles) == (key.session_id, frozenset({Role.PARTNER}))
        assert secret not in token


async def test_a_token_has_fewer_scopes_where_fewer_are_asked_for(client: Client) -> None:
    _, client_id, secret = await key_of(ApiScope.READ, ApiScope.SELL)
    told = (await client.ask(client_id, secret, grant_type=GRANT, scope="READ READ")).json()
    assert told["scope"] == "READ"
    assert (await client.query(told["access_token"]))["data"]["viewer"]["partner"] == {"name": "Shop"}
    (error,) = (await client.query(told["access_token"], {"query": SELL}))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["scope"]) == ("FORBIDDEN", "SELL")
    all_of_them = (await client.ask(client_id, secret, grant_type=GRANT)).json()["access_token"]
    assert (await client.query(all_of_them, {"query": SELL}))["data"]["policyRegister"]["errors"]


@pytest.mark.parametrize("scope", ["CLAIM", "READ CLAIM", "read", "ADMIN", "READ,SELL"])
async def test_a_scope_that_the_key_has_not_is_refused(client: Client, scope: str) -> None:
    _, client_id, secret = await key_of(ApiScope.READ, ApiScope.SELL)
    answer = await client.refused(400, "invalid_scope", client_id, secret, grant_type=GRANT, scope=scope)
    assert answer.json()["error_description"] == "One of these: READ, SELL."


async def test_a_revoked_key_ends_its_tokens_at_once_and_gives_no_more(client: Client) -> None:
    key, client_id, secret = await key_of()
    token = (await client.ask(client_id, secret, grant_type=GRANT)).json()["access_token"]
    assert (await client.query(token))["data"]["viewer"]
    await revoke_key(key.session_id, reason="lost", expected_version=1, actor=await staff(Role.ADMIN))
    assert (await client.query(token))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await client.refused(401, "invalid_client", client_id, secret, grant_type=GRANT)


async def test_a_token_does_not_outlive_its_key(client: Client) -> None:
    key, client_id, secret = await key_of()
    await Session.filter(id=key.session_id).update(expires_at=clock.now() + timedelta(seconds=90))
    told = (await client.ask(client_id, secret, grant_type=GRANT)).json()
    assert 80 <= told["expires_in"] <= 90
    await Session.filter(id=key.session_id).update(expires_at=clock.now() - timedelta(seconds=1))
    await client.refused(401, "invalid_client", client_id, secret, grant_type=GRANT)


async def test_unknown_and_wrong_clients_are_answered_alike_and_challenged(client: Client) -> None:
    _, client_id, secret = await key_of()
    _, other, _ = await key_of()
    answers = [
        await client.refused(401, "invalid_client", *pair, grant_type=GRANT)
        for pair in (("pk_" + "0" * 32, secret), (client_id, secret[::-1]), (other, secret), ("", ""), ("é", "ü"))
    ]
    answers += [await client.refused(401, "invalid_client", grant_type=GRANT, client_id=client_id, client_secret="x")]
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["www-authenticate"][:6] for answer in answers} == {"Basic "}


@pytest.mark.parametrize("header", ["Bearer x", "Basic", "Basic !!!", "Basic eA==", "Digest y", "Basic /////w=="])
async def test_another_way_to_say_who_one_is_is_refused(client: Client, header: str) -> None:
    answer = await client.http.post(PATH, data={"grant_type": GRANT}, headers={"authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_a_client_that_names_nothing_is_unknown(client: Client) -> None:
    _, client_id, secret = await key_of()
    forms: list[dict[str, str]] = [{}, {"client_id": client_id}, {"client_secret": secret}]
    for form in (*forms, {"client_id": client_id, "client_secret": ""}):
        await client.refused(401, "invalid_client", grant_type=GRANT, **form)


async def test_a_client_says_in_one_way_only_who_it_is(client: Client) -> None:
    _, client_id, secret = await key_of()
    form = {"grant_type": GRANT, "client_id": client_id}
    await client.refused(400, "invalid_request", client_id, secret, client_secret=secret, **form)
    await client.refused(400, "invalid_request", client_id, secret, grant_type=GRANT, client_id="pk_other")
    assert (await client.ask(client_id, secret, **form)).status_code == 200


async def test_other_grants_and_malformed_requests_are_refused(client: Client) -> None:
    _, client_id, secret = await key_of()
    who = {"client_id": client_id, "client_secret": secret}
    for grant in ("password", "authorization_code", "refresh_token", "Client_Credentials"):
        await client.refused(400, "unsupported_grant_type", grant_type=grant, **who)
    await client.refused(400, "invalid_request", **who)
    await client.refused(400, "invalid_request", grant_type="", **who)
    await client.refused(400, "invalid_request", grant_type=GRANT, scope="x" * MOST, **who)
    form = f"grant_type={GRANT}&client_id={client_id}&client_secret={secret}".encode()
    kinds = {"content-type": "application/x-www-form-urlencoded"}
    for content, headers in (
        (form, {"content-type": "application/json"}), (form + b"&scope=READ&scope=READ", kinds), (form, {}),
        (b"&&&", kinds), (b"\xff\xfe", kinds), (b"grant_type=%ff", kinds), (b"", kinds),
    ):  # fmt: skip
        answer = await client.http.post(PATH, content=content, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), content
    assert (await client.http.post(PATH, content=form, headers=kinds)).status_code == 200
    assert (await client.http.get(PATH)).status_code == 405


async def test_a_client_is_locked_after_five_wrong_secrets_and_no_other_is(client: Client) -> None:
    _, client_id, secret = await key_of()
    _, other, theirs = await key_of()
    for _ in range(TRIES_AN_ACCOUNT):
        await client.refused(401, "invalid_client", client_id, "wrong", grant_type=GRANT)
    await client.refused(401, "invalid_client", client_id, secret, grant_type=GRANT)
    assert (await client.ask(other, theirs, grant_type=GRANT)).status_code == 200
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert (await client.ask(client_id, secret, grant_type=GRANT)).status_code == 200


async def test_a_client_that_asks_rightly_is_never_locked_and_an_address_is(client: Client) -> None:
    _, client_id, secret = await key_of()
    for _ in range(TRIES_AN_ACCOUNT * 2):
        assert (await client.ask(client_id, secret, grant_type=GRANT)).status_code == 200
    (counter,) = await SignInAttempt.all()
    assert counter.tries == TRIES_AN_ACCOUNT * 2
    for number in range(TRIES_AN_ORIGIN):
        await may_try(f"client:{number}", ADDRESS)
    await client.refused(401, "invalid_client", client_id, secret, grant_type=GRANT)


async def test_a_token_acts_for_nobody_but_its_partner(client: Client) -> None:
    _, client_id, secret = await key_of()
    token = (await client.ask(client_id, secret, grant_type=GRANT)).json()["access_token"]
    found = read_token(token)
    assert found is not None
    assert found == Actor(
        frozenset({Role.PARTNER}), partner_id=found.partner_id, session_id=found.session_id, scopes=frozenset(ApiScope)
    )
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert read_token(token) is None
