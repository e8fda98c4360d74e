"""Who calls: the bearer of an access token or an API key, or nobody."""

from __future__ import annotations

from collections.abc import Mapping

from api.errors import Code, RequestError
from domain.access.keys import authenticate_key
from domain.access.tokens import read_token
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
    if scheme.lower() == "bearer":
        found = await authenticate_key(text) if text.startswith("pk_") else read_token(text)
        if found is not None:
            return found
    raise RequestError.of(Code.UNAUTHENTICATED, "This access token is not valid; sign in again.")
