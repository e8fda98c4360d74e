"""Who calls: the bearer of an access token or an API key, a browser with the cookie of a session, or nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from api.errors import Code, RequestError
from domain.access.keys import authenticate_key
from domain.access.tokens import is_expired, read_token
from domain.kernel.actor import Actor

ANONYMOUS = Actor.anonymous()
ACCESS_COOKIE = b"aftercare-access"
OWN_PAGE = b"x-aftercare-csrf"
"""A header that no form can send, and no page of another origin without having been allowed to."""


class Origins:
    """The pages that may act from a browser: those of our own host, and of the origins that are listed."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self.listed = frozenset(map(_origin, listed))

    def welcome(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request comes from one of them; programs that are no browsers name no origin."""
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        host = headers.get(b"host", b"").decode("latin-1").lower()
        return not origin or origin in self.listed or (bool(host) and urlsplit(origin).netloc == host)


def _origin(url: str) -> str:
    """The part of an address by which browsers name where a page comes from."""
    parts = urlsplit(url.lower())
    return f"{parts.scheme}://{parts.netloc}"


class Callers:
    """Finds the caller of a request. `origins` are those whose pages may use the cookie, beside our own."""

    def __init__(self, origins: Collection[str] = ()) -> None:
        self.origins = Origins(origins)

    async def __call__(self, headers: Mapping[bytes, bytes]) -> Actor:
        """The caller behind a request's `Authorization` header, or else its cookie; without either, somebody anonymous.

        Whether the session is still live is tested by the statement that answers.
        Raises: RequestError with UNAUTHENTICATED for a token that is malformed, forged or over; with FORBIDDEN for a
        cookie that comes from another page than ours.
        """
        header = headers.get(b"authorization")
        if header is not None:
            scheme, _, text = header.decode("latin-1").partition(" ")
            return await bearer(text) if scheme.lower() == "bearer" else _refuse(NOT_VALID)
        kept = cookie(headers, ACCESS_COOKIE) if ACCESS_COOKIE in headers.get(b"cookie", b"") else None
        if not kept:
            return ANONYMOUS
        self.expect_own_page(headers)
        return await bearer(kept)

    def expect_own_page(self, headers: Mapping[bytes, bytes]) -> None:
        """Lets pages of ours and of the listed origins use the cookie, which browsers send along from any page.

        Raises: RequestError with FORBIDDEN.
        """
        if OWN_PAGE not in headers or not self.origins.welcome(headers):
            text = "A session in a cookie is for pages of ours: send the header X-Aftercare-Csrf, from a listed origin."
            raise RequestError.of(Code.FORBIDDEN, text)


NOT_VALID = "This access token is not valid; sign in again."
EXPIRED = "This access token has expired; renew it with sessionRefresh or sign in again."


async def bearer(text: str) -> Actor:
    """The caller that an access token or an API key names.

    Raises: RequestError with UNAUTHENTICATED.
    """
    if text.startswith("pk_"):
        return await authenticate_key(text) or _refuse("This API key is not valid.")
    return read_token(text) or _refuse(EXPIRED if is_expired(text) else NOT_VALID)


def cookie(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    """The value of a cookie."""
    for part in headers.get(b"cookie", b"").split(b";"):
        key, _, value = part.strip().partition(b"=")
        if key == name:
            return value.decode("latin-1")
    return None


def _refuse(fault: str) -> Actor:
    raise RequestError.of(Code.UNAUTHENTICATED, fault)
