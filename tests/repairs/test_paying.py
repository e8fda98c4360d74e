"""What a repairer is paid: the contract's part of its invoice, once, within the limits of the claim."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.claims import assessment, decision, registration, reopening, screening, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.models import Claim
from domain.claims.refusals import BelowPromise, MoneyReturned
from domain.claims.terms import ClaimState, DeclineCode
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import StaleVersion
from domain.notifications.models import Notification
from domain.partners import banking
from domain.partners.models import Partner
from domain.payouts import approval, making, reconciliation
from domain.payouts.models import Payout, PayoutException
from domain.payouts.refusals import DutiesNotSeparate, PayeeChanged, PayeeUnknown
from domain.payouts.terms import ExceptionKind, HoldReason, PayoutState
from domain.recoveries import subrogating
from domain.recoveries.refusals import AboveRecoverable
from domain.recoveries.subrogating import Liability
from domain.repairs import estimating, invoicing
from domain.repairs.ordering import has_live_order
from domain.repairs.terms import RepairState
from domain.timelines.reading import CLAIM_EVENT
from tests.factories.advances import send_back
from tests.factories.claims import claim_assessing
from tests.factories.insured import handler, insured, staff
from tests.factories.ledger import balances
from tests.factories.payouts import approver
from tests.factories.readers import rows_seen
from tests.factories.repairs import Repair, order_approved, order_estimated, order_invoiced, order_returned
from tests.factories.unchanged import refused, refusing
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank, bank
from tests.payouts.test_reconciliation import change

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("payouts.reconcile")
ACCOUNT, OTHER = "31050161364000001234", "31050161364000005678"
BY_CONTRACT = 73_000  # 930.00 that are covered, less 200.00 to bear first


async def claim_of(repair: Repair) -> Claim:
    """The claim as it is now."""
    return await Claim.get(id=repair.case.claim.id)


async def payout_of(repair: Repair) -> Payout:
    """What the repairer is paid."""
    return await Payout.get(subject_id=repair.id)


async def banked(repair: Repair, account: str = ACCOUNT, actor: Actor | None = None) -> Actor:
    """Somebody of finance sets where the repairer's money goes; who did."""
    setter = actor or await staff(Role.FINANCE)
    assert repair.shop.actor.partner_id is not None
    row = await Partner.get(id=repair.shop.actor.partner_id)
    await banking.change_bank_account(
        row.id, bank_account=account, reason="by letter", expected_version=row.version, actor=setter
    )
    return setter


async def released(payout: Payout) -> Payout:
    """Made ready and approved by people without another part in it."""
    made = await making.make_ready(payout.id, expected_version=payout.version, actor=await staff(Role.FINANCE))
    return await approval.approve(payout.id, expected_version=made.version, actor=await approver())


async def granted(repair: Repair) -> Claim:
    """The claim, proposed and approved by its handler, and agreed to by the customer."""
    claim, case = await claim_of(repair), repair.case
    claim = await assessment.propose(claim.id, reason="r", expected_version=claim.version, actor=case.handler)
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.handler)
    return await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)


async def paid_by_the_bank(repair: Repair, database: str) -> None:
    """The repairer's payout goes the whole way, a day after its account was set."""
    with clock.at(clock.now() + timedelta(hours=25)):
        await released(await payout_of(repair))
        for _ in range(3):
            await work(database, (Queue.MONEY,))
            await hurry()


async def test_an_invoice_requests_what_the_contract_pays_of_it_for_the_repairer() -> None:
    repair = await order_approved()
    assert ((await repair.now()).payable_minor, (await claim_of(repair)).repair_minor) == (BY_CONTRACT, BY_CONTRACT)
    repair = await order_invoiced()
    payout, order = await payout_of(repair), await repair.now()
    assert (payout.amount_minor, payout.state, payout.customer_id) == (BY_CONTRACT, PayoutState.DRAFT, None)
    assert payout.payee_partner_id == repair.shop.actor.partner_id
    assert payout.barred == [str(repair.handler.staff_id)]
    assert (order.payable_minor, order.invoiced_minor) == (BY_CONTRACT, 93_000)
    found = await balances()
    assert (found["CLAIMS_EXPENSE"], found["CLAIMS_PAYABLE"]) == (BY_CONTRACT, -BY_CONTRACT)


