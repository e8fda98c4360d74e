"""Access tokens: short JWTs that say who calls and in which session; reading one takes no database.

A token proves who signed in. Whether the session still counts is asked by the statement that answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from domain.access.models import Session
from domain.access.signing import keys_of, secrets_text
from domain.access.terms import TOKEN_LIFE, Principal
from domain.kernel import clock
from domain.kernel.actor import Actor, Role

ALGORITHM = "HS256"
ISSUER = "aftercare"
AUDIENCE = "aftercare-api"
MAX_LENGTH = 2048
KEPT = 10_000  # tokens whose signature was checked; about 3 kB each
IDS = ("staff_id", "customer_id", "partner_id")
CHECKS: Options = {"require": ["exp", "iat", "iss", "aud", "sid"], "verify_exp": False, "verify_iat": False}


def _ring(secrets: str) -> dict[str, bytes]:
    """Every key that a token may be signed with, by its id; the present one first."""
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in keys_of(secrets, b"aftercare access tokens")}


def issue_token(
    session: Session, *, at: datetime, scopes: Collection[str] | None = None
) -> tuple[str, datetime]:
    """An access token of a session, and the instant in which it is over; `scopes` are fewer than the session's."""
    expires_at = min(at + TOKEN_LIFE, session.expires_at)
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "sid": session.id.hex,
        "kind": session.principal,
        "roles": list(session.roles),
    }
    if session.principal is Principal.API_KEY:
        claims["scope"] = " ".join(sorted(session.scopes if scopes is None else scopes))
    claims |= {name: found.hex for name in IDS if (found := getattr(session, name)) is not None}
    key_id, key = next(iter(_ring(secrets_text()).items()))
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id}), expires_at


def read_token(text: str) -> Actor | None:
    """Who calls with this token, or None when it is malformed, forged, for somebody else, or over."""
    found = _genuine(text)
    return found[0] if found is not None and clock.seconds() < found[1] else None


def is_expired(text: str) -> bool:
    """Whether a token is one of ours and over. Nothing is told of a forged one."""
    found = _genuine(text)
    return found is not None and clock.seconds() >= found[1]


def _genuine(text: str) -> tuple[Actor, int] | None:
    """What a token of ours says, and when it is over, whether it is over or not."""
    if len(text) > MAX_LENGTH:
        return None
    try:
        return _verified(text, secrets_text())
    except (jwt.InvalidTokenError, ValueError, TypeError, KeyError, AttributeError):
        return None


@lru_cache(maxsize=KEPT)
def _verified(text: str, secrets: str) -> tuple[Actor, int]:
    """What a token says, its signature checked, and when it is over. A wrong one raises and is not kept."""
    key = _ring(secrets).get(jwt.get_unverified_header(text).get("kid", ""))
    if key is None:
        raise ValueError("signed with no key of ours")
    claims = jwt.decode(text, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=CHECKS)
    staff_id, customer_id, partner_id = (UUID(hex=claims[name]) if name in claims else None for name in IDS)
    roles = frozenset(Role(each) for each in claims["roles"])
    scopes = frozenset(claims["scope"].split()) if partner_id is not None else None
    actor = Actor(roles, staff_id, customer_id, partner_id, session_id=UUID(hex=claims["sid"]), scopes=scopes)
    return actor, int(claims["exp"])
