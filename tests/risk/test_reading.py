"""Who reads what of risk."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Role
from domain.risk.reading import CREDIT_ASSESSMENT, CREDIT_BAND, SCORECARD, SCORECARD_BIN
from tests.factories.credit import assessed
from tests.factories.insured import insured, staff
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")
STAFF = sorted({role for role in Role if role not in {Role.SYSTEM, Role.ANONYMOUS, Role.CUSTOMER, Role.PARTNER}})
SCORED = {Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE}


async def test_customers_and_partners_see_no_rows_of_their_own_either() -> None:
    covered = await insured()
    await assessed(covered)
    for actor in (covered.customer, covered.partner):
        for entity in (CREDIT_ASSESSMENT, SCORECARD, SCORECARD_BIN, CREDIT_BAND):
            assert await rows_seen(entity, actor) == []


@pytest.mark.parametrize("role", STAFF)
async def test_each_role_sees_what_it_works_with(role: Role) -> None:
    await assessed()
    actor = await staff(role)
    assert len(await rows_seen(CREDIT_ASSESSMENT, actor)) == (role in {*SCORED, Role.SALES})
    assert len(await rows_seen(SCORECARD, actor)) == (role in SCORED)
    assert len(await rows_seen(SCORECARD_BIN, actor)) == 12 * (role in SCORED)
    assert len(await rows_seen(CREDIT_BAND, actor)) == 5 * (role in SCORED)


@pytest.mark.parametrize("entity", [CREDIT_ASSESSMENT, SCORECARD])
async def test_every_list_is_read_from_an_index_in_its_order(entity: object) -> None:
    await assessed()
    for order in entity.orders:  # type: ignore[attr-defined]
        plan = await plan_of(entity, await staff(Role.RISK), order)  # type: ignore[arg-type]
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
