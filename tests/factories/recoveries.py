"""Paid claims, and what came back of them, in the situations that tests start from, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.claims import assessment, decision, screening, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.intake import Loss
from domain.claims.models import Referral
from domain.claims.terms import ReferralState
from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.payouts import approval, execution, making
from domain.payouts.models import Payout
from domain.recoveries import receipts, salvaging, subrogating
from domain.recoveries.models import RecoveryReceipt, Salvage, Subrogation
from domain.recoveries.receipts import Received
from domain.recoveries.salvaging import Thing
from domain.recoveries.subrogating import Liability
from tests.factories.claims import Case, claim_assessing
from tests.factories.insured import Insured, staff
from tests.factories.payouts import ACCOUNT, PromptBank, approver

BILL = "1700.00"
"""Of which 1,500.00 are paid."""
SERIAL = "SN-OLD-123456"
PARTY = "王小明"


@dataclass
class Came:
    """Something that comes back, with the people around it."""

    id: UUID
    case: Case
    finance: Actor

    @property
    def handler(self) -> Actor:
        """Whose claim it is."""
        return self.case.handler

    async def thing(self) -> Salvage:
        """The salvage as it is now."""
        return await Salvage.get(id=self.id)

    async def demand(self) -> Subrogation:
        """The demand as it is now."""
        return await Subrogation.get(id=self.id)

    async def receipt(self) -> RecoveryReceipt:
        """Its latest receipt."""
        found = await RecoveryReceipt.filter(claim_id=self.case.claim.id).order_by("-id").first()
        assert found is not None
        return found

    async def do(self, verb: Any, *, actor: Actor | None = None, **given: Any) -> Any:
        """The handler, or somebody else, does something with it as it is now."""
        row = await Salvage.filter(id=self.id).first() or await Subrogation.get(id=self.id)
        return await verb(self.id, expected_version=row.version, actor=actor or self.handler, **given)

    async def judge(self, verb: Any, *, actor: Actor | None = None, **given: Any) -> Any:
        """Finance, or somebody else, judges its latest receipt."""
        row = await self.receipt()
        return await verb(row.id, expected_version=row.version, actor=actor or self.finance, **given)


def received(reference: str | None = None) -> Received:
    """Money of today."""
    return Received(reference or f"BANK-{uuid4().hex}", clock.today())


async def claim_settled(covered: Insured | None = None, *, bill: str = BILL, reported: Loss | None = None) -> Case:
    """Paid by the bank; the ledger has it."""
    options = {"reported": reported} if reported else {}
    case = await claim_assessing(covered, **options)
    lines = [AssessedLine("Mainboard", Money.of(bill))]
    await assessment.set_lines(case.claim.id, lines=lines, expected_version=case.claim.version, actor=case.handler)
    await _step(case, assessment.propose, reason="as repaired")
    await cleared(case)
    await _step(case, decision.approve, amount=None)
    await with_account(case.customer)
    await _step(case, settlement.agree, actor=case.customer)
    await pay(case)
    return case


async def _step(case: Case, verb: Any, *, actor: Actor | None = None, **given: Any) -> None:
    version = (await case.reread()).version
    case.claim = await verb(case.claim.id, expected_version=version, actor=actor or case.handler, **given)


async def cleared(case: Case) -> None:
    """Risk finds nothing wrong with it, where it was referred."""
    referral = await Referral.filter(claim_id=case.claim.id, state=ReferralState.OPEN).first()
    if referral is not None:
        risk = await staff(Role.RISK)
        await screening.clear(referral.id, judgement="as told", expected_version=referral.version, actor=risk)


async def with_account(customer: Actor) -> None:
    """The customer has said where money goes, two days ago."""
    assert customer.customer_id is not None
    row = await Customer.get(id=customer.customer_id)
    if row.bank_account_mask is None:
        with clock.at(clock.now() - timedelta(days=2)):
            await changes.change_bank_account(
                row.id, bank_account=ACCOUNT, expected_version=row.version, actor=customer
            )


async def pay(case: Case) -> None:
    """Finance and the bank pay what was agreed, and the claim learns of it."""
    found = await Payout.filter(subject_id=case.claim.id, decision_no=case.claim.decision_no).first()
    assert found is not None
    await making.make_ready(found.id, expected_version=found.version, actor=await staff(Role.FINANCE))
    payout = await Payout.get(id=found.id)
    await approval.approve(payout.id, expected_version=payout.version, actor=await approver())
    office = Actor.system("payouts.execute")
    await execution.execute(payout.id, payout.attempt, bank=PromptBank(), actor=office)
    amount = Money(payout.amount_minor, payout.currency)
    await settlement.record_paid(case.claim.id, decision_no=payout.decision_no, amount=amount, actor=office)
    case.claim = await case.reread()


async def salvage_expected(case: Case | None = None, *, serial_number: str | None = SERIAL) -> Came:
    """The old mainboard passes to the insurer."""
    found = case or await claim_settled()
    row = await salvaging.expect(found.claim.id, thing=Thing("Mainboard", serial_number), actor=found.handler)
    return Came(row.id, found, await staff(Role.FINANCE))


async def salvage_received(case: Case | None = None) -> Came:
    """The insurer has it."""
    came = await salvage_expected(case)
    await came.do(salvaging.receive)
    return came


async def salvage_sold(case: Case | None = None, proceeds: str = "300.00") -> Came:
    """Sold; finance has not found the money yet."""
    came = await salvage_received(case)
    await came.do(salvaging.sell, proceeds=Money.of(proceeds), received=received())
    return came


async def subrogation_opened(case: Case | None = None, demand: str = "1000.00") -> Came:
    """A third party has to answer for the loss."""
    found = case or await claim_settled()
    row = await subrogating.start(
        found.claim.id, liability=Liability(PARTY, "ran into it"), demand=Money.of(demand), actor=found.handler
    )
    return Came(row.id, found, await staff(Role.FINANCE))


async def subrogation_demanded(case: Case | None = None, demand: str = "1000.00") -> Came:
    """The third party was asked to pay."""
    came = await subrogation_opened(case, demand)
    await came.do(subrogating.demand_payment)
    return came


async def subrogation_receipted(
    case: Case | None = None, amount: str = "400.00", demand: str = "1000.00"
) -> Came:
    """A part came in; finance has not found it yet."""
    came = await subrogation_demanded(case, demand)
    await came.do(subrogating.record_receipt, amount=Money.of(amount), received=received())
    return came


async def subrogation_recovered(case: Case | None = None, amount: str = "400.00") -> Came:
    """A part came in, and finance confirmed it."""
    came = await subrogation_receipted(case, amount)
    await came.judge(receipts.confirm)
    return came
