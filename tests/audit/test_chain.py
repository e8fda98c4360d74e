"""The chain of the audit: what is changed afterwards shows."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.audit import chain
from domain.audit.entries import record
from domain.audit.models import AuditEntry, AuditSeal
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind

SYSTEM = Actor.system("test")


async def entries(count: int) -> list[UUID]:
    for number in range(count):
        async with transaction():
            subject = Subject(SubjectKind.CLAIM, uuid4())
            await record("claim:approve", subject, SYSTEM, before={"n": number}, after={"text": "字 😀"}, reason="why")
    return [entry.id for entry in await AuditEntry.all().order_by("id")]


async def tamper(url: str, statement: str, *arguments: object) -> None:
    """Somebody with all rights over the database changes it behind the application's back."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(statement, *arguments)
    await connection.close()


async def test_new_entries_are_linked_once_and_in_order(database: str) -> None:
    await entries(3)
    assert await chain.seal() == 3
    assert await chain.seal() == 0
    await entries(2)
    assert await chain.seal() == 2
    assert [link.seq for link in await AuditSeal.all().order_by("seq")] == [1, 2, 3, 4, 5]
    assert await chain.verify() == chain.Verdict(5, None)


async def test_two_sealers_at_once_make_one_chain(database: str) -> None:
    await entries(20)
    assert sum(await asyncio.gather(*(chain.seal() for _ in range(4)))) == 20
    assert await chain.verify() == chain.Verdict(20, None)


async def test_an_entry_that_committed_late_is_linked_behind_later_ones(database: str) -> None:
    found = await entries(1)
    await chain.seal()
    early = UUID(int=(found[0].int >> 80 << 80) - (60_000 << 80))
    await AuditEntry.create(
        id=early, actor="system:test", action="claim:late", subject_kind=SubjectKind.CLAIM, subject_id=uuid4()
    )
    assert await chain.seal() == 1
    assert (await AuditSeal.get(seq=2)).entry_id == early


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other' WHERE id = $1",
        "UPDATE audit_entry SET after = '{}' WHERE id = $1",
        "UPDATE audit_entry SET at = at + interval '1 ms' WHERE id = $1",
        "DELETE FROM audit_entry WHERE id = $1",
        "DELETE FROM audit_seal WHERE entry_id = $1",
        "UPDATE audit_seal SET hash = sha256(hash) WHERE entry_id = $1",
    ],
)
async def test_a_change_behind_the_applications_back_names_the_first_bad_link(database: str, statement: str) -> None:
    found = await entries(4)
    await chain.seal()
    await tamper(database, statement, found[2])
    assert await chain.verify() == chain.Verdict(2, 3)


async def test_swapped_entries_are_found(database: str) -> None:
    found = await entries(3)
    await chain.seal()
    swap = "UPDATE audit_seal SET entry_id = CASE entry_id WHEN $1 THEN $2 ELSE $1 END WHERE entry_id IN ($1, $2)"
    await tamper(database, "ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_entry_key")
    try:
        await tamper(database, swap, found[0], found[1])
        assert await chain.verify() == chain.Verdict(0, 1)
    finally:
        await tamper(database, "TRUNCATE audit_seal")
        await tamper(database, "ALTER TABLE audit_seal ADD CONSTRAINT audit_seal_entry_key UNIQUE (entry_id)")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_application_can_only_add(database: str, table: str, statement: str) -> None:
    await entries(1)
    await chain.seal()
    connection = await asyncpg.connect(database)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement.format(table))
    await connection.close()
