"""OAuth 2 for partners' systems: the token endpoint, which knows client credentials only (RFC 6749, 4.4 and 5)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import read_body
from api.origin import origin_of
from domain.access import client_credentials
from domain.access.client_credentials import AccessToken
from domain.access.refusals import SignInFailed
from domain.kernel.refusals import Invalid
from domain.kernel.retries import retrying

PATH = "/oauth/token"
FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
MOST = 4_096  # bytes of a request
GUARDS = {"cache-control": "no-store", "pragma": "no-cache", "x-content-type-options": "nosniff"}
CHALLENGE = {"www-authenticate": 'Basic realm="aftercare", charset="UTF-8"'}
UNKNOWN_CLIENT = "The client is unknown, its secret is wrong, or its key has ended."


@dataclass(frozen=True)
class TokenError(Exception):
    """Why there is no token: a code of RFC 6749, 5.2, and a sentence."""

    code: str
    description: str


class TokenEndpoint:
    """The endpoint behind so many proxies."""

    def __init__(self, proxies: int) -> None:
        self.proxies = proxies

    async def answer(self, request: Request) -> Response:
        """Answers one request for a token."""
        try:
            return _granted(await self._grant(request))
        except TokenError as error:
            return _refused(error.code, error.description)
        except SignInFailed:
            return _refused("invalid_client", UNKNOWN_CLIENT)
        except Invalid as fault:
            return _refused("invalid_scope", str(fault))
        except (ConnectionError, TimeoutError):
            return _refused("temporarily_unavailable", "Try again in a moment.")

    async def _grant(self, request: Request) -> AccessToken:
        form = await _form(request)
        if "grant_type" not in form:
            raise TokenError("invalid_request", "grant_type is missing.")
        if form["grant_type"] != GRANT:
            raise TokenError("unsupported_grant_type", f"Only {GRANT} is answered.")
        client_id, secret = _client(request.headers.get("authorization"), form)
        scopes, origin = form.get("scope", "").split(), origin_of(request.scope, self.proxies)
        return await retrying(lambda: client_credentials.grant(client_id, secret, scopes=scopes, origin=origin))


def routes(proxies: int) -> list[BaseRoute]:
    """The route of the token endpoint."""
    return [Route(PATH, TokenEndpoint(proxies).answer, methods=["POST"])]


async def _form(request: Request) -> Mapping[str, str]:
    """The parameters; one without a value is as if it were not there."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read_body(request, MOST)
    if kind != FORM or body is None:
        raise TokenError("invalid_request", f"Send {FORM} of {MOST} bytes at most.")
    try:
        pairs = parse_qsl(body.decode(), strict_parsing=bool(body), errors="strict")
    except ValueError:
        raise TokenError("invalid_request", "The form is malformed.") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise TokenError("invalid_request", "A parameter stands there twice.")
    return form


def _client(header: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the header or from the form, but not from both."""
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise TokenError("invalid_client", "The client names no id or no secret.")
        return form["client_id"], form["client_secret"]
    found = _basic(header)
    if found is None:
        raise TokenError("invalid_client", "The header Authorization is not of the scheme Basic.")
    if "client_secret" in form or form.get("client_id", found[0]) != found[0]:
        raise TokenError("invalid_request", "The client is named in two ways.")
    return found


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, text = header.partition(" ")
    try:
        named, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (unquote_plus(named), unquote_plus(secret)) if scheme.lower() == "basic" and colon else None


def _granted(token: AccessToken) -> Response:
    told = {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(token.life.total_seconds()),
        "scope": " ".join(token.scopes),
    }
    return JSONResponse(told, headers=GUARDS)


def _refused(code: str, description: str) -> Response:
    status = {"invalid_client": 401, "temporarily_unavailable": 503}.get(code, 400)
    headers = GUARDS | CHALLENGE if code == "invalid_client" else GUARDS
    return JSONResponse({"error": code, "error_description": description}, status, headers=headers)