async def test_what_a_third_party_has_paid_is_not_promised_to_a_repairer() -> None:
    repair = await order_estimated()
    claim = await claim_of(repair)
    await assessment.record_third_party(
        claim.id, paid=Money.of("400.00"), waived=Money.of("30.00"), reason="told", expected_version=claim.version,
        actor=repair.handler,
    )  # fmt: skip
    await repair.by_handler(estimating.approve)
    assert (await repair.now()).payable_minor == BY_CONTRACT - 43_000


async def test_two_repairs_of_a_loss_cost_no_more_than_its_limit() -> None:
    case = await claim_assessing(await insured(per_claim_limit=Money.of("1000.00")))
    first = await order_invoiced(case)
    second = await order_approved(case, first.shop)
    assert [(await each.now()).payable_minor for each in (first, second)] == [BY_CONTRACT, 100_000 - BY_CONTRACT]


async def test_what_was_promised_is_held_though_the_claim_is_declined_and_paid_when_it_is_closed(
    database: str, bank: TestBank
) -> None:
    repair = await order_invoiced()
    await banked(repair)
    claim, case = await claim_of(repair), repair.case
    claim = await assessment.propose(claim.id, reason="r", expected_version=claim.version, actor=case.handler)
    claim = await decision.decline(
        claim.id, code=DeclineCode.COSMETIC, clause="5.2", reason="Scratches.", expected_version=claim.version,
        actor=case.handler,
    )  # fmt: skip
    assert (claim.reserve_minor, claim.paid_minor) == (BY_CONTRACT, 0)
    await paid_by_the_bank(repair, database)
    claim = await claim_of(repair)
    claim = await reopening.close(
        claim.id, reason="done", open_work=has_live_order, expected_version=claim.version, actor=case.handler
    )
    assert (claim.reserve_minor, claim.paid_minor, claim.repair_minor) == (0, BY_CONTRACT, 0)


async def test_what_a_repairer_was_paid_comes_back_and_its_payment_is_told_to_staff(
    database: str, bank: TestBank
) -> None:
    repair = await order_invoiced()
    await banked(repair)
    await paid_by_the_bank(repair, database)
    claim, liability = repair.case.claim, Liability("王小明", "ran into it")
    async with refused(AboveRecoverable):
        await subrogating.start(claim.id, liability=liability, demand=Money(BY_CONTRACT + 1), actor=repair.handler)
    await subrogating.start(claim.id, liability=liability, demand=Money(BY_CONTRACT), actor=repair.handler)
    told = {actor: {row["kind"] for row in await rows_seen(CLAIM_EVENT, actor)} for actor in _readers(repair)}
    assert {actor for actor, kinds in told.items() if "PAYOUT_SETTLED" in kinds} == {repair.handler}


def _readers(repair: Repair) -> tuple[Actor, ...]:
    return repair.handler, repair.case.customer, repair.case.insured.partner


async def test_less_is_paid_of_a_smaller_invoice_and_the_rest_is_spared() -> None:
    repair = await order_returned()
    await repair.by_shop(invoicing.invoice, number="I", amount=Money.of("500.00"))
    assert (await payout_of(repair)).amount_minor == 30_000
    assert (await claim_of(repair)).spared_minor == BY_CONTRACT - 30_000


async def test_an_invoice_of_which_the_customer_bears_all_is_settled_at_once() -> None:
    repair = await order_returned()
    await repair.by_shop(invoicing.invoice, number="I", amount=Money.of("200.00"))
    assert (await repair.now()).state is RepairState.SETTLED
    assert not await Payout.filter(subject_id=repair.id).exists()
    assert (await claim_of(repair)).spared_minor == BY_CONTRACT


