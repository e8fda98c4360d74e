"""What is reviewed or was sold stands: the database itself refuses to change the terms of what has left its draft."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from domain.kernel.actor import Role
from domain.products import review
from domain.products.models import ProductVersion
from domain.products.terms import Exclusion, VersionState
from tests.factories.insured import staff, version_drafted, version_in_review, version_on_sale

STANDS = "never change"
PARTS = ("product_peril", "product_exclusion", "product_relativity")
FREE = {"product_version": {"state", "version"}, **{part: {"sold"} for part in PARTS}}
OF_REVIEW = {"review_finding", "released_by", "released_at"}
"""What compliance writes while a version is in review."""
STATES = sorted(set(VersionState) - {VersionState.DRAFT})
EXCLUSIONS = (Exclusion("WEAR", "自然磨损。", "Wear and tear."),)
OTHERWISE = {
    "boolean": "NOT {}", "integer": "coalesce({}, 0) + 1", "bigint": "coalesce({}, 0) + 1", "numeric": "{} / 2 + 0.13",
    "character varying": "coalesce({}, '') || 'x'", "uuid": "gen_random_uuid()",
    "timestamp with time zone": "coalesce({}, now()) + interval '1 day'",
}  # fmt: skip


async def run(statement: str, *arguments: object) -> list[dict[str, Any]]:
    return await Tortoise.get_connection("default").execute_query_dict(statement, list(arguments))


async def stored() -> dict[str, list[dict[str, Any]]]:
    return {table: await run(f"SELECT * FROM {table} ORDER BY id") for table in FREE}


async def columns(table: str) -> dict[str, str]:
    """Every column of a table with an expression for another value of it."""
    rows = await run("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1", table)
    return {row["column_name"]: OTHERWISE[row["data_type"]].format(row["column_name"]) for row in rows}


async def changing(table: str, version_id: UUID, column: str, value: str) -> None:
    key = "id" if table == "product_version" else "product_version_id"
    await run(f"UPDATE {table} SET {column} = {value} WHERE {key} = $1", version_id)


async def standing(state: VersionState) -> UUID:
    """A version that has left its draft."""
    if state is VersionState.IN_REVIEW:
        return await version_in_review(exclusions=EXCLUSIONS)
    version_id = await version_on_sale(exclusions=EXCLUSIONS)
    if state is VersionState.WITHDRAWN:
        await review.withdraw(version_id, reason="old", expected_version=3, actor=await staff(Role.COMPLIANCE))
    return version_id


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("table", FREE)
async def test_no_column_of_what_stands_changes_by_a_plain_update(
    database: str, table: str, state: VersionState
) -> None:
    version_id = await standing(state)
    before = await stored()
    free = FREE[table] | (OF_REVIEW if state is VersionState.IN_REVIEW else set())
    guarded = {name: value for name, value in (await columns(table)).items() if name not in free}
    assert len(guarded) >= 5
    for column, value in guarded.items():
        with pytest.raises((OperationalError, IntegrityError), match=STANDS):
            await changing(table, version_id, column, value)
    assert await stored() == before


@pytest.mark.parametrize("table", FREE)
async def test_every_column_of_a_draft_but_its_keys_may_still_change(database: str, table: str) -> None:
    version_id = await version_drafted(exclusions=EXCLUSIONS)
    keys = {"id", "product_id", "product_version_id", "state", "currency", "peril"}
    keys |= {"submitted_by", "submitted_at", "released_by", "released_at"}  # each goes with another
    free = {name: value for name, value in (await columns(table)).items() if name not in keys}
    for column, value in free.items():
        before = await stored()
        await changing(table, version_id, column, value)
        assert await stored() != before, column


@pytest.mark.parametrize("state", STATES)
async def test_nothing_is_added_to_or_taken_from_what_stands(database: str, state: VersionState) -> None:
    version_id, draft_id = await standing(state), await version_drafted(exclusions=EXCLUSIONS)
    before = await stored()
    for table in PARTS:
        for statement, argument in (
            (f"DELETE FROM {table} WHERE product_version_id = $1", version_id),
            (f"UPDATE {table} SET product_version_id = '{version_id}' WHERE product_version_id = $1", draft_id),
        ):
            with pytest.raises((OperationalError, IntegrityError), match=STANDS):
                await run(statement, argument)
        with pytest.raises((OperationalError, IntegrityError), match=STANDS):
            await run(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
                "'id', gen_random_uuid(), 'product_version_id', $1::text))).* "
                f"FROM {table} t WHERE product_version_id = $2",
                str(version_id), draft_id,
            )  # fmt: skip
    assert await stored() == before


async def test_a_sold_version_is_not_deleted_and_never_becomes_a_draft_again(database: str) -> None:
    version_id = await version_on_sale()
    for statement in (
        "DELETE FROM product_version WHERE id = $1", "UPDATE product_version SET state = 'DRAFT' WHERE id = $1",
        "UPDATE product_version SET state = 'IN_REVIEW' WHERE id = $1",
    ):  # fmt: skip
        with pytest.raises((OperationalError, IntegrityError), match=STANDS):
            await run(statement, version_id)
    await run("UPDATE product_version SET state = 'WITHDRAWN', version = version + 1 WHERE id = $1", version_id)
    assert (await ProductVersion.get(id=version_id)).version == 4


async def test_what_is_sent_back_may_change_again(database: str) -> None:
    version_id = await version_in_review(exclusions=EXCLUSIONS)
    await review.send_back(version_id, finding="x", expected_version=2, actor=await staff(Role.COMPLIANCE))
    await run("UPDATE product_version SET months = 24 WHERE id = $1", version_id)
    for table in PARTS:
        await run(f"DELETE FROM {table} WHERE product_version_id = $1", version_id)
    assert [table for table, rows in (await stored()).items() if rows] == ["product_version"]


async def test_a_draft_is_deleted_with_its_parts(database: str) -> None:
    draft_id = await version_drafted(exclusions=EXCLUSIONS)
    for table in PARTS:
        await run(f"DELETE FROM {table} WHERE product_version_id = $1", draft_id)
    await run("DELETE FROM product_version WHERE id = $1", draft_id)
    assert not any((await stored()).values())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE product_peril SET limit_minor = 1 WHERE product_version_id = $1",
        "INSERT INTO product_relativity VALUES (gen_random_uuid(), 'category', 'WATCH', 2, $1)",
    ],
)
async def test_a_change_that_began_before_the_review_is_waited_for(database: str, change: str) -> None:
    """Whoever hands a version in is judged by what it is then; nobody changes it while that is being written."""
    version_id, underwriter = await version_drafted(), await staff(Role.UNDERWRITER)
    late, early = await asyncpg.connect(database), await asyncpg.connect(database)
    try:
        await early.execute("BEGIN")
        await early.execute(change, version_id)
        submitting = asyncio.create_task(review.submit(version_id, expected_version=1, actor=underwriter))
        done, _ = await asyncio.wait({submitting}, timeout=0.3)
        assert not done
        await early.execute("COMMIT")
        await submitting
        with pytest.raises(asyncpg.RestrictViolationError):
            await late.execute("UPDATE product_peril SET limit_minor = 2")
    finally:
        await late.close()
        await early.close()
