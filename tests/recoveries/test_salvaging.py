"""Salvage, from the payment of the claim to the money of its sale."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.claims.refusals import AssignedToAnother, OwnClaim
from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid, NotFound, Refusal, StaleVersion
from domain.ledger.balances import balances
from domain.ledger.models import LedgerTransaction
from domain.ledger.terms import Account
from domain.payouts import reversal
from domain.payouts.models import Payout
from domain.payouts.refusals import DutiesNotSeparate
from domain.recoveries import receipts, salvaging
from domain.recoveries.models import RecoveryReceipt, Salvage
from domain.recoveries.receipts import Received
from domain.recoveries.refusals import AboveRecoverable, NothingPaid
from domain.recoveries.salvaging import Thing
from domain.recoveries.terms import ReceiptState, SalvageState
from domain.staff.models import Staff
from tests.factories.claims import claim_approved
from tests.factories.insured import handler, insured, staff
from tests.factories.recoveries import (
    SERIAL,
    claim_settled,
    received,
    salvage_expected,
    salvage_received,
    salvage_sold,
    subrogation_receipted,
    subrogation_recovered,
)
from tests.factories.unchanged import refused, refusing


async def recovered() -> Money:
    async with transaction():
        return -(await balances()).get((Account.CLAIMS_RECOVERIES, Currency.CNY), Money(0))


async def test_what_was_sold_is_posted_once_finance_found_the_money(database: str) -> None:
    sold = await salvage_sold()
    assert await recovered() == Money(0)
    await sold.judge(receipts.confirm)
    thing, receipt = await sold.thing(), await sold.receipt()
    assert (thing.state, thing.proceeds_minor, thing.insurer_part_minor) == (SalvageState.SOLD, 30_000, 30_000)
    assert (receipt.state, receipt.amount_minor) == (ReceiptState.CONFIRMED, 30_000)
    assert await recovered() == Money.of("300.00")
    async with transaction():
        assert (await balances())[Account.BANK, Currency.CNY] == Money.of("-1200.00")
    said = [entry.action for entry in await AuditEntry.filter(subject_id__in=[thing.id, receipt.id]).order_by("id")]
    assert said == [
        "salvage:expect", "salvage:receive", "salvage:sell", "recovery_receipt:record", "recovery_receipt:confirm",
    ]  # fmt: skip


async def test_of_a_device_that_was_under_insured_the_insurer_has_its_share(database: str) -> None:
    case = await claim_settled()
    case.claim.calculation = [{"rule": "UNDER_INSURANCE", "basis": "", "before": "1700", "after": "1360"}]
    await case.claim.save(update_fields=["calculation"])
    sold = await salvage_sold(case)
    thing = await sold.thing()
    assert (thing.share_rate, thing.proceeds_minor, thing.insurer_part_minor) == (Decimal("0.8"), 30_000, 24_000)
    assert (await sold.receipt()).amount_minor == 24_000


async def test_nothing_passes_to_the_insurer_before_the_payment(database: str) -> None:
    case = await claim_approved()
    async with refused(NothingPaid):
        await salvaging.expect(case.claim.id, thing=Thing("Mainboard"), actor=case.handler)


async def test_nothing_passes_to_the_insurer_when_the_payment_came_back(database: str) -> None:
    case = await claim_settled()
    payout = await Payout.get(subject_id=case.claim.id)
    await reversal.reverse(
        payout.id, reason="closed account", expected_version=payout.version, actor=await staff(Role.FINANCE)
    )
    async with refused(NothingPaid):
        await salvaging.expect(case.claim.id, thing=Thing("Mainboard"), actor=case.handler)


async def test_money_is_not_confirmed_of_a_claim_whose_payment_came_back(database: str) -> None:
    sold = await salvage_sold()
    payout = await Payout.get(subject_id=sold.case.claim.id)
    await reversal.reverse(
        payout.id, reason="closed account", expected_version=payout.version, actor=await staff(Role.FINANCE)
    )
    async with refused(AboveRecoverable):
        await sold.judge(receipts.confirm)


async def test_the_same_thing_is_written_down_once(database: str) -> None:
    came = await salvage_expected()
    async with refused(AlreadyExists):
        await salvaging.expect(came.case.claim.id, thing=Thing("Again", f" {SERIAL} "), actor=came.handler)


async def test_nothing_is_sold_twice(database: str) -> None:
    sold = await salvage_sold()
    async with refused(IllegalStep):
        await sold.do(salvaging.sell, proceeds=Money.of("10.00"), received=received())


async def test_of_two_who_sell_at_once_one_does(database: str) -> None:
    came = await salvage_received()
    version = (await came.thing()).version

    async def sell() -> Any:
        return await salvaging.sell(
            came.id, proceeds=Money.of("100.00"), received=received(), expected_version=version, actor=came.handler
        )

    found = await asyncio.gather(sell(), sell(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Salvage", "StaleVersion"]
    assert await RecoveryReceipt.filter(claim_id=came.case.claim.id).count() == 1


async def test_of_two_who_confirm_at_once_one_does_and_it_is_posted_once(database: str) -> None:
    sold = await salvage_sold()
    row = await sold.receipt()

    async def confirm() -> Any:
        return await receipts.confirm(row.id, expected_version=row.version, actor=sold.finance)

    found = await asyncio.gather(confirm(), confirm(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["RecoveryReceipt", "StaleVersion"]
    assert await LedgerTransaction.filter(kind="recovery:received").count() == 1


async def test_never_more_comes_back_than_was_paid_from_whatever_source(database: str) -> None:
    case = await claim_settled()
    await subrogation_recovered(case, "1000.00")
    came = await salvage_received(case)
    await came.do(salvaging.sell, proceeds=Money.of("500.01"), received=received())
    thing = await came.thing()
    assert (thing.insurer_part_minor, thing.customer_part_minor) == (50_000, 1)
    await came.judge(receipts.confirm)
    other = await salvage_expected(case, serial_number=None)
    await other.do(salvaging.receive)
    async with refusing(AboveRecoverable) as raised:
        await other.do(salvaging.sell, proceeds=Money.of("1.00"), received=received())
    assert raised.value.limit == Money(0)


async def test_what_is_above_is_the_customer_s_only_once_finance_has_judged_all_that_came_before(database: str) -> None:
    demand = await subrogation_receipted(await claim_settled(), "1000.00")
    came = await salvage_received(demand.case)
    given: dict[str, Any] = {"proceeds": Money.of("500.01"), "received": received()}
    async with refusing(AboveRecoverable) as raised:
        await came.do(salvaging.sell, **given)
    assert raised.value.limit == Money.of("500.00")
    await demand.judge(receipts.refuse, reason="not on the list")
    await came.do(salvaging.sell, **given)
    assert (await came.thing()).customer_part_minor == 0


async def test_what_finance_does_not_find_is_to_be_sold_again_under_the_same_reference(database: str) -> None:
    sold = await salvage_sold()
    reference = (await sold.receipt()).reference
    await sold.judge(receipts.refuse, reason="not on the list")
    thing = await sold.thing()
    assert (thing.state, thing.proceeds_minor, thing.ended_at) == (SalvageState.RECEIVED, None, None)
    await sold.do(salvaging.sell, proceeds=Money.of("200.00"), received=received(reference))
    await sold.judge(receipts.confirm)
    assert await recovered() == Money.of("200.00")


async def test_a_reference_of_the_bank_stands_once(database: str) -> None:
    sold, other = await salvage_sold(), await salvage_received()
    reference = (await sold.receipt()).reference
    async with refused(AlreadyExists):
        await other.do(salvaging.sell, proceeds=Money.of("1.00"), received=received(f" {reference} "))


async def test_whoever_wrote_the_money_down_does_not_confirm_it(database: str) -> None:
    sold = await salvage_sold()
    assert sold.handler.staff_id is not None
    await Staff.filter(id=sold.handler.staff_id).update(roles=[Role.CLAIMS_HANDLER, Role.FINANCE])
    both = Actor(frozenset({Role.CLAIMS_HANDLER, Role.FINANCE}), staff_id=sold.handler.staff_id)
    for verb, given in ((receipts.confirm, {}), (receipts.refuse, {"reason": "no"})):
        async with refused(DutiesNotSeparate):
            await sold.judge(verb, actor=both, **given)


async def test_whoever_is_the_customer_neither_records_nor_confirms(database: str) -> None:
    sold = await salvage_sold()
    customer = await Customer.get(id=sold.case.claim.customer_id)
    mail = "same@example.com"
    await Staff.filter(id=sold.finance.staff_id).update(email=mail)
    await _with_mail(customer, mail)
    async with refused(OwnClaim):
        await sold.judge(receipts.confirm)


async def _with_mail(customer: Customer, mail: str) -> None:
    actor = Actor(frozenset({Role.CUSTOMER}), customer_id=customer.id)
    await changes.change_contact(customer.id, phone=None, mail=mail, expected_version=customer.version, actor=actor)


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
async def test_nothing_is_sold_for_nothing(database: str, amount: str) -> None:
    came = await salvage_received()
    async with refused(Invalid):
        await came.do(salvaging.sell, proceeds=Money.of(amount), received=received())


async def test_another_currency_and_a_day_to_come_are_refused(database: str) -> None:
    came = await salvage_received()
    async with refused(Invalid):
        await came.do(salvaging.sell, proceeds=Money.of("5.00", Currency.USD), received=received())
    late = Received("B-1", clock.today() + timedelta(days=1))
    async with refused(Invalid):
        await came.do(salvaging.sell, proceeds=Money.of("5.00"), received=late)


async def test_a_stale_version_is_refused(database: str) -> None:
    came = await salvage_expected()
    async with refused(StaleVersion):
        await salvaging.receive(came.id, expected_version=7, actor=came.handler)


async def test_a_handler_works_on_his_or_her_own_claims_only(database: str) -> None:
    came, other = await salvage_expected(), await handler("5000.00")
    async with refused(AssignedToAnother):
        await came.do(salvaging.receive, actor=other)
    await came.do(salvaging.receive, actor=came.case.manager)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.RISK, Role.CUSTOMER_SERVICE, Role.COMPLIANCE])
async def test_others_of_the_staff_record_nothing(database: str, role: Role) -> None:
    came = await salvage_expected()
    for kind, call in (
        (Forbidden, came.do(salvaging.receive, actor=await staff(role))),
        (Forbidden, salvaging.expect(came.case.claim.id, thing=Thing("x"), actor=await staff(role))),
    ):
        await _refused(kind, call)


async def test_customers_and_partners_take_hold_of_nothing(database: str) -> None:
    came = await salvage_expected()
    for actor in (came.case.customer, came.case.insured.partner, (await insured()).customer, Actor.anonymous()):
        await _refused(NotFound, came.do(salvaging.receive, actor=actor))
        await _refused(Forbidden, salvaging.expect(came.case.claim.id, thing=Thing("x"), actor=actor))


async def _refused(kind: type[Refusal], call: Any) -> None:
    async with refused(kind):
        await call


@pytest.mark.parametrize("verb", [salvaging.scrap, salvaging.leave_to_customer])
async def test_what_is_over_is_over(database: str, verb: Any) -> None:
    came = await salvage_expected()
    await came.do(verb, reason="it is worth little")
    assert (await Salvage.get(id=came.id)).reason == "it is worth little"
    async with refused(IllegalStep):
        await came.do(salvaging.receive)
