"""`/session`: a browser's session in cookies that no script can read.

A page signs in by a mutation and gives the refresh token here once; from then on both tokens are cookies, renewed and
ended by requests without a body.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.bodies import read_body
from api.credentials import ACCESS_COOKIE, ANONYMOUS, Callers, cookie
from api.errors import Code, RequestError, in_language
from api.http import language
from domain.access import sessions
from domain.access.refusals import SessionOver
from domain.access.terms import SESSION_LIFE, TOKEN_LIFE, Granted
from domain.access.tokens import read_token
from domain.kernel.projection.wire import instant_text
from domain.kernel.retries import retrying

REFRESH_COOKIE = b"aftercare-refresh"
PATH = "/session"
LONGEST = 1_000  # bytes of a body


class CookieSessions:
    """Sets, renews and ends the cookies. `secure` keeps them off plain HTTP."""

    def __init__(self, callers: Callers, *, secure: bool) -> None:
        self.callers, self.secure = callers, secure

    @property
    def route(self) -> Route:
        """Where it is asked."""
        return Route(PATH, self.answer, methods=["POST", "DELETE"])

    async def answer(self, request: Request) -> Response:
        """POST sets or renews the cookies, DELETE signs out and takes them away."""
        headers = dict(request.scope["headers"])
        reader = language(headers.get(b"accept-language", b""))
        try:
            self.callers.expect_own_page(headers)
            token = await _given(request) or cookie(headers, REFRESH_COOKIE) or ""
            granted = await retrying(lambda: sessions.refresh(token))
        except RequestError as error:
            return _told(403, {"errors": in_language(error.errors, reader)})
        except SessionOver as over:
            told = {"message": over.message(reader), "extensions": {"code": Code.UNAUTHENTICATED.value}}
            return _without_cookies(_told(401, {"errors": [told]}))
        if request.method == "DELETE":
            actor = read_token(granted.access_token) or ANONYMOUS
            await retrying(lambda: sessions.end(actor=actor))
            return _without_cookies(Response(status_code=204))
        return self._with_cookies(granted, _told(200, {"expiresAt": instant_text(granted.expires_at)}))

    def _with_cookies(self, granted: Granted, response: Response) -> Response:
        response.set_cookie(
            ACCESS_COOKIE.decode(), granted.access_token, int(TOKEN_LIFE.total_seconds()),
            secure=self.secure, httponly=True, samesite="lax",
        )  # fmt: skip
        response.set_cookie(
            REFRESH_COOKIE.decode(), granted.refresh_token, int(SESSION_LIFE.total_seconds()),
            path=PATH, secure=self.secure, httponly=True, samesite="strict",
        )  # fmt: skip
        return response


def _without_cookies(response: Response) -> Response:
    response.delete_cookie(ACCESS_COOKIE.decode())
    response.delete_cookie(REFRESH_COOKIE.decode(), path=PATH)
    return response


def _told(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status, {"cache-control": "no-store"}, "application/json")


async def _given(request: Request) -> str | None:
    """The refresh token of a body `{"refreshToken": "…"}`, which a page has from signing in."""
    body = await read_body(request, LONGEST)
    if not body:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = value.get("refreshToken") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
