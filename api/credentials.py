"""Who calls: the bearer of an access token or an API key, or nobody."""

from __future__ import annotations

from collections.abc import Mapping

from api.errors import Code, RequestError
from domain.access.keys import authenticate_key
from domain.access.tokens import is_expired, read_token
from domain.kernel.actor import Actor

ANONYMOUS = Actor.anonymous()


async def actor_of(headers: Mapping[bytes, bytes]) -> Actor:
    """The caller behind a request's `Authorization` header; without one, somebody anonymous.

    Whether the session is still live is tested by the statement that answers.
    Raises: RequestError with UNAUTHENTICATED for a token that is malformed, forged or over.
    """
    header = headers.get(b"authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, text = header.decode("latin-1").partition(" ")
    found: Actor | None = None
    fault = "This access token is not valid; sign in again."
    if scheme.lower() == "bearer" and text.startswith("pk_"):
        found, fault = await authenticate_key(text), "This API key is not valid."
    elif scheme.lower() == "bearer":
        found = read_token(text)
        if found is None and is_expired(text):
            fault = "This access token has expired; renew it with sessionRefresh or sign in again."
    if found is None:
        raise RequestError.of(Code.UNAUTHENTICATED, fault)
    return found
