"""Who reads what of policies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.policies.reading import POLICY, POLICY_COVER
from tests.factories.insured import PERILS, Insured, insured, sold, staff, version_on_sale
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")
SEEING = (
    Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER,
    Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE,
)  # fmt: skip
BLIND = (Role.HR, Role.ADMIN, Role.REPAIRER)


async def test_the_holder_and_the_seller_see_their_own_policies_only_with_the_plain_serial_number() -> None:
    covered, stranger = await insured(), await insured()
    for actor in (covered.customer, covered.partner):
        (policy,) = await rows_seen(POLICY, actor)
        assert policy["id"] == f"pol_{covered.policy_id.hex}"
        assert policy["serial_number"].startswith("SN")
        assert len(await rows_seen(POLICY_COVER, actor)) == len(PERILS)
    for actor in (stranger.customer, stranger.partner):
        assert f"pol_{covered.policy_id.hex}" not in [row["id"] for row in await rows_seen(POLICY, actor)]


async def test_a_policy_is_found_by_its_serial_number_however_it_is_written() -> None:
    await sold(serial_number="490154203237518")
    found = POLICY.filters["serial_number"].convert
    assert found is not None
    (policy,) = await rows_seen(POLICY, await staff(Role.CUSTOMER_SERVICE))
    assert policy["serial_number"] == found("49-015420-323751-8")


@pytest.mark.parametrize("role", SEEING)
async def test_those_who_work_with_policies_see_all_of_them(role: Role) -> None:
    await insured()
    await insured()
    assert len(await rows_seen(POLICY, await staff(role))) == 2


@pytest.mark.parametrize("role", BLIND)
async def test_those_who_do_not_see_none(role: Role) -> None:
    await insured()
    actor = await staff(role)
    assert await rows_seen(POLICY, actor) == await rows_seen(POLICY_COVER, actor) == []
    assert await rows_seen(POLICY, Actor.anonymous()) == []


async def test_amounts_are_read_as_decimals_of_the_currency() -> None:
    covered = await insured()
    (policy,) = await rows_seen(POLICY, covered.customer)
    assert policy["premium"] == {"amount": "180.00", "currency": "CNY"}
    assert policy["premium_net"]["amount"] == "169.81"
    assert policy["sum_insured"]["amount"] == "3000.00"
    assert policy["refund"] is None


async def test_a_policy_offers_taking_it_back_to_holder_and_service_only() -> None:
    covered = await insured()
    for actor, actions in (
        (covered.customer, ["CANCEL"]),
        (await staff(Role.CUSTOMER_SERVICE), ["CANCEL"]),
        (covered.partner, []),
        (await staff(Role.UNDERWRITER), []),
    ):
        (policy,) = await rows_seen(POLICY, actor)
        assert policy["available_actions"] == actions


async def test_what_holds_today_beside_the_state_is_worked_out_from_the_days() -> None:
    today = clock.today()
    version_id = await version_on_sale(waiting_days=30)
    policy = await sold(version_id=version_id, warranty_until=today + timedelta(days=60))
    holder = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    for days, statuses in (
        (0, ["WAITING_PERIOD", "MANUFACTURER_WARRANTY"]),
        (29, ["WAITING_PERIOD", "MANUFACTURER_WARRANTY"]),
        (30, ["MANUFACTURER_WARRANTY"]),
        (60, []),
    ):
        with clock.at(clock.start_of(today + timedelta(days=days))):
            (seen,) = await rows_seen(POLICY, holder)
        assert seen["statuses"] == statuses


@pytest.mark.parametrize("order", list(POLICY.orders))
async def test_every_list_is_read_from_an_index_in_its_order(order: str) -> None:
    covered = await insured()
    for actor in (covered.customer, covered.partner, await staff(Role.COMPLIANCE)):
        plan = await plan_of(POLICY, actor, order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
