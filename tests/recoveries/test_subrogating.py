"""Demands against third parties, from the payment of the claim to their end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.claims.refusals import AssignedToAnother
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, TooManyAttempts
from domain.ledger.balances import balances
from domain.ledger.terms import Account
from domain.recoveries import receipts, revealing, subrogating
from domain.recoveries.models import RecoveryReceipt
from domain.recoveries.refusals import AboveRecoverable, NothingPaid, ReceiptPending
from domain.recoveries.subrogating import Liability
from domain.recoveries.terms import SubrogationState
from tests.factories.claims import claim_approved
from tests.factories.insured import handler, staff
from tests.factories.recoveries import (
    PARTY,
    claim_settled,
    received,
    subrogation_demanded,
    subrogation_opened,
    subrogation_receipted,
    subrogation_recovered,
)
from tests.factories.unchanged import refused


async def test_a_demand_comes_in_by_parts_each_confirmed_and_posted(database: str) -> None:
    came = await subrogation_recovered(amount="400.00")
    await came.do(subrogating.record_receipt, amount=Money.of("250.50"), received=received())
    await came.judge(receipts.confirm)
    demand = await came.demand()
    assert (demand.state, demand.recovered_minor) == (SubrogationState.RECOVERED, 65_050)
    async with transaction():
        assert (await balances())[Account.CLAIMS_RECOVERIES, Currency.CNY] == Money.of("-650.50")
    await came.do(subrogating.close, reason="insolvent")
    assert (await came.demand()).state is SubrogationState.CLOSED


async def test_nothing_is_demanded_before_the_payment(database: str) -> None:
    case = await claim_approved()
    liability = Liability(PARTY, "ran into it")
    async with refused(NothingPaid):
        await subrogating.start(case.claim.id, liability=liability, demand=Money.of("1.00"), actor=case.handler)


@pytest.mark.parametrize(("amount", "kind"), [("1500.01", AboveRecoverable), ("0.00", Invalid), ("-1.00", Invalid)])
async def test_no_more_than_was_paid_is_demanded_nor_nothing(database: str, amount: str, kind: Any) -> None:
    case = await claim_settled()
    liability = Liability(PARTY, "ran into it")
    async with refused(kind):
        await subrogating.start(case.claim.id, liability=liability, demand=Money.of(amount), actor=case.handler)


async def test_of_two_receipts_at_once_that_are_too_much_together_one_is_refused(database: str) -> None:
    case = await claim_settled()
    one, other = await subrogation_demanded(case), await subrogation_demanded(case)
    found = await asyncio.gather(
        *(
            each.do(subrogating.record_receipt, amount=Money.of("800.00"), received=received())
            for each in (one, other)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in found) == ["AboveRecoverable", "RecoveryReceipt"]
    assert await RecoveryReceipt.filter(claim_id=case.claim.id).count() == 1


async def test_a_demand_does_not_end_while_its_money_is_looked_for(database: str) -> None:
    came = await subrogation_receipted()
    for verb, actor in ((subrogating.close, came.handler), (subrogating.waive, came.case.manager)):
        async with refused(ReceiptPending):
            await came.do(verb, reason="enough", actor=actor)
    await came.judge(receipts.refuse, reason="not on the list")
    await came.do(subrogating.close, reason="enough")


async def test_a_manager_alone_gives_up_and_only_what_nothing_came_of(database: str) -> None:
    came = await subrogation_opened()
    async with refused(Forbidden):
        await came.do(subrogating.waive, reason="too little")
    await came.do(subrogating.waive, reason="too little", actor=came.case.manager)
    assert (await came.demand()).state is SubrogationState.WAIVED
    paid = await subrogation_recovered()
    async with refused(IllegalStep):
        await paid.do(subrogating.waive, reason="too little", actor=paid.case.manager)


async def test_the_third_party_stands_nowhere_in_plain(database: str) -> None:
    came = await subrogation_recovered()
    connection = Tortoise.get_connection("default")
    for table in ("subrogation", "recovery_receipt", "audit_entry", "job", "notification", "ledger_transaction"):
        rows = await connection.execute_query_dict(f"SELECT * FROM {table}")
        assert rows or table in {"notification", "job"}
        assert PARTY not in str(rows)
        assert PARTY.encode().hex() not in str(rows)
    assert (await came.demand()).party_mask == "王**"


async def test_whoever_works_on_the_claim_reads_the_name_for_a_reason(database: str) -> None:
    came, other = await subrogation_opened(), await handler("5000.00")
    assert await revealing.reveal_party(came.id, reason="to write to it", actor=came.handler) == PARTY
    entry = await AuditEntry.filter(action="subrogation:reveal").first()
    assert entry is not None
    assert (entry.reason, entry.subject_id) == ("to write to it", came.id)
    async with refused(AssignedToAnother):
        await revealing.reveal_party(came.id, reason="curious", actor=other)
    async with refused(Invalid):
        await revealing.reveal_party(came.id, reason=" ", actor=came.handler)
    for actor in (came.case.customer, came.case.insured.partner, await staff(Role.FINANCE)):
        async with refused(Forbidden):
            await revealing.reveal_party(came.id, reason="curious", actor=actor)


async def test_names_are_read_so_often_in_an_hour(database: str) -> None:
    came = await subrogation_opened()
    for _ in range(revealing.MAX_AN_HOUR):
        await revealing.reveal_party(came.id, reason="to write to it", actor=came.handler)
    async with refused(TooManyAttempts):
        await revealing.reveal_party(came.id, reason="to write to it", actor=came.handler)
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        await revealing.reveal_party(came.id, reason="to write to it", actor=came.handler)


async def test_strangers_take_hold_of_nothing(database: str) -> None:
    came = await subrogation_opened()
    for actor in (came.case.customer, came.case.insured.partner):
        async with refused(NotFound):
            await came.do(subrogating.demand_payment, actor=actor)
