"""Who reads what of claims."""

from __future__ import annotations

import pytest

from domain.claims.reading import CLAIM, CLAIM_DOCUMENT, CLAIM_LINE
from domain.kernel.actor import Role
from domain.kernel.projection.entity import Entity
from tests.factories.claims import claim_awaiting_decision, claim_awaiting_documents, claim_notified
from tests.factories.insured import insured, staff
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")
SEEING = (
    Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER,
    Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE,
)  # fmt: skip
BLIND = (Role.SALES, Role.HR, Role.ADMIN, Role.REPAIRER)


async def test_the_customer_and_the_partner_see_their_own_claims_only() -> None:
    case, stranger = await claim_awaiting_decision(), await insured()
    for actor in (case.customer, case.insured.partner):
        (claim,) = await rows_seen(CLAIM, actor)
        assert claim["claim_number"] == case.claim.claim_number
        assert len(await rows_seen(CLAIM_LINE, actor)) == 2
    for actor in (stranger.customer, stranger.partner):
        for entity in (CLAIM, CLAIM_LINE, CLAIM_DOCUMENT):
            assert await rows_seen(entity, actor) == []


@pytest.mark.parametrize("role", SEEING)
async def test_those_who_work_with_claims_see_all_of_them(role: Role) -> None:
    await claim_notified()
    await claim_notified()
    assert len(await rows_seen(CLAIM, await staff(role))) == 2


@pytest.mark.parametrize("role", BLIND)
async def test_those_who_do_not_work_with_claims_see_none(role: Role) -> None:
    await claim_awaiting_documents()
    actor = await staff(role)
    for entity in (CLAIM, CLAIM_LINE, CLAIM_DOCUMENT):
        assert await rows_seen(entity, actor) == []


async def test_a_claim_offers_each_reader_the_actions_open_to_him_or_her() -> None:
    case = await claim_awaiting_decision()
    (seen,) = await rows_seen(CLAIM, case.handler)
    assert "APPROVE" in seen["available_actions"]
    assert "SECOND" not in seen["available_actions"]
    assert seen["action_blocks"] == []
    (seen,) = await rows_seen(CLAIM, case.customer)
    assert seen["available_actions"] == ["ADD_PAPER", "WITHDRAW"]


async def test_the_amounts_of_a_claim_are_read_as_decimals_of_its_currency() -> None:
    case = await claim_awaiting_decision()
    (seen,) = await rows_seen(CLAIM, case.handler)
    assert seen["payable"] == {"amount": "1500.00", "currency": "CNY"}
    assert seen["approved"] is None
    assert seen["reserve"]["amount"] == "1500.00"
    assert not seen["is_overdue"]


@pytest.mark.parametrize("order", list(CLAIM.orders))
@pytest.mark.parametrize("entity", [CLAIM], ids=lambda entity: entity.name)
async def test_every_list_is_read_from_an_index_in_its_order(entity: Entity, order: str) -> None:
    covered = await insured()
    for actor in (covered.customer, covered.partner, await staff(Role.COMPLIANCE)):
        plan = await plan_of(entity, actor, order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
