"""API keys of partners: a secret told once, kept as a hash, and a session that says whether it still counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from domain.access.models import ApiKey, Session
from domain.access.reading import SESSION
from domain.access.refusals import TooManyKeys
from domain.access.sessions import actor_of, add_session, revoke, subject_of
from domain.access.terms import KEY_LIFE, KEYS_A_PARTNER, ApiScope, EndReason, IssuedKey, Principal
from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.kernel.retries import retrying
from domain.kernel.rows import expect_version, lock_row, lock_visible
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind

_KEY = re.compile(r"pk_([0-9a-f]{32})\.[A-Za-z0-9_-]{43}")
MAX_NAME = 100
KEPT = 1_000

_proven: OrderedDict[bytes, Actor] = OrderedDict()
"""Keys whose secret was compared with the stored hash, by their digest, the least recently used first."""


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


async def authenticate_key(text: str) -> Actor | None:
    """The partner behind an API key, or None when there is none such.

    It proves the secret only. Whether the key still counts is tested by the statement that answers, like a session: so
    a key that was proven once need not be looked up again, and one that was revoked is refused at once.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    digest = _digest(text)
    known = _proven.get(digest)
    if known is not None:
        _proven.move_to_end(digest)
        return known
    return await retrying(lambda: _prove(UUID(hex=match[1]), digest))


async def _prove(key_id: UUID, digest: bytes) -> Actor | None:
    stored = await ApiKey.filter(id=key_id).first()
    # 32 random bytes are beyond guessing, so a plain hash protects them as well as a slow one would.
    if stored is None or not hmac.compare_digest(bytes(stored.key_hash), digest):
        return None
    actor = actor_of(await Session.get(id=key_id))
    _proven[digest] = actor
    if len(_proven) > KEPT:
        _proven.popitem(last=False)
    return actor


async def issue_key(
    partner_id: UUID, *, name: str, scopes: Iterable[ApiScope], life: timedelta = KEY_LIFE, actor: Actor
) -> IssuedKey:
    """Makes a key for a partner, which has two live ones at most: the one in use, and the one that replaces it.

    Administrators issue keys, not the partner: a stolen key could otherwise make itself a successor.

    Raises: Forbidden, NotFound, TooManyKeys; Invalid for a name, or a life, out of bounds, and without any scope.
    """
    if not actor.has(Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="access:issue_key")
    given = sorted(set(scopes))
    _expect_sensible(name, given, life)
    async with transaction():
        partner = await lock_row(Partner, partner_id)
        if partner is None:
            raise NotFound(kind="Partner")
        live = await Session.filter(partner_id=partner_id, revoked_at=None, expires_at__gt=clock.now()).count()
        if live >= KEYS_A_PARTNER:
            raise TooManyKeys(most=KEYS_A_PARTNER)
        session = await add_session(
            Principal.API_KEY, [_role(partner)], partner_id=partner_id, label=name.strip(), scopes=given, life=life
        )
        text = f"pk_{session.id.hex}.{base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}"
        await ApiKey.create(id=session.id, key_hash=_digest(text))
        told: dict[str, object] = {"partner_id": partner_id, "name": name, "scopes": given}
        await record("access:issue_key", subject_of(session), actor, after=told)
    return IssuedKey(session.id, text)


def _expect_sensible(name: str, scopes: list[ApiScope], life: timedelta) -> None:
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise Invalid("length", str(MAX_NAME), path=("input", "name"))
    if not scopes:
        raise Invalid("required", path=("input", "scopes"))
    if not timedelta(0) < life <= KEY_LIFE:
        raise Invalid("between", f"1 and {KEY_LIFE.days}", path=("input", "days"))


def _role(partner: Partner) -> Role:
    return Role.REPAIRER if partner.kind is PartnerKind.REPAIRER else Role.PARTNER


async def revoke_key(session_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Ends a key at once, by an administrator or by the partner itself. A revoked one is left as it is.

    Raises: NotFound, StaleVersion; Forbidden for other people's keys and for sessions that are no keys.
    """
    if not actor.has(Role.ADMIN, Role.PARTNER, Role.REPAIRER, Role.SYSTEM):
        raise Forbidden(permission="access:revoke_key")
    async with transaction():
        session = await lock_visible(Session, SESSION, session_id, actor)
        expect_version(session, expected_version)
        if session.principal is not Principal.API_KEY:
            raise Forbidden(permission="access:end_session")
        if session.revoked_at is None:
            await revoke(session, EndReason.KEY_REVOKED, actor, note=reason)
