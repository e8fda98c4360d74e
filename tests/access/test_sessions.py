"""Sessions: renewed by a token that is worth one renewal, ended at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.access import sessions, signing_in
from domain.access.models import Session, SessionSecret
from domain.access.reading import SESSION, session_live_sql
from domain.access.refusals import SessionOver
from domain.access.terms import IDLE_LIFE, SESSION_LIFE, TOKEN_LIFE, EndReason, Granted
from domain.access.tokens import read_token
from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import NotFound
from domain.migrating import READER, SECRETS
from domain.staff import changes
from domain.staff.models import Staff
from tests.factories.insured import insured, staff
from tests.factories.readers import plan_of, rows_seen
from tests.factories.signed_in import code_sent_to, customer_of, signed_in
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def is_live(url: str, session_id: UUID, *roles: Role) -> bool:
    """The test of every answer to a token with these roles, asked as the readers' role."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"SET ROLE {READER}")
        return bool(await connection.fetchval("SELECT " + session_live_sql(roles).format(id="$1::uuid"), session_id))
    finally:
        await connection.close()


def actor_of(granted: Granted) -> Actor:
    found = read_token(granted.access_token)
    assert found is not None
    return found


async def test_a_session_is_renewed_and_the_former_token_is_worth_nothing(database: str) -> None:
    _, granted = await signed_in(Role.FINANCE)
    renewed = await sessions.refresh(granted.refresh_token)
    assert renewed.refresh_token != granted.refresh_token
    assert actor_of(renewed) == actor_of(granted)
    assert await is_live(database, granted.session_id)
    again = await sessions.refresh(renewed.refresh_token)
    assert again.session_id == granted.session_id


async def test_a_token_that_comes_twice_ends_the_session_for_both(database: str) -> None:
    _, granted = await signed_in()
    renewed = await sessions.refresh(granted.refresh_token)
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)
    assert not await is_live(database, granted.session_id)
    assert (await Session.get(id=granted.session_id)).revoked_reason is EndReason.TOKEN_REUSED
    with pytest.raises(SessionOver):
        await sessions.refresh(renewed.refresh_token)
    assert await AuditEntry.filter(action="access:end_session", subject_id=granted.session_id).count() == 1


async def test_the_oldest_token_is_recognised_as_well() -> None:
    _, granted = await signed_in()
    token = granted.refresh_token
    for _ in range(3):
        token = (await sessions.refresh(token)).refresh_token
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)
    assert (await Session.get(id=granted.session_id)).revoked_reason is EndReason.TOKEN_REUSED


async def test_a_guess_does_not_end_anybodys_session(database: str) -> None:
    _, granted = await signed_in()
    head, secret, mac = granted.refresh_token.split(".")
    swapped = secret[::-1]
    for guess in ("", "rt_", f"{head}.{swapped}.{mac}", f"{head}.{secret}.{mac[::-1]}", granted.access_token):
        with pytest.raises(SessionOver):
            await sessions.refresh(guess)
    assert await is_live(database, granted.session_id)


