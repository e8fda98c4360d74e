"""The case reserve, and a row for every change of it."""

from __future__ import annotations

import pytest
from tortoise import Tortoise

from domain.claims import intake
from domain.claims.models import Claim, ReserveChange
from domain.claims.terms import ReserveReason
from tests.factories.claims import (
    Case,
    claim_approved,
    claim_closed,
    claim_declined,
    claim_paid,
    claim_registered,
    nothing_open,
)

pytestmark = pytest.mark.usefixtures("database")
R = ReserveReason


async def moves(case: Case) -> list[tuple[str, int]]:
    """Why the reserve changed, and to what; each change goes on from the one before."""
    found = await ReserveChange.filter(claim_id=case.claim.id).order_by("id")
    assert [each.before_minor for each in found] == [0, *(each.after_minor for each in found[:-1])]
    assert (await Claim.get(id=case.claim.id)).reserve_minor == found[-1].after_minor
    return [(each.reason, each.after_minor) for each in found]


async def test_the_reserve_is_set_at_registration_follows_the_assessment_and_is_released_with_the_payment() -> None:
    case = await claim_paid()
    assert await moves(case) == [(R.REGISTERED, 186_000), (R.ASSESSED, 150_000), (R.PAID, 0)]
    first = await ReserveChange.filter(claim_id=case.claim.id).order_by("id").first()
    assert first is not None
    assert (first.changer_id, first.changed_by) == (case.handler.staff_id, case.handler.label)


async def test_what_leaves_the_reserve_as_it_is_makes_no_row() -> None:
    case = await claim_approved()
    assert [reason for reason, _ in await moves(case)] == [R.REGISTERED, R.ASSESSED]
    closed = await claim_closed()
    assert R.CLOSED not in [reason for reason, _ in await moves(closed)]


async def test_a_decline_and_a_withdrawal_release_it() -> None:
    assert (await moves(await claim_declined()))[-1] == (R.DECLINED, 0)
    case = await claim_registered()
    await intake.withdraw(
        case.claim.id, reason="found it", open_work=nothing_open, expected_version=case.claim.version,
        actor=case.customer,
    )  # fmt: skip
    assert (await moves(case))[-1] == (R.WITHDRAWN, 0)


@pytest.mark.parametrize("statement", ["UPDATE reserve_change SET after_minor = 1", "DELETE FROM reserve_change"])
async def test_nobody_changes_what_was_held(statement: str) -> None:
    await claim_registered()
    with pytest.raises(Exception, match="append-only"):
        await Tortoise.get_connection("default").execute_query(statement)
