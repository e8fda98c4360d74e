"""Who reads what of complaints."""

from __future__ import annotations

import pytest

from domain.complaints.reading import COMPLAINT
from domain.kernel.actor import Role
from tests.factories.complaints import complaint_investigated, complaint_received
from tests.factories.insured import insured, staff
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")


async def test_the_complainant_and_the_partner_see_their_own_complaints_only() -> None:
    matter, stranger = await complaint_received(), await insured()
    for actor in (matter.insured.customer, matter.insured.partner):
        (seen,) = await rows_seen(COMPLAINT, actor)
        assert seen["complaint_number"] == matter.complaint.complaint_number
    for actor in (stranger.customer, stranger.partner):
        assert await rows_seen(COMPLAINT, actor) == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.CUSTOMER_SERVICE, 1), (Role.COMPLIANCE, 1), (Role.RISK, 1), (Role.CLAIMS_HANDLER, 0),
        (Role.CLAIMS_MANAGER, 0), (Role.SALES, 0), (Role.FINANCE, 0), (Role.ADMIN, 0), (Role.HR, 0),
    ],
)  # fmt: skip
async def test_each_role_sees_what_it_works_with(role: Role, seen: int) -> None:
    await complaint_investigated()
    assert len(await rows_seen(COMPLAINT, await staff(role))) == seen


async def test_a_complaint_offers_each_reader_the_actions_open_to_him_or_her() -> None:
    matter = await complaint_investigated()
    (seen,) = await rows_seen(COMPLAINT, matter.compliance)
    assert seen["available_actions"] == ["ASSIGN", "EXTEND"]
    (seen,) = await rows_seen(COMPLAINT, matter.insured.customer)
    assert seen["available_actions"] == ["WITHDRAW"]


@pytest.mark.parametrize("order", list(COMPLAINT.orders))
async def test_every_list_is_read_from_an_index_in_its_order(order: str) -> None:
    covered = await insured()
    for actor in (covered.customer, covered.partner, await staff(Role.COMPLIANCE)):
        plan = await plan_of(COMPLAINT, actor, order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