async def test_a_repaired_claim_is_paid_once_to_the_repairer_and_nothing_to_the_customer(
    database: str, bank: TestBank
) -> None:
    repair = await order_invoiced()
    await banked(repair)
    claim = await granted(repair)
    assert (claim.state, claim.approved_minor) == (ClaimState.PAYMENT_PENDING, BY_CONTRACT)
    assert await Payout.all().count() == 1
    await paid_by_the_bank(repair, database)
    assert [minor for _, minor in bank.charges] == [BY_CONTRACT]
    assert (await repair.now()).state is RepairState.SETTLED
    claim = await claim_of(repair)
    assert (claim.state, claim.paid_minor, claim.repair_minor, claim.reserve_minor) == (
        ClaimState.PAID, BY_CONTRACT, 0, 0,
    )  # fmt: skip
    assert await Notification.filter(subject_id=claim.id, template="CLAIM_PAID_BY_REPAIR").count() == 1
    found = await balances()
    assert (found["CLAIMS_EXPENSE"], found["BANK"], found["CLAIMS_PAYABLE"]) == (BY_CONTRACT, -BY_CONTRACT, 0)


async def test_a_claim_is_not_closed_while_what_came_back_from_its_repairer_is_owed(
    database: str, bank: TestBank
) -> None:
    repair = await order_invoiced()
    await banked(repair)
    await granted(repair)
    await paid_by_the_bank(repair, database)
    await send_back((await payout_of(repair)).id)
    claim = await claim_of(repair)
    assert claim.state is ClaimState.PAID
    async with refused(MoneyReturned):
        await reopening.close(
            claim.id, reason="done", open_work=has_live_order, expected_version=claim.version,
            actor=repair.case.handler,
        )  # fmt: skip


async def test_a_repairer_paid_before_the_decision_is_part_of_what_is_granted(database: str, bank: TestBank) -> None:
    repair = await order_invoiced()
    await banked(repair)
    await paid_by_the_bank(repair, database)
    assert (await repair.now()).state is RepairState.SETTLED
    assert (await claim_of(repair)).state is ClaimState.ASSESSING
    await granted(repair)
    await work(database, (Queue.MONEY,))
    claim = await claim_of(repair)
    assert (claim.state, claim.paid_minor) == (ClaimState.PAID, BY_CONTRACT)
    assert len(bank.charges) == 1


async def test_what_a_repair_cost_less_than_was_promised_is_not_paid_to_the_customer(
    database: str, bank: TestBank
) -> None:
    repair = await order_returned()
    claim = await granted(repair)
    await repair.by_shop(invoicing.invoice, number="I", amount=Money.of("500.00"))
    await banked(repair)
    await paid_by_the_bank(repair, database)
    claim = await claim_of(repair)
    assert (claim.state, claim.paid_minor, claim.repair_minor) == (ClaimState.PAID, 30_000, 0)
    assert not await Payout.filter(subject_id=claim.id).exists()
    assert (await balances())["CLAIMS_EXPENSE"] == 30_000


async def test_what_is_granted_beyond_the_repair_goes_to_the_customer() -> None:
    repair = await order_returned()
    bill = [AssessedLine("repair", Money.of("930.00")), AssessedLine("data", Money.of("100.00"))]
    claim = await claim_of(repair)
    await assessment.set_lines(claim.id, lines=bill, expected_version=claim.version, actor=repair.handler)
    await repair.by_shop(invoicing.invoice, number="I", amount=Money.of("500.00"))
    claim = await granted(repair)
    (rest,) = await Payout.filter(subject_id=claim.id)
    assert (rest.amount_minor, rest.customer_id) == (10_000, claim.customer_id)
    assert (await balances())["CLAIMS_EXPENSE"] == 30_000 + 10_000


async def test_no_less_is_granted_than_the_repairer_was_promised() -> None:
    repair = await order_approved()
    claim, case = await claim_of(repair), repair.case
    claim = await assessment.propose(claim.id, reason="r", expected_version=claim.version, actor=case.handler)
    async with refusing(BelowPromise) as raised:
        await decision.approve(
            claim.id, amount=Money(BY_CONTRACT - 1), reason="r", expected_version=claim.version, actor=case.handler
        )
    assert raised.value.path == ("input", "amount")


