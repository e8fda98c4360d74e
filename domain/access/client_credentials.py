"""Client credentials: a partner's system exchanges its API key for a short access token, of fewer scopes if it asks so.

The client is the key: its public part is the client's id, the rest its secret. The token is of the key's session, so
whatever ends the key ends the token. Source: RFC 6749, 4.4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from domain.access.attempts import forget_tries, may_try
from domain.access.keys import authenticate_key
from domain.access.models import Session
from domain.access.refusals import SignInFailed
from domain.access.tokens import issue_token
from domain.kernel import clock
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token that is not renewed but asked for again; `life` is how long it counts."""

    text: str = field(repr=False)
    life: timedelta
    scopes: tuple[str, ...]


async def grant(
    client_id: str, client_secret: str, *, scopes: Collection[str] = (), origin: str | None = None
) -> AccessToken:
    """An access token for a key, with these scopes of it, or with all when none are named.

    Raises: SignInFailed for an unknown, wrong, ended or expired key, and after five tries in 15 minutes; Invalid for a
    scope that the key has not.
    """
    account = f"client:{client_id}"
    allowed = await may_try(account, origin)
    actor = await authenticate_key(f"{client_id}.{client_secret}")
    session = await Session.filter(id=actor.session_id).first() if actor else None
    if session is None or not allowed or session.revoked_at is not None or session.expires_at <= clock.now():
        raise SignInFailed
    async with transaction():
        await forget_tries(account)
    if not set(scopes) <= set(session.scopes):
        raise Invalid("one_of", ", ".join(session.scopes), path=("scope",))
    granted, now = tuple(sorted(set(scopes or session.scopes))), clock.now()
    text, expires_at = issue_token(session, at=now, scopes=granted)
    return AccessToken(text, expires_at - now, granted)
