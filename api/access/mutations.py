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
    StaffConfirmTotpInput,
    StaffLeaveInput,
    StaffRemoveTotpInput,
    StaffRequestPasswordInput,
    StaffReturnInput,
    StaffSetPasswordInput,
    StaffSignInInput,
    StaffStartTotpInput,
)
from api.access.types import Session
from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.origin import origin
from api.staff.types import Staff
from domain.access import keys, leaving, resetting, sessions, signing_in, totp
from domain.access.reading import SESSION
from domain.access.terms import ApiScope, Granted
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.projection.wire import instant_text
from domain.partners.reading import PARTNER
from domain.staff.lifecycle import PRESENCE_LIFECYCLE
from domain.staff.reading import STAFF
from domain.staff.terms import PresenceAction

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
    code = value_of(given.code)
    return _told(await signing_in.staff_sign_in(given.email, given.password, code, origin=origin.get()))


@change(keyed=False, sent=bool)
async def staff_request_password(given: StaffRequestPasswordInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody
    """Sends a code to set a password, if the address is one of the staff; the answer is the same if it is not."""
    await resetting.request_password(given.email, origin=origin.get())
    return Changed(values={"sent": True})


@change(keyed=False, done=bool)
async def staff_set_password(given: StaffSetPasswordInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Sets a password by the newest code, and ends all sessions of its owner."""
    await resetting.set_own_password(given.email, given.code, given.password, origin=origin.get())
    return Changed(values={"done": True})


@change(*STAFF_ROLES, keyed=False, otpauth_uri=str)
async def staff_start_totp(given: StaffStartTotpInput, actor: Actor) -> Changed:
    """Makes a second factor for oneself 动态口令; `otpauthUri`, for an app to read, is told this once."""
    uri = await totp.start(given.password, actor=actor, origin=origin.get())
    return Changed(values={"otpauth_uri": uri})


@change(*STAFF_ROLES, confirmed=bool)
async def staff_confirm_totp(given: StaffConfirmTotpInput, actor: Actor) -> Changed:
    """Lets one's second factor count: from now on signing in needs a code of it."""
    await totp.confirm(given.code, actor=actor, origin=origin.get())
    return Changed(values={"confirmed": True})


@change(Role.ADMIN, staff=Staff)
async def staff_remove_totp(given: StaffRemoveTotpInput, actor: Actor) -> Changed:
    """Takes the second factor from somebody who lost it; not from oneself."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    await totp.remove(staff_id, reason=given.reason, actor=actor)
    return changed(staff=staff_id)


@change(*takers(PRESENCE_LIFECYCLE, PresenceAction.LEAVE), staff=Staff)
async def staff_leave(given: StaffLeaveInput, actor: Actor) -> Changed:
    """Lets somebody go 离职: he or she is signed out everywhere at once, and cannot sign in again."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    await leaving.leave(staff_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(staff=staff_id)


@change(*takers(PRESENCE_LIFECYCLE, PresenceAction.RETURN), staff=Staff)
async def staff_return(given: StaffReturnInput, actor: Actor) -> Changed:
    """Takes somebody on again 复职, without any role: one is proposed and confirmed as for everybody."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    await leaving.come_back(staff_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(staff=staff_id)


@change(keyed=False, sent=bool)
async def customer_request_code(given: CustomerRequestCodeInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Sends a one-time code to a mail address, if it is known; the answer is the same if it is not."""
    await signing_in.request_code(
        given.mail, partner_code=value_of(given.partner_code), phone=value_of(given.phone), origin=origin.get()
    )
    return Changed(values={"sent": True})


@change(keyed=False, **TOKENS)
async def customer_sign_in(given: CustomerSignInInput, actor: Actor) -> Changed:  # noqa: ARG001 - nobody yet
    """Signs a customer in by the newest one-time code."""
    return _told(await signing_in.customer_sign_in(given.mail, given.code, origin=origin.get()))


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
    partner_id, life = row_id(PARTNER.prefix, given.partner_id), timedelta(days=given.days)
    issued = await keys.issue_key(partner_id, name=given.name, scopes=given.scopes, life=life, actor=actor)
    return Changed(ids={"session": issued.session_id}, values={"api_key": issued.text})


@change(Role.ADMIN, Role.PARTNER, Role.REPAIRER, scope=ApiScope.KEYS, session=Session)
async def api_key_revoke(given: ApiKeyRevokeInput, actor: Actor) -> Changed:
    """Ends an API key, at once; a partner may end its own."""
    session_id = row_id(SESSION.prefix, given.session_id)
    await keys.revoke_key(session_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(session=session_id)


@strawberry.type
class AccessMutations:
    """Changes of access."""

    staff_sign_in = staff_sign_in
    staff_request_password = staff_request_password
    staff_set_password = staff_set_password
    staff_start_totp = staff_start_totp
    staff_confirm_totp = staff_confirm_totp
    staff_remove_totp = staff_remove_totp
    staff_leave = staff_leave
    staff_return = staff_return
    customer_request_code = customer_request_code
    customer_sign_in = customer_sign_in
    session_refresh = session_refresh
    session_end = session_end
    api_key_issue = api_key_issue
    api_key_revoke = api_key_revoke