async def test_of_two_renewals_at_once_one_is_a_theft() -> None:
    _, granted = await signed_in()
    outcomes = await asyncio.gather(
        *(sessions.refresh(granted.refresh_token) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Granted", "SessionOver"]
    assert (await Session.get(id=granted.session_id)).revoked_reason is EndReason.TOKEN_REUSED


async def test_a_session_ends_by_itself_after_twelve_hours_however_often_it_is_renewed(database: str) -> None:
    _, granted = await signed_in()
    began, renewed = clock.now(), granted
    for minutes in range(30, 12 * 60, 30):
        with clock.at(began + timedelta(minutes=minutes)):
            renewed = await sessions.refresh(renewed.refresh_token)
    with clock.at(began + SESSION_LIFE - timedelta(minutes=5)):
        renewed = await sessions.refresh(renewed.refresh_token)
        assert renewed.expires_at - began <= SESSION_LIFE
    with clock.at(began + SESSION_LIFE), pytest.raises(SessionOver):
        await sessions.refresh(renewed.refresh_token)
    await Session.filter(id=granted.session_id).update(expires_at=began)
    assert not await is_live(database, granted.session_id)


@pytest.mark.parametrize("idle", [IDLE_LIFE + TOKEN_LIFE, SESSION_LIFE - timedelta(minutes=1)])
async def test_a_session_that_lay_idle_for_half_an_hour_is_over(idle: timedelta) -> None:
    _, granted = await signed_in()
    customer_id, mail = await customer_of()
    await signing_in.request_code(mail)
    customers = await signing_in.customer_sign_in(mail, await code_sent_to(customer_id))
    for each in (granted, customers):
        with clock.at(clock.now() + idle), pytest.raises(SessionOver):
            await sessions.refresh(each.refresh_token)
        assert (await Session.get(id=each.session_id)).revoked_reason is EndReason.IDLE


async def test_idleness_counts_from_the_last_renewal_and_one_second_less_is_none() -> None:
    _, granted = await signed_in()
    almost = IDLE_LIFE + TOKEN_LIFE - timedelta(seconds=1)
    began = clock.now()
    with clock.at(began + almost):
        renewed = await sessions.refresh(granted.refresh_token)
    with clock.at(began + almost * 2):
        renewed = await sessions.refresh(renewed.refresh_token)
    with clock.at(began + almost * 3 + timedelta(seconds=5)), pytest.raises(SessionOver):
        await sessions.refresh(renewed.refresh_token)


async def test_changed_roles_count_at_once_and_are_those_of_the_next_renewal(database: str) -> None:
    person, granted = await signed_in(Role.FINANCE)
    row = await Staff.get(id=person.id)
    change_id = await changes.propose_roles(
        person.id, roles=[Role.SALES], reason="moved", expected_version=row.version, actor=await staff(Role.ADMIN)
    )
    assert await is_live(database, granted.session_id)
    await changes.confirm(change_id, expected_version=1, actor=await staff(Role.ADMIN))
    assert not await is_live(database, granted.session_id)
    renewed = await sessions.refresh(granted.refresh_token)
    assert actor_of(renewed).roles == {Role.SALES}
    assert await is_live(database, granted.session_id, Role.SALES)
    assert not await is_live(database, granted.session_id, Role.FINANCE)


async def test_who_left_is_out_at_once(database: str) -> None:
    person, granted = await signed_in()
    await Staff.filter(id=person.id).update(active=False)
    assert not await is_live(database, granted.session_id)
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)
    assert (await Session.get(id=granted.session_id)).revoked_reason is EndReason.LEFT


async def test_signing_out_counts_at_once_and_a_second_time_changes_nothing(database: str) -> None:
    _, granted = await signed_in()
    actor = actor_of(granted)
    await sessions.end(actor=actor)
    assert not await is_live(database, granted.session_id)
    version = (await Session.get(id=granted.session_id)).version
    await sessions.end(actor=actor)
    assert (await Session.get(id=granted.session_id)).version == version
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)


async def test_people_end_their_own_sessions_and_administrators_those_of_staff(database: str) -> None:
    person, first = await signed_in()
    _, strangers = await signed_in()
    async with refused(NotFound):
        await sessions.end(strangers.session_id, actor=actor_of(first))
    async with refused(NotFound):
        await sessions.end(actor=Actor.anonymous())
    assert await is_live(database, strangers.session_id)
    await sessions.end(strangers.session_id, actor=await staff(Role.ADMIN))
    assert not await is_live(database, strangers.session_id)
    assert await is_live(database, first.session_id)
    assert person.id == actor_of(first).staff_id


async def test_everybody_reads_his_or_her_own_sessions() -> None:
    person, granted = await signed_in()
    await signed_in()
    covered = await insured()
    (row,) = await rows_seen(SESSION, actor_of(granted))
    assert (row["principal"], row["is_live"], row["roles"]) == ("STAFF", True, ["CUSTOMER_SERVICE"])
    assert await rows_seen(SESSION, covered.customer) == await rows_seen(SESSION, covered.partner) == []
    assert len(await rows_seen(SESSION, await staff(Role.ADMIN))) == 2
    assert person.id is not None


async def test_readers_cannot_read_what_proves_something(database: str) -> None:
    _, granted = await signed_in()
    secret = await SessionSecret.get(session_id=granted.session_id)
    assert len(secret.refresh_hash) == 32
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f"SET ROLE {READER}")
        assert await connection.fetchval("SELECT count(*) FROM session") == 1
        for table in SECRETS:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {table}")
    finally:
        await connection.close()


async def test_every_list_is_read_from_an_index_in_its_order() -> None:
    _, granted = await signed_in()
    covered = await insured()
    for actor in (actor_of(granted), covered.customer, covered.partner, await staff(Role.ADMIN)):
        plan = await plan_of(SESSION, actor, "RECORDED")
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