async def test_two_invoices_at_once_request_one_payout() -> None:
    repair = await order_returned()
    version = await repair.version()
    came = await asyncio.gather(
        *(
            invoicing.invoice(
                repair.id, number="I", amount=Money.of("930.00"), expected_version=version, actor=repair.shop.actor
            )
            for _ in range(3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, StaleVersion) for each in came) == 2
    assert await Payout.filter(subject_id=repair.id).count() == 1


async def test_who_approved_the_estimate_neither_makes_nor_approves_the_payout() -> None:
    repair = await order_invoiced()
    await banked(repair)
    payout, decider = await payout_of(repair), repair.handler.staff_id
    async with refused(DutiesNotSeparate):
        await making.make_ready(
            payout.id, expected_version=1, actor=Actor(frozenset({Role.FINANCE}), staff_id=decider)
        )
    made = await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
    async with refused(DutiesNotSeparate):
        both = Actor(frozenset({Role.FINANCE_APPROVER}), staff_id=decider)
        await approval.approve(payout.id, expected_version=made.version, actor=both)


async def test_whoever_handles_the_claim_has_no_part_in_paying_its_repairer_either() -> None:
    repair = await order_returned()
    claim, other = await claim_of(repair), await handler()
    assert other.staff_id is not None
    await registration.assign(
        claim.id, handler_id=other.staff_id, reason="holidays", expected_version=claim.version,
        actor=repair.case.manager,
    )  # fmt: skip
    await repair.by_shop(invoicing.invoice, number="I", amount=Money.of("930.00"))
    assert set((await payout_of(repair)).barred) == {str(repair.handler.staff_id), str(other.staff_id)}


async def test_who_set_the_account_neither_makes_nor_approves_the_payout() -> None:
    repair, payer = await order_invoiced(), await approver()
    await banked(repair, actor=payer)
    payout = await payout_of(repair)
    both = Actor(frozenset({Role.FINANCE, Role.FINANCE_APPROVER}), staff_id=payer.staff_id)
    async with refused(DutiesNotSeparate):
        await making.make_ready(payout.id, expected_version=1, actor=both)
    made = await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
    async with refused(DutiesNotSeparate):
        await approval.approve(payout.id, expected_version=made.version, actor=both)


async def test_a_repairer_without_an_account_is_not_paid_and_a_new_one_cools_down_and_voids_approvals() -> None:
    repair = await order_invoiced()
    payout, maker = await payout_of(repair), await staff(Role.FINANCE)
    async with refused(PayeeUnknown):
        await making.make_ready(payout.id, expected_version=1, actor=maker)
    await banked(repair)
    made = await making.make_ready(payout.id, expected_version=1, actor=maker)
    assert made.account_mask is not None and made.account_mask.endswith("1234")
    await banked(repair, OTHER)
    checker = await approver()
    async with refused(PayeeChanged):
        await approval.approve(payout.id, expected_version=made.version, actor=checker)
    held = await released(await payout_of(repair))
    assert (held.state, held.hold_reason) == (PayoutState.ON_HOLD, HoldReason.BANK_CHANGED)


async def test_a_suspicion_about_the_claim_stops_the_payout_of_its_repair() -> None:
    repair = await order_invoiced()
    claim = await claim_of(repair)
    await screening.refer(claim.id, reason="r", expected_version=claim.version, actor=repair.handler)
    assert (await payout_of(repair)).stop is HoldReason.REFERRED


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("DELETE FROM ledger_line; DELETE FROM ledger_transaction", ExceptionKind.NOT_IN_LEDGER),
        ("UPDATE ledger_line SET amount_minor = amount_minor + sign(amount_minor)", ExceptionKind.LEDGER_DIFFERS),
        ("UPDATE payout SET amount_minor = amount_minor + 1", ExceptionKind.WRONG_AMOUNT),
    ],
)
async def test_the_night_compares_payouts_to_repairers_with_bank_and_ledger(
    database: str, bank: TestBank, damage: str, kind: ExceptionKind
) -> None:
    repair = await order_invoiced()
    await banked(repair)
    await paid_by_the_bank(repair, database)
    payout = await payout_of(repair)
    assert payout.settled_at is not None
    day = clock.day_of(payout.settled_at)
    assert await reconciliation.reconcile(day, bank=bank.client, actor=SYSTEM) == 0
    await change(damage)
    await reconciliation.reconcile(day, bank=bank.client, actor=SYSTEM)
    assert kind in {each.kind for each in await PayoutException.filter(payout_id=payout.id)}
