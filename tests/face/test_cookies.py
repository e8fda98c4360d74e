"""A browser's session in cookies: scripts cannot read it, other pages cannot use it, and it ends when it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from domain.access.passwords import set_password
from domain.access.refusals import SessionOver
from domain.kernel.actor import Actor, Role
from domain.staff.models import Staff
from tests.face.conftest import GRAPHQL, Face, running
from tests.factories.insured import staff

PASSWORD = "a password of tests"
APP = "https://app.example"
OWN = {"x-aftercare-csrf": "1"}
WHO = {"query": "{ viewer { staff { email } } }"}
SIGN_IN = "mutation($input: StaffSignInInput!) { staffSignIn(input: $input) { refreshToken accessToken } }"
COOKIES = ("aftercare-access", "aftercare-refresh")


@pytest.fixture
async def face(database_url: str) -> AsyncIterator[Face]:
    """The application behind HTTPS, with one listed origin."""
    async with running(database_url, origins=APP, public_url="https://aftercare.example") as found:
        found.client.base_url = httpx.URL("https://face")
        yield found


async def person() -> Staff:
    """Somebody with a password."""
    actor = await staff(Role.SALES)
    assert actor.staff_id is not None
    await set_password(actor.staff_id, password=PASSWORD, actor=Actor.system("test"))
    return await Staff.get(id=actor.staff_id)


async def signed_in(face: Face, email: str) -> httpx.Response:
    """What `/session` answers to a page that has just signed in; the client keeps the cookies."""
    told = await face.post({"query": SIGN_IN, "variables": {"input": {"email": email, "password": PASSWORD}}})
    token = told.json()["data"]["staffSignIn"]["refreshToken"]
    return await face.client.post("/session", json={"refreshToken": token}, headers=OWN)


async def who(face: Face, **headers: str) -> httpx.Response:
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return await face.client.post("/graphql", json=WHO, headers={"accept": GRAPHQL} | told)


async def test_both_tokens_are_cookies_that_no_script_and_no_plain_connection_gets(face: Face) -> None:
    answer = await signed_in(face, (await person()).email)
    assert set(answer.json()) == {"expiresAt"}
    access, refresh = answer.headers.get_list("set-cookie")
    for cookie, path, site in ((access, "/", "lax"), (refresh, "/session", "strict")):
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "secure", f"path={path}", f"samesite={site}"} <= parts
    assert answer.headers["cache-control"] == "no-store"


async def test_the_cookie_says_who_asks_to_pages_of_ours_alone(face: Face) -> None:
    email = (await person()).email
    await signed_in(face, email)
    own = await who(face, x_aftercare_csrf="1")
    assert own.json()["data"] == {"viewer": {"staff": {"email": email}}}
    for origin in (APP, "https://face"):
        assert "data" in (await who(face, x_aftercare_csrf="1", origin=origin)).json()
    evil = {"x_aftercare_csrf": "1", "origin": "https://evil.example"}
    foreign: tuple[dict[str, str], ...] = ({}, {"origin": APP}, {"origin": "null"}, evil)
    for headers in foreign:
        refused = await who(face, **headers)
        assert refused.status_code == 403
        assert "data" not in refused.json()
    got = await face.client.get("/graphql", params=WHO, headers={"accept": GRAPHQL})
    assert got.status_code == 403


async def test_renewing_changes_both_and_a_stolen_former_one_ends_the_session(face: Face) -> None:
    await signed_in(face, (await person()).email)
    former = face.client.cookies["aftercare-refresh"]
    assert (await face.client.post("/session", headers=OWN)).status_code == 200
    assert face.client.cookies["aftercare-refresh"] != former
    assert "data" in (await who(face, x_aftercare_csrf="1")).json()
    stolen = await face.client.post("/session", json={"refreshToken": former}, headers=OWN)
    assert stolen.status_code == 401
    assert [name for name in COOKIES if name in face.client.cookies] == []


async def test_signing_out_ends_the_session_and_takes_the_cookies_away(face: Face) -> None:
    await signed_in(face, (await person()).email)
    kept = face.client.cookies["aftercare-access"]
    assert (await face.client.delete("/session", headers=OWN)).status_code == 204
    assert [name for name in COOKIES if name in face.client.cookies] == []
    again = await who(face, x_aftercare_csrf="1", cookie=f"aftercare-access={kept}")
    assert again.status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"5", b'{"refreshToken": 5}', b'{"refreshToken": "rt_x"}', b"x" * 2_000])
async def test_without_a_token_there_is_no_session(face: Face, body: bytes) -> None:
    assert (await face.client.post("/session", content=body, headers=OWN)).status_code == 401
    assert (await face.client.delete("/session", headers=OWN)).status_code == 401


async def test_other_pages_neither_renew_nor_end_it(face: Face) -> None:
    await signed_in(face, (await person()).email)
    for method in ("POST", "DELETE"):
        for headers in ({}, OWN | {"origin": "https://evil.example"}):
            assert (await face.client.request(method, "/session", headers=headers)).status_code == 403
    assert (await face.client.get("/session", headers=OWN)).status_code == 405
    assert "data" in (await who(face, x_aftercare_csrf="1")).json()


async def test_a_token_in_the_header_counts_before_the_cookie(face: Face) -> None:
    await signed_in(face, (await person()).email)
    assert (await who(face, authorization="Bearer nonsense")).status_code == 401


async def test_refusals_are_told_in_the_reader_s_language(face: Face) -> None:
    chinese = {"accept-language": "zh-CN"}
    over = await face.client.post("/session", content=b"", headers=OWN | chinese)
    assert over.json()["errors"][0]["message"] == SessionOver().message("zh")
    foreign = await face.client.post("/session", headers=chinese)
    assert foreign.json()["errors"][0]["message"].startswith("没有权限（")
