"""Who reads what of inquiries."""

from __future__ import annotations

import pytest

from domain.inquiries.reading import INQUIRY
from domain.kernel.actor import Role
from tests.factories.inquiries import inquiry_escalated, inquiry_opened
from tests.factories.insured import insured, staff
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")


async def test_customers_and_partners_see_their_own_inquiries_only() -> None:
    asked, stranger = await inquiry_opened(), await insured()
    for actor in (asked.insured.customer, asked.insured.partner):
        (seen,) = await rows_seen(INQUIRY, actor)
        assert seen["inquiry_number"] == asked.inquiry.inquiry_number
    for actor in (stranger.customer, stranger.partner):
        assert await rows_seen(INQUIRY, actor) == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.CUSTOMER_SERVICE, 1), (Role.CLAIMS_MANAGER, 1), (Role.COMPLIANCE, 1), (Role.CLAIMS_HANDLER, 0),
        (Role.SALES, 0), (Role.UNDERWRITER, 0), (Role.FINANCE, 0), (Role.ADMIN, 0), (Role.HR, 0), (Role.RISK, 0),
    ],
)  # fmt: skip
async def test_each_role_sees_what_it_works_with(role: Role, seen: int) -> None:
    await inquiry_escalated()
    assert len(await rows_seen(INQUIRY, await staff(role))) == seen


async def test_a_specialist_sees_what_he_or_she_has_in_hand_and_may_answer_it() -> None:
    asked = await inquiry_escalated()
    (seen,) = await rows_seen(INQUIRY, asked.specialist)
    assert seen["available_actions"] == ["ANSWER", "NOTE"]
    (seen,) = await rows_seen(INQUIRY, asked.insured.customer)
    assert seen["available_actions"] == ["FOLLOW_UP"]


@pytest.mark.parametrize("order", list(INQUIRY.orders))
async def test_every_list_is_read_from_an_index_in_its_order(order: str) -> None:
    asked = await inquiry_escalated()
    for actor in (asked.insured.customer, asked.insured.partner, asked.specialist, asked.service):
        plan = await plan_of(INQUIRY, actor, order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
