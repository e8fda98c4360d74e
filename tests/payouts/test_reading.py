"""Who reads what of payouts."""

from __future__ import annotations

import pytest
from tortoise import Tortoise

from domain.kernel.actor import Actor, Role
from domain.kernel.projection.entity import Entity
from domain.ledger.reading import LEDGER_LINE, LEDGER_TRANSACTION
from domain.payouts.models import PayoutException
from domain.payouts.reading import PAYOUT, PAYOUT_APPROVAL, PAYOUT_ATTEMPT, PAYOUT_EXCEPTION
from domain.payouts.terms import ExceptionKind
from tests.factories.insured import staff
from tests.factories.payouts import ACCOUNT, payout_approved, payout_ready, payout_requested
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")
MONEY = (Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE)
SEEING = (*MONEY, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER)
BLIND = (Role.SALES, Role.UNDERWRITER, Role.HR, Role.ADMIN)
INSIDE = (PAYOUT_ATTEMPT, PAYOUT_APPROVAL, PAYOUT_EXCEPTION)


async def with_everything() -> None:
    payment = await payout_approved()
    await PayoutException.create(
        kind=ExceptionKind.CONTRADICTION, state="OPEN", reference="x", payout_id=payment.payout.id, ours="-",
        theirs="-", day="2026-11-01",
    )  # fmt: skip


@pytest.mark.parametrize("role", [*SEEING, *BLIND])
async def test_each_role_of_staff_sees_payouts_and_what_is_inside_as_laid_down(role: Role) -> None:
    await with_everything()
    actor = await staff(role)
    assert len(await rows_seen(PAYOUT, actor)) == (1 if role in SEEING else 0)
    for entity in INSIDE:
        assert len(await rows_seen(entity, actor)) == (1 if role in MONEY else 0), entity.name


async def test_a_customer_sees_his_or_her_own_payouts_and_nothing_inside_and_a_partner_none() -> None:
    await with_everything()
    mine = await payout_requested("12.34")
    (seen,) = await rows_seen(PAYOUT, mine.customer)
    assert (seen["state"], seen["amount"]["amount"]) == ("DRAFT", "12.34")
    assert seen["available_actions"] == []
    partner = Actor(frozenset({Role.PARTNER}), partner_id=mine.payout.partner_id)
    for entity in (PAYOUT, *INSIDE):
        assert await rows_seen(entity, partner) == []
    for entity in INSIDE:
        assert await rows_seen(entity, mine.customer) == []


async def test_the_account_is_read_as_its_mask_and_stands_nowhere_in_plain() -> None:
    payment = await payout_approved()
    for role in SEEING:
        (seen,) = await rows_seen(PAYOUT, await staff(role))
        assert seen["bank_account"] == "*" * 15 + ACCOUNT[-4:]
    connection = Tortoise.get_connection("default")
    for table in ("payout", "payout_attempt", "payout_approval", "audit_entry", "job"):
        rows = await connection.execute_query_dict(f"SELECT t::text AS text FROM {table} t")
        assert rows, table
        assert all(ACCOUNT not in row["text"] for row in rows), table
    assert (await payment.reread()).account_sealed


async def test_a_payout_offers_each_reader_the_actions_open_to_him_or_her() -> None:
    await payout_ready()
    expected = {
        Role.FINANCE: ["MAKE_READY"], Role.FINANCE_APPROVER: ["APPROVE", "REJECT"], Role.RISK: [],
        Role.CLAIMS_MANAGER: [],
    }  # fmt: skip
    for role, actions in expected.items():
        (seen,) = await rows_seen(PAYOUT, await staff(role))
        assert seen["available_actions"] == actions, role


LISTED = [PAYOUT, PAYOUT_EXCEPTION, LEDGER_TRANSACTION, LEDGER_LINE]


@pytest.mark.parametrize("entity", LISTED, ids=lambda entity: entity.name)
async def test_every_list_is_read_from_an_index_in_its_order(entity: Entity) -> None:
    payment = await payout_requested()
    readers = [each for each in (payment.customer, await staff(Role.COMPLIANCE)) if each.roles & entity.seen_by.keys()]
    assert readers
    for actor in readers:
        for order in entity.orders:
            plan = await plan_of(entity, actor, order)
            assert "Seq Scan" not in plan
            assert "Sort" not in plan
