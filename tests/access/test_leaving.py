"""Leaving and coming back: out at once by one word, in again only without roles."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.access import leaving, sessions, signing_in
from domain.access.models import Session
from domain.access.refusals import SessionOver, SignInFailed
from domain.access.terms import EndReason
from domain.audit.models import AuditEntry
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.staff import changes
from domain.staff.models import Staff
from tests.access.test_sessions import is_live
from tests.factories.insured import insured, staff
from tests.factories.signed_in import PASSWORD, signed_in
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN])
async def test_who_leaves_is_signed_out_everywhere_at_once(database: str, role: Role) -> None:
    person, first = await signed_in(Role.FINANCE)
    second = await signing_in.staff_sign_in(person.email, PASSWORD)
    _, colleagues = await signed_in(Role.FINANCE)
    actor = await staff(role)
    await leaving.leave(person.id, reason="contract ended", expected_version=1, actor=actor)
    for granted in (first, second):
        assert not await is_live(database, granted.session_id, Role.FINANCE)
        assert (await Session.get(id=granted.session_id)).revoked_reason is EndReason.LEFT
        with pytest.raises(SessionOver):
            await sessions.refresh(granted.refresh_token)
    with pytest.raises(SignInFailed):
        await signing_in.staff_sign_in(person.email, PASSWORD)
    assert await is_live(database, colleagues.session_id, Role.FINANCE)
    entry = await AuditEntry.get(action="staff:leave", subject_id=person.id)
    assert (entry.actor, entry.reason) == (actor.label, "contract ended")


async def test_others_let_nobody_go_and_nobody_lets_himself_go() -> None:
    person, _ = await signed_in(Role.FINANCE)
    covered = await insured()
    for actor in (await staff(Role.COMPLIANCE), covered.customer, covered.partner, Actor.anonymous()):
        async with refused(Forbidden, "staff", "session"):
            await leaving.leave(person.id, reason="x", expected_version=1, actor=actor)
    admin = await staff(Role.ADMIN)
    assert admin.staff_id is not None
    async with refused(Forbidden, "staff", "session"):
        await leaving.leave(admin.staff_id, reason="x", expected_version=1, actor=admin)
    async with refused(StaleVersion, "staff", "session"):
        await leaving.leave(person.id, reason="x", expected_version=2, actor=admin)
    async with refused(NotFound, "staff", "session"):
        await leaving.leave(uuid4(), reason="x", expected_version=1, actor=admin)


async def test_who_comes_back_has_no_role_until_two_administrators_give_one(database: str) -> None:
    person, granted = await signed_in(Role.FINANCE, Role.ADMIN)
    first, second = await staff(Role.ADMIN), await staff(Role.ADMIN)
    await leaving.leave(person.id, reason="left", expected_version=1, actor=await staff(Role.HR))
    await leaving.come_back(person.id, reason="came back", expected_version=2, actor=first)
    row = await Staff.get(id=person.id)
    assert (row.active, row.roles, row.version) == (True, [], 3)
    assert not await is_live(database, granted.session_id, Role.FINANCE)
    again = await signing_in.staff_sign_in(person.email, PASSWORD)
    assert (await Session.get(id=again.session_id)).roles == []
    entry = await AuditEntry.get(action="staff:return", subject_id=person.id)
    assert (entry.before, entry.after) == ({"roles": ["ADMIN", "FINANCE"]}, {"roles": []})
    change_id = await changes.propose_roles(
        person.id, roles=[Role.SALES], reason="came back", expected_version=3, actor=first
    )
    assert (await Staff.get(id=person.id)).roles == []
    await changes.confirm(change_id, expected_version=1, actor=second)
    assert (await Staff.get(id=person.id)).roles == [Role.SALES]


async def test_only_administrators_take_somebody_back_and_each_step_is_taken_once() -> None:
    person, _ = await signed_in(Role.FINANCE)
    admin, personnel = await staff(Role.ADMIN), await staff(Role.HR)
    async with refused(IllegalStep, "staff", "session") as raised:
        await leaving.come_back(person.id, reason="x", expected_version=1, actor=admin)
    assert raised.value.allowed == ("LEAVE",)  # type: ignore[attr-defined]
    await leaving.leave(person.id, reason="left", expected_version=1, actor=personnel)
    async with refused(IllegalStep, "staff", "session") as raised:
        await leaving.leave(person.id, reason="x", expected_version=2, actor=personnel)
    assert raised.value.allowed == ()  # type: ignore[attr-defined]
    async with refused(Forbidden, "staff", "session"):
        await leaving.come_back(person.id, reason="x", expected_version=2, actor=personnel)
