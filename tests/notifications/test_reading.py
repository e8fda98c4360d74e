"""Who reads what of notifications."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.notifications.models import Notification
from domain.notifications.reading import NOTIFICATION
from tests.factories.complaints import complaint_investigated
from tests.factories.insured import insured, staff
from tests.factories.notices import tell
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")
BLIND = (Role.CLAIMS_HANDLER, Role.SALES, Role.FINANCE, Role.HR, Role.ADMIN)


async def test_customers_see_the_letters_that_went_to_them_and_no_others() -> None:
    covered, stranger = await insured(), await insured()
    async with transaction():
        await tell(covered.customer_id)
    seen = await rows_seen(NOTIFICATION, covered.customer)
    assert {row["template"] for row in seen} == {"POLICY_ISSUED", "CLAIM_NOT_REGISTERED"}
    assert {row["party_kind"] for row in seen} == {"CUSTOMER"}
    assert {row["template"] for row in await rows_seen(NOTIFICATION, stranger.customer)} == {"POLICY_ISSUED"}


async def test_a_letter_to_staff_about_a_customer_is_not_shown_to_the_customer() -> None:
    covered = await insured()
    await Notification.filter(customer_id=covered.customer_id).update(party_kind="STAFF")
    assert await rows_seen(NOTIFICATION, covered.customer) == []


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.COMPLIANCE])
async def test_those_who_answer_for_letters_see_all_of_them(role: Role) -> None:
    await complaint_investigated()
    assert len(await rows_seen(NOTIFICATION, await staff(role))) == await Notification.all().count() > 1


@pytest.mark.parametrize("role", BLIND)
async def test_others_see_none(role: Role) -> None:
    covered = await insured()
    assert await rows_seen(NOTIFICATION, await staff(role)) == []
    assert await rows_seen(NOTIFICATION, covered.partner) == []


async def test_what_a_letter_says_is_not_read() -> None:
    covered = await insured()
    (row,) = await rows_seen(NOTIFICATION, covered.customer)
    assert not {name for name in row if "sealed" in name or name == "parameters"}
    assert row["address"].endswith("***@example.com")


async def test_every_list_is_read_from_an_index_in_its_order() -> None:
    covered = await insured()
    for actor in (covered.customer, await staff(Role.COMPLIANCE)):
        plan = await plan_of(NOTIFICATION, actor, "RECORDED")
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
