"""Access tokens: what a good one says, and every bad one that is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from domain.access.models import Session
from domain.access.signing import keys_of, secrets_text, signing_keys
from domain.access.terms import TOKEN_LIFE, ApiScope, Principal
from domain.access.tokens import AUDIENCE, ISSUER, is_expired, issue_token, read_token
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id
from domain.kernel.settings import settings

PURPOSE = b"aftercare access tokens"


def session(**changes: Any) -> Session:
    usual: dict[str, Any] = {
        "id": new_id(), "principal": Principal.STAFF, "staff_id": uuid4(), "customer_id": None, "partner_id": None,
        "roles": [Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER], "expires_at": clock.now() + timedelta(hours=12),
    }  # fmt: skip
    return Session(**usual | changes)


def token(found: Session | None = None) -> str:
    return issue_token(found or session(), at=clock.now())[0]


def claims_of(text: str) -> dict[str, Any]:
    return jwt.decode(text, options={"verify_signature": False})


def signed(claims: dict[str, Any], *, key: bytes | None = None, kid: object = None, algorithm: str = "HS256") -> str:
    headers = {"kid": kid or jwt.get_unverified_header(token())["kid"]}
    return jwt.encode(claims, key or signing_keys(PURPOSE)[0], algorithm, headers=headers)


@pytest.fixture
def other_secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Lets a test set the secret anew."""
    former = secrets_text()
    fresh = uuid4().hex + uuid4().hex
    monkeypatch.setenv("AFTERCARE_SECRET_KEY", f"{fresh},{former}")
    settings.cache_clear()
    yield fresh
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("principal", "name", "role"),
    [
        (Principal.STAFF, "staff_id", Role.FINANCE),
        (Principal.CUSTOMER, "customer_id", Role.CUSTOMER),
        (Principal.API_KEY, "partner_id", Role.PARTNER),
    ],
)
def test_a_token_says_who_calls_and_in_which_session(principal: Principal, name: str, role: Role) -> None:
    who: dict[str, Any] = {"staff_id": None, "customer_id": None, "partner_id": None, name: uuid4()}
    scopes = [ApiScope.READ, ApiScope.SELL] if principal is Principal.API_KEY else []
    found = session(principal=principal, roles=[role], scopes=scopes, **who)
    actor = read_token(token(found))
    assert actor == Actor(frozenset({role}), session_id=found.id, scopes=frozenset(scopes) or None, **who)


def test_a_token_has_its_session_s_scopes_or_fewer_of_them() -> None:
    scopes_of_key = [ApiScope.READ, ApiScope.SELL]
    found = session(principal=Principal.API_KEY, staff_id=None, partner_id=uuid4(), scopes=scopes_of_key)
    for scopes, expected in ((None, {"READ", "SELL"}), (["SELL"], {"SELL"}), ([], set())):
        actor = read_token(issue_token(found, at=clock.now(), scopes=scopes)[0])
        assert actor is not None
        assert actor.scopes == frozenset(expected)
    claims = claims_of(token(found))
    assert read_token(signed(claims)) is not None
    del claims["scope"]
    assert read_token(signed(claims)) is None


def test_a_token_is_over_after_ten_minutes_and_never_outlives_its_session() -> None:
    found = session()
    text, expires_at = issue_token(found, at=clock.now())
    assert expires_at - clock.now() <= TOKEN_LIFE
    with clock.at(clock.now() + TOKEN_LIFE - timedelta(seconds=2)):
        assert read_token(text) is not None
    with clock.at(clock.now() + TOKEN_LIFE):
        assert read_token(text) is None
    _, soon = issue_token(session(expires_at=clock.now() + timedelta(minutes=1)), at=clock.now())
    assert soon - clock.now() <= timedelta(minutes=1)


def test_a_token_that_was_read_before_is_over_in_time_as_well() -> None:
    text = token()
    assert read_token(text) is not None
    with clock.at(clock.now() + TOKEN_LIFE):
        assert read_token(text) is None


def test_only_a_token_of_ours_is_told_to_be_over() -> None:
    text = token()
    assert not is_expired(text)
    with clock.at(clock.now() + TOKEN_LIFE):
        assert is_expired(text)
        assert not is_expired(signed(claims_of(text), key=b"y" * 32))
        assert not is_expired(text + "x" * 3_000)
        assert not is_expired("nonsense")


def test_a_token_without_a_signature_is_refused() -> None:
    kid = jwt.get_unverified_header(token())["kid"]
    bare = jwt.encode(claims_of(token()), "", "none", headers={"kid": kid})
    assert read_token(bare) is None
    head, body, _ = token().split(".")
    assert read_token(f"{head}.{body}.") is None


def test_a_token_of_another_key_is_refused_whatever_key_it_names() -> None:
    claims = claims_of(token())
    assert read_token(signed(claims)) is not None
    assert read_token(signed(claims, key=b"x" * 32)) is None
    assert read_token(signed(claims, kid="00000000")) is None
    assert read_token(signed(claims, key=signing_keys(b"aftercare refresh tokens")[0])) is None
    assert read_token(signed(claims, key=signing_keys(PURPOSE)[0] * 2, algorithm="HS512")) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody-else"}, {"iss": "somebody-else"}, {"aud": None}, {"exp": None}, {"sid": None}, {"sid": "no"},
        {"roles": ["OWNER"]}, {"roles": 7}, {"roles": None}, {"staff_id": "no"}, {"exp": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    claims = {name: value for name, value in (claims_of(token()) | changes).items() if value is not None}
    assert (claims_of(token())["aud"], claims_of(token())["iss"]) == (AUDIENCE, ISSUER)
    assert read_token(signed(claims)) is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.ü.ö", "x" * 5000, "...", "eyJ.eyJ.x", "pk_1.2"])
def test_what_is_no_token_is_refused(text: str) -> None:
    assert read_token(text) is None


def test_a_former_secret_still_verifies_and_a_dropped_one_does_not(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    before = token()
    fresh = request.getfixturevalue("other_secret")
    after = token()
    assert jwt.get_unverified_header(after)["kid"] != jwt.get_unverified_header(before)["kid"]
    assert read_token(before) is not None
    assert read_token(after) is not None
    monkeypatch.setenv("AFTERCARE_SECRET_KEY", fresh)
    settings.cache_clear()
    assert read_token(before) is None
    assert read_token(after) is not None


def test_keys_of_different_purposes_and_secrets_differ() -> None:
    keys = {keys_of(secret, purpose)[0] for secret in ("a" * 32, "b" * 32) for purpose in (b"one", b"two")}
    assert len(keys) == 4


def test_reading_a_token_again_costs_less_than_ten_microseconds() -> None:
    text = token()
    rounds = []
    for _ in range(7):
        begun = time.perf_counter()
        for _ in range(2000):
            read_token(text)
        rounds.append((time.perf_counter() - begun) / 2000)
    assert min(rounds) < 10e-6
