"""Signing in and out. Tokens and keys are told in these answers only; a mutation that gets none tells why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import strawberry

from api.access.inputs import (
    ApiKeyIssueInput,
    ApiKeyRevokeInput,
    CustomerRequestCodeInput,
    CustomerSignInInput,
    SessionEndInput,
    SessionRefreshInput,
    StaffSignInInput,
)
from api.access.types import Session
from api.changes import Changed, change, changed
from api.inputs import row_id, value_of
from domain.access import keys, sessions, signing_in
from domain.access.reading import SESSION
from domain.access.terms import Granted
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.projection.wire import instant_text
from domain.partners.reading import PARTNER

TOKENS: dict[str, Any] = {"access_token": str, "refresh_token": str, "expires_at": datetime}


def _told(granted: Granted) -> Changed:
    values = {
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "expires_at": instant_text(granted.expires_at),
    }
    return Changed(values=values)


@change(keyed=False, **TOKENS)
async def staff_sign_in(given: StaffSignInInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Signs a member of staff in: an access token for ten minutes, and a refresh token to renew it up to 12 hours."""
    return _told(await signing_in.staff_sign_in(given.email, given.password))


@change(keyed=False, sent=bool)
async def customer_request_code(given: CustomerRequestCodeInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Sends a one-time code to a mail address, if it is known; the answer is the same if it is not."""
    await signing_in.request_code(
        given.mail, partner_code=value_of(given.partner_code), phone=value_of(given.phone)
    )
    return Changed(values={"sent": True})


@change(keyed=False, **TOKENS)
async def customer_sign_in(given: CustomerSignInInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Signs a customer in by the newest one-time code."""
    return _told(await signing_in.customer_sign_in(given.mail, given.code))


@change(keyed=False, **TOKENS)
async def session_refresh(given: SessionRefreshInput, actor: Actor) -> Changed:  # noqa: ARG001 - the token says who
    """Renews a session. A refresh token that comes twice ends it, since one of its two users has stolen it."""
    return _told(await sessions.refresh(given.refresh_token))


@change(Role.CUSTOMER, *STAFF_ROLES, keyed=False, ended=bool)
async def session_end(given: SessionEndInput, actor: Actor) -> Changed:
    """Signs out, at once: whoever has a token of the session is not answered any more, not even in this request."""
    named = value_of(given.session_id)
    await sessions.end(row_id(SESSION.prefix, named) if named is not None else None, actor=actor)
    return Changed(values={"ended": True})


@change(Role.ADMIN, session=Session, api_key=str)
async def api_key_issue(given: ApiKeyIssueInput, actor: Actor) -> Changed:
    """Makes an API key for a partner, which has two live ones at most; `apiKey` is told once, never by a replay."""
    issued = await keys.issue_key(
        row_id(PARTNER.prefix, given.partner_id), name=given.name, life=timedelta(days=given.days), actor=actor
    )
    return Changed(ids={"session": issued.session_id}, values={"api_key": issued.text})


@change(Role.ADMIN, Role.PARTNER, Role.REPAIRER, session=Session)
async def api_key_revoke(given: ApiKeyRevokeInput, actor: Actor) -> Changed:
    """Ends an API key, at once; a partner may end its own."""
    session_id = row_id(SESSION.prefix, given.session_id)
    await keys.revoke_key(session_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(session=session_id)


@strawberry.type
class AccessMutations:
    """Changes of access."""

    staff_sign_in = staff_sign_in
    customer_request_code = customer_request_code
    customer_sign_in = customer_sign_in
    session_refresh = session_refresh
    session_end = session_end
    api_key_issue = api_key_issue
    api_key_revoke = api_key_revoke
