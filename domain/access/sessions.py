"""Sessions: opened by signing in, renewed by a refresh token that is worth one renewal, ended at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F

from domain.access.models import Session, SessionSecret
from domain.access.reading import SESSION
from domain.access.refusals import SessionOver
from domain.access.signing import signing_keys
from domain.access.terms import IDLE_LIFE, SESSION_LIFE, TOKEN_LIFE, ApiScope, EndReason, Granted, Principal
from domain.access.tokens import issue_token
from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden
from domain.kernel.rows import lock_row, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import Staff

_REFRESH = re.compile(r"rt_([0-9a-f]{32})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{22})")
MAC_BYTES = 16


def subject_of(session: Session) -> Subject:
    """The session as other rooms name it."""
    return Subject(SubjectKind.SESSION, session.id)


def actor_of(session: Session) -> Actor:
    """Who acts in a session."""
    return Actor(
        frozenset(map(Role, session.roles)),
        staff_id=session.staff_id,
        customer_id=session.customer_id,
        partner_id=session.partner_id,
        session_id=session.id,
        scopes=frozenset(session.scopes) if session.principal is Principal.API_KEY else None,
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _macs(head: str) -> list[str]:
    """What proves that we made a token, by the present key and by former ones."""
    keys = signing_keys(b"aftercare refresh tokens")
    return [_text(hmac.digest(key, head.encode(), "sha256")[:MAC_BYTES]) for key in keys]


def _new_refresh_token(session_id: UUID) -> str:
    """A fresh token. It is signed, so that a former one of ours is told from a guess."""
    head = f"rt_{session_id.hex}.{_text(os.urandom(32))}"
    return f"{head}.{_macs(head)[0]}"


def _session_named(token: str) -> UUID | None:
    """The session of a refresh token that we made, present or former."""
    match = _REFRESH.fullmatch(token)
    if match is None:
        return None
    ours = [hmac.compare_digest(mac, match[3]) for mac in _macs(token.rpartition(".")[0])]
    return UUID(hex=match[1]) if any(ours) else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def open_session(
    principal: Principal, roles: list[Role], *, staff_id: UUID | None = None, customer_id: UUID | None = None
) -> Granted:
    """Opens the session of somebody who has just proven who he or she is, in the current transaction."""
    session = await add_session(principal, roles, staff_id=staff_id, customer_id=customer_id)
    token = _new_refresh_token(session.id)
    await SessionSecret.create(session_id=session.id, refresh_hash=_hash(token))
    await record("access:sign_in", subject_of(session), actor_of(session), after={"principal": principal})
    return _granted(session, token)


async def add_session(
    principal: Principal,
    roles: list[Role],
    *,
    staff_id: UUID | None = None,
    customer_id: UUID | None = None,
    partner_id: UUID | None = None,
    label: str | None = None,
    scopes: Sequence[ApiScope] = (),
    life: timedelta = SESSION_LIFE,
) -> Session:
    """The row of a session, in the current transaction."""
    return await Session.create(
        principal=principal,
        roles=roles,
        staff_id=staff_id,
        customer_id=customer_id,
        partner_id=partner_id,
        label=label,
        scopes=list(scopes),
        expires_at=clock.now() + life,
    )


def _granted(session: Session, refresh_token: str) -> Granted:
    access_token, expires_at = issue_token(session, at=clock.now())
    return Granted(session.id, access_token, refresh_token, expires_at)


async def refresh(refresh_token: str) -> Granted:
    """New tokens for a refresh token, which is worth nothing from then on; staff get the roles they have now.

    A token of ours that comes a second time was stolen from, or by, whoever used it first: the session ends for both.
    A client that lost the answer has to sign in again, and so has one that was idle for half an hour.

    Raises: SessionOver.
    """
    session_id = _session_named(refresh_token)
    if session_id is None:
        raise SessionOver
    async with transaction():
        granted = await _renew(session_id, refresh_token)
    if granted is None:
        raise SessionOver
    return granted


async def _renew(session_id: UUID, refresh_token: str) -> Granted | None:
    """The renewed session, or None once it is over; what ends it here stays ended, so nothing is raised."""
    session = await lock_row(Session, session_id)
    if session is None or session.revoked_at is not None or session.expires_at <= clock.now():
        return None
    secret = await SessionSecret.get(session_id=session.id)
    staff = await Staff.get(id=session.staff_id) if session.staff_id is not None else None
    why = _why_over(session, secret, refresh_token, staff)
    if why is not None:
        await revoke(session, why, actor_of(session))
        return None
    session.roles = session.roles if staff is None else staff.roles
    token = _new_refresh_token(session.id)
    secret.refresh_hash = _hash(token)
    await secret.save(update_fields=["refresh_hash"])
    session.refreshed_at = clock.now()
    await save_changes(session, "roles", "refreshed_at")
    return _granted(session, token)


def _why_over(session: Session, secret: SessionSecret, refresh_token: str, staff: Staff | None) -> EndReason | None:
    """Why a session is not to be renewed, if so."""
    if not hmac.compare_digest(bytes(secret.refresh_hash), _hash(refresh_token)):
        return EndReason.TOKEN_REUSED
    if (session.refreshed_at or session.created_at) + TOKEN_LIFE + IDLE_LIFE <= clock.now():
        return EndReason.IDLE
    return EndReason.LEFT if staff is not None and not staff.active else None


async def revoke(session: Session, why: EndReason, actor: Actor, note: str | None = None) -> None:
    """Ends a locked session, in the current transaction: the next statement of any request of it answers no more."""
    session.revoked_at, session.revoked_reason = clock.now(), why
    await save_changes(session, "revoked_at", "revoked_reason")
    await record("access:end_session", subject_of(session), actor, after={"reason": why}, reason=note)


async def end_sessions_of(staff_id: UUID, why: EndReason) -> None:
    """Ends all sessions of a member of staff, in the current transaction, which records why it does."""
    await Session.filter(staff_id=staff_id, revoked_at=None).update(
        revoked_at=clock.now(), revoked_reason=why, version=F("version") + 1
    )


async def end(session_id: UUID | None = None, *, actor: Actor) -> UUID:
    """Signs out: ends the actor's present session, or the one that is named. One that is over is left as it is.

    People end their own sessions, administrators those of all staff. API keys are revoked instead.

    Raises: NotFound; Forbidden for an API key.
    """
    async with transaction():
        session = await lock_visible(Session, SESSION, session_id or actor.session_id, actor)
        if session.principal is Principal.API_KEY:
            raise Forbidden(permission="access:revoke_key")
        if session.revoked_at is None:
            await revoke(session, EndReason.SIGNED_OUT, actor)
    return session.id
