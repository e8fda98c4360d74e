"""API keys: issued to a partner, told once, replaced without a gap, revoked at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.access.keys import authenticate_key, issue_key, revoke_key
from domain.access.models import ApiKey, Session
from domain.access.refusals import TooManyKeys
from domain.access.sessions import end
from domain.access.terms import KEY_LIFE, ApiScope, EndReason, IssuedKey, Principal
from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind
from tests.access.test_sessions import is_live
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def partner_id() -> UUID:
    found = (await partner_with_a_book()).partner_id
    assert found is not None
    return found


async def issued(owner: UUID | None = None, name: str = "web shop") -> IssuedKey:
    return await issue_key(owner or await partner_id(), scopes=ApiScope, name=name, actor=await staff(Role.ADMIN))


async def test_a_key_says_which_partner_calls_and_in_which_session(database: str) -> None:
    owner = await partner_id()
    key = await issued(owner)
    actor = Actor(
        frozenset({Role.PARTNER}), partner_id=owner, session_id=key.session_id, scopes=frozenset(ApiScope)
    )
    assert await authenticate_key(key.text) == actor
    assert await authenticate_key(key.text) == actor
    session = await Session.get(id=key.session_id)
    assert (session.principal, session.label) == (Principal.API_KEY, "web shop")
    assert abs(session.expires_at - clock.now() - KEY_LIFE) < timedelta(minutes=1)
    assert await is_live(database, key.session_id)


async def test_the_key_is_stored_nowhere() -> None:
    key = await issued()
    secret = key.text.partition(".")[2]
    stored = await ApiKey.get(id=key.session_id)
    assert secret.encode() not in bytes(stored.key_hash)
    entry = await AuditEntry.get(action="access:issue_key", subject_id=key.session_id)
    assert secret not in f"{entry.after}"
    assert secret not in repr(key)


async def test_what_is_no_key_of_ours_is_refused() -> None:
    key, other = await issued(), await issued()
    head, secret = key.text.split(".")
    for text in ("", "pk_", head, f"{head}.", f"{head}.{secret[:-1]}", f"{head}.{secret}x", f"{head}.{secret[::-1]}",
                 f"{other.text.split('.')[0]}.{secret}", f"pk_{uuid4().hex}.{secret}", key.text.upper()):  # fmt: skip
        assert await authenticate_key(text) is None
    assert await authenticate_key(key.text) is not None


async def test_a_repairer_acts_as_one() -> None:
    owner = await partner_id()
    await Partner.filter(id=owner).update(kind=PartnerKind.REPAIRER)
    actor = await authenticate_key((await issued(owner)).text)
    assert actor is not None
    assert actor.roles == {Role.REPAIRER}


async def test_a_partner_has_two_live_keys_at_most_even_when_they_are_asked_for_at_once() -> None:
    owner, admin = await partner_id(), await staff(Role.ADMIN)
    outcomes = await asyncio.gather(
        *(issue_key(owner, scopes=ApiScope, name=f"key {number}", actor=admin) for number in range(5)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["IssuedKey"] * 2 + ["TooManyKeys"] * 3
    async with refused(TooManyKeys):
        await issue_key(owner, scopes=ApiScope, name="one more", actor=admin)
    keys = [each for each in outcomes if isinstance(each, IssuedKey)]
    await revoke_key(keys[0].session_id, reason="replaced", expected_version=1, actor=admin)
    await issue_key(owner, scopes=ApiScope, name="one more", actor=admin)


async def test_only_administrators_issue_keys_and_only_sensible_ones() -> None:
    owner = await partner_id()
    partner = Actor(frozenset({Role.PARTNER}), partner_id=owner)
    for actor in (partner, await staff(Role.SALES), Actor.anonymous()):
        async with refused(Forbidden):
            await issue_key(owner, scopes=ApiScope, name="mine", actor=actor)
    admin = await staff(Role.ADMIN)
    for name, life in ((" ", KEY_LIFE), ("x" * 101, KEY_LIFE), ("x", timedelta(0)), ("x", KEY_LIFE * 2)):
        async with refused(Invalid):
            await issue_key(owner, scopes=ApiScope, name=name, life=life, actor=admin)
    async with refused(NotFound):
        await issue_key(uuid4(), scopes=ApiScope, name="x", actor=admin)
    assert not await Session.filter(partner_id=owner).exists()


async def test_a_revoked_key_is_over_at_once_although_it_was_proven_before(database: str) -> None:
    owner = await partner_id()
    key = await issued(owner)
    actor = await authenticate_key(key.text)
    assert actor is not None
    await revoke_key(key.session_id, reason="lost", expected_version=1, actor=actor)
    assert not await is_live(database, key.session_id)
    session = await Session.get(id=key.session_id)
    assert session.revoked_reason is EndReason.KEY_REVOKED
    entry = await AuditEntry.get(action="access:end_session", subject_id=key.session_id)
    assert (entry.actor, entry.reason) == (f"partner:{owner}", "lost")
    await revoke_key(key.session_id, reason="again", expected_version=session.version, actor=await staff(Role.ADMIN))
    assert (await Session.get(id=key.session_id)).version == session.version


async def test_nobody_revokes_the_keys_of_others() -> None:
    key = await issued()
    stranger = Actor(frozenset({Role.PARTNER}), partner_id=await partner_id())
    seller, admin = await staff(Role.SALES), await staff(Role.ADMIN)
    async with refused(NotFound):
        await revoke_key(key.session_id, reason="x", expected_version=1, actor=stranger)
    async with refused(Forbidden):
        await revoke_key(key.session_id, reason="x", expected_version=1, actor=seller)
    async with refused(StaleVersion):
        await revoke_key(key.session_id, reason="x", expected_version=2, actor=admin)
    async with refused(Forbidden):
        await end(key.session_id, actor=admin)
    assert (await Session.get(id=key.session_id)).revoked_at is None
