"""Roles and limits: proposed by one administrator, confirmed by another, and never anybody's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import IntegrityError

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.staff import changes, joining
from domain.staff.authority import NOTHING, authority
from domain.staff.models import AuthorityLimit, Staff, StaffChange
from domain.staff.refusals import SecondAdministratorNeeded
from domain.staff.terms import AuthorityKind, ChangeState
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
TABLES = ("staff", "staff_change", "authority_limit")
CLAIMS, PAYOUTS = AuthorityKind.CLAIM_DECISION, AuthorityKind.PAYOUT_APPROVAL
FIRST, SECOND = Money.of("1000.00"), Money.of("200.00")
Propose = Callable[[UUID, Actor], Awaitable[UUID]]


async def roles_of(staff_id: UUID, actor: Actor) -> UUID:
    return await changes.propose_roles(staff_id, roles=[Role.FINANCE], reason="moved", expected_version=1, actor=actor)


async def limit_of(staff_id: UUID, actor: Actor) -> UUID:
    return await changes.propose_limit(staff_id, kind=CLAIMS, limit=FIRST, reason="trained", actor=actor)


async def limit_now(staff_id: UUID) -> Money:
    async with transaction():
        return await authority(staff_id, CLAIMS, clock.now())


PROPOSALS = pytest.mark.parametrize("propose", [roles_of, limit_of])


def id_of(actor: Actor) -> UUID:
    assert actor.staff_id is not None
    return actor.staff_id


async def colleague(role: Role = Role.CLAIMS_HANDLER) -> UUID:
    return id_of(await staff(role))


async def what_counts(staff_id: UUID) -> tuple[list[Role], Money]:
    return (await Staff.get(id=staff_id)).roles, await limit_now(staff_id)


@PROPOSALS
async def test_a_proposal_alone_changes_nothing(propose: Propose) -> None:
    staff_id = await colleague()
    change = await StaffChange.get(id=await propose(staff_id, await staff(Role.ADMIN)))
    assert (change.state, change.decider_id, change.decided_at) == (ChangeState.PROPOSED, None, None)
    assert await what_counts(staff_id) == ([Role.CLAIMS_HANDLER], NOTHING)


async def test_roles_count_once_another_administrator_confirmed_them() -> None:
    staff_id, first, second = await colleague(), await staff(Role.ADMIN), await staff(Role.ADMIN)
    await changes.confirm(await roles_of(staff_id, first), expected_version=1, actor=second)
    now = await Staff.get(id=staff_id)
    assert (now.roles, now.version) == ([Role.FINANCE], 2)
    proposed, confirmed = await AuditEntry.filter(action__startswith="staff_change:").order_by("id")
    assert (proposed.action, proposed.actor, proposed.reason) == ("staff_change:propose", first.label, "moved")
    assert (confirmed.action, confirmed.actor, confirmed.reason) == ("staff_change:confirm", second.label, "moved")
    assert (confirmed.before, confirmed.after) == ({"roles": ["CLAIMS_HANDLER"]}, {"roles": ["FINANCE"]})
    assert proposed.subject_id == confirmed.subject_id == staff_id


async def test_a_limit_counts_once_another_administrator_confirmed_it() -> None:
    staff_id, first, second = await colleague(), await staff(Role.ADMIN), await staff(Role.ADMIN)
    with clock.at(clock.now() - timedelta(days=1)):
        await changes.confirm(await limit_of(staff_id, first), expected_version=1, actor=second)
    change_id = await changes.propose_limit(staff_id, kind=CLAIMS, limit=SECOND, reason="errors", actor=second)
    assert await limit_now(staff_id) == FIRST
    await changes.confirm(change_id, expected_version=1, actor=first)
    assert await limit_now(staff_id) == SECOND
    assert [row.set_by for row in await AuthorityLimit.all().order_by("id")] == [second.staff_id, first.staff_id]
    entry = await AuditEntry.filter(action="staff_change:confirm").order_by("-id").first()
    assert entry is not None
    assert entry.before == {"kind": "CLAIM_DECISION", "limit": "1000.00 CNY"}
    assert entry.after == {"kind": "CLAIM_DECISION", "limit": "200.00 CNY"}


async def test_what_joining_proposed_is_confirmed_by_any_administrator_but_its_own() -> None:
    hr, admin = await staff(Role.HR), await staff(Role.ADMIN)
    for actor, others in ((hr, [admin]), (admin, [await staff(Role.ADMIN)])):
        email = f"{uuid4().hex}@insurer.example"
        staff_id = await joining.join(name="Li", email=email, roles=[Role.RISK], actor=actor)
        change = await StaffChange.get(staff_id=staff_id)
        if actor is admin:
            async with refused(SecondAdministratorNeeded, *TABLES):
                await changes.confirm(change.id, expected_version=1, actor=admin)
        await changes.confirm(change.id, expected_version=1, actor=others[0])
        assert (await Staff.get(id=staff_id)).roles == [Role.RISK]


@PROPOSALS
async def test_nobody_confirms_what_he_or_she_proposed_or_is_meant_by(propose: Propose) -> None:
    first, second = await staff(Role.ADMIN), await staff(Role.ADMIN)
    change_id = await propose(id_of(second), first)
    for actor in (first, second):
        async with refused(SecondAdministratorNeeded, *TABLES):
            await changes.confirm(change_id, expected_version=1, actor=actor)


@PROPOSALS
async def test_nobody_proposes_a_change_of_his_or_her_own(propose: Propose) -> None:
    admin = await staff(Role.ADMIN)
    async with refused(Forbidden, *TABLES):
        await propose(id_of(admin), admin)


@PROPOSALS
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
async def test_nobody_but_administrators_proposes_or_decides(propose: Propose, role: Role) -> None:
    staff_id, actor = await colleague(), await staff(role)
    seen = role in {Role.COMPLIANCE, Role.HR, Role.SYSTEM}
    async with refused(Forbidden, *TABLES):
        await propose(staff_id, actor)
    change_id = await propose(staff_id, await staff(Role.ADMIN))
    async with refused(Forbidden if seen else NotFound, *TABLES):
        await changes.confirm(change_id, expected_version=1, actor=actor)
    async with refused(Forbidden if seen else NotFound, *TABLES):
        await changes.reject(change_id, reason="x", expected_version=1, actor=actor)


@PROPOSALS
async def test_a_rejected_change_counts_for_nothing_and_makes_room(propose: Propose) -> None:
    staff_id, first, second = await colleague(), await staff(Role.ADMIN), await staff(Role.ADMIN)
    change_id = await propose(staff_id, first)
    await changes.reject(change_id, reason="a mistake", expected_version=1, actor=first)
    change_id = await propose(staff_id, first)
    change = await changes.reject(change_id, reason="not now", expected_version=1, actor=second)
    assert (change.state, change.decider_id) == (ChangeState.REJECTED, second.staff_id)
    assert (await StaffChange.get(id=change_id)).rejection_reason == "not now"
    assert await what_counts(staff_id) == ([Role.CLAIMS_HANDLER], NOTHING)
    async with refused(IllegalStep, *TABLES):
        await changes.confirm(change_id, expected_version=2, actor=second)


@PROPOSALS
async def test_one_change_of_a_kind_waits_for_one_person(propose: Propose) -> None:
    staff_id, admins = await colleague(), [await staff(Role.ADMIN) for _ in range(4)]
    outcomes = await asyncio.gather(*(propose(staff_id, each) for each in admins), return_exceptions=True)
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 3
    await propose(await colleague(), admins[0])
    await changes.propose_limit(staff_id, kind=PAYOUTS, limit=FIRST, reason="x", actor=admins[0])
    assert await StaffChange.all().count() == 3


async def test_a_change_is_confirmed_once() -> None:
    staff_id, first = await colleague(), await staff(Role.ADMIN)
    change_id, others = await limit_of(staff_id, first), [await staff(Role.ADMIN) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(changes.confirm(change_id, expected_version=1, actor=each) for each in others), return_exceptions=True
    )
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 3
    assert await AuthorityLimit.all().count() == 1


async def test_proposals_for_nobody_of_an_older_state_or_to_nothing_are_refused() -> None:
    staff_id, admin = await colleague(), await staff(Role.ADMIN)
    for propose in (roles_of, limit_of):
        async with refused(NotFound, *TABLES):
            await propose(uuid4(), admin)
    async with refused(StaleVersion, *TABLES):
        await changes.propose_roles(staff_id, roles=[Role.RISK], reason="x", expected_version=2, actor=admin)
    wrong: tuple[list[Role], ...] = ([], [Role.CUSTOMER], [Role.SYSTEM, Role.RISK])
    for roles in wrong:
        async with refused(Invalid, *TABLES) as raised:
            await changes.propose_roles(staff_id, roles=roles, reason="x", expected_version=1, actor=admin)
        assert raised.value.path == ("input", "roles")
    async with refused(Invalid, *TABLES) as raised:
        await changes.propose_limit(staff_id, kind=CLAIMS, limit=Money(-1), reason="x", actor=admin)
    assert raised.value.path == ("input", "limit")
    async with refused(NotFound, *TABLES):
        await changes.confirm(uuid4(), expected_version=1, actor=admin)


async def test_the_database_itself_wants_a_second_person() -> None:
    staff_id, first = await colleague(), await staff(Role.ADMIN)
    change_id, now = await limit_of(staff_id, first), clock.now()
    for decider in (first.staff_id, staff_id):
        with pytest.raises(IntegrityError, match="staff_change_second_person"):
            await _decided(change_id, decider, now)
    with pytest.raises(IntegrityError, match="staff_change_decided_whole"):
        await _decided(change_id, None, now)
    with pytest.raises(IntegrityError, match="staff_change_not_ones_own"):
        await StaffChange.filter(id=change_id).update(proposer_id=staff_id)
    with pytest.raises(IntegrityError, match="staff_change_whole"):
        await StaffChange.filter(id=change_id).update(limit_minor=None)


async def _decided(change_id: UUID, decider: UUID | None, at: Any) -> None:
    await StaffChange.filter(id=change_id).update(state=ChangeState.CONFIRMED, decider_id=decider, decided_at=at)
