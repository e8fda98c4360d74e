"""Two claims of one policy, and all that people may do with them and their money, in any order."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.expressions import Q

from domain.claims import (
    advance_watching,
    advancing,
    assessment,
    decision,
    intake,
    registration,
    reopening,
    rescinding,
    screening,
    settlement,
)
from domain.claims.assessment import AssessedLine
from domain.claims.models import Advance, Claim, Referral
from domain.claims.owed import still_owed
from domain.claims.terms import AdvanceState, ClaimState, DeclineCode, ReferralState, ReopenReason
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.partners import banking
from domain.partners.models import Partner
from domain.payouts import approval, execution, making, retrying, reversal
from domain.payouts.models import Payout
from domain.payouts.terms import PayoutState
from domain.policies.models import Policy
from domain.products.terms import Peril
from domain.recoveries import receipts, subrogating
from domain.recoveries.models import RecoveryReceipt, Subrogation
from domain.recoveries.subrogating import Liability
from domain.recoveries.terms import ReceiptState
from domain.repairs import estimating, invoicing, ordering, repairing, total_loss, unpaid
from domain.repairs.models import RepairOrder
from domain.repairs.ordering import Wanted, has_live_order
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import LossOutcome, RepairState, WorkKind
from domain.repairs.total_loss import Finding
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind
from tests.factories.claims import loss
from tests.factories.insured import Insured, handler, insured, manager, staff
from tests.factories.payouts import ACCOUNT, PromptBank, approver
from tests.factories.recoveries import received, with_account
from tests.factories.repairs import CITY, Shop, shop

TERM_LIMIT, CLAIM_LIMIT = 260_000, 170_000
SYSTEM = Actor.system("payouts.execute")
S, R = ClaimState, RepairState
SETTLES, REFUSES = PromptBank(), PromptBank(refuses=True)


def paid_for(claim_id: UUID) -> Q:
    """Payouts of a claim, to its customer or its repairers."""
    return Q(subject_id=claim_id) | Q(matter_id=claim_id)


def total(rows: list[Any]) -> int:
    """What the amounts of rows come to."""
    return sum(row.amount_minor for row in rows)


@dataclass
class World:
    """One policy with a small limit, two claims on it, and the people around them."""

    draw: random.Random
    insured: Insured
    claims: list[UUID]
    shop: Shop
    handler: Actor
    managers: list[Actor]
    finance: list[Actor]
    approvers: list[Actor]
    alone: Actor
    most_claims: int | None
    exposed: dict[UUID, int] = field(default_factory=dict)

    def of(self, actors: list[Actor]) -> Actor:
        """One of them, or whoever has all roles."""
        return self.draw.choice([*actors, self.alone])

    def amount(self) -> Money:
        """Some amount, often a small one."""
        return Money(self.draw.randrange(1, self.draw.choice([1_000, 60_000, 220_000])))


async def world(seed: int) -> World:
    """Reported two months ago, both under way."""
    draw = random.Random(seed)
    with clock.at(clock.now() - timedelta(days=62)):
        count = draw.choice([None, None, 1])
        covered = await insured(per_claim_limit=Money(CLAIM_LIMIT), max_claims_a_year=count)
        await Policy.filter(id=covered.policy_id).update(sum_insured_minor=TERM_LIMIT)
        place, keeper = await shop(), await staff(Role.FINANCE)
        assert place.actor.partner_id is not None
        partner = await Partner.get(id=place.actor.partner_id)
        await banking.change_bank_account(
            partner.id, bank_account=ACCOUNT, reason="by letter", expected_version=partner.version, actor=keeper
        )
        await with_account(covered.customer)
        at_work, managers = await handler("50000.00"), [await manager(), await manager()]
        on = clock.today() - timedelta(days=1)
        causes = [Peril.DROP, Peril.LIQUID]
        reported = [
            await intake.report(covered.policy_id, loss=loss(on=on, cause=each), actor=covered.customer)
            for each in causes
        ]
        for claim in reported:
            taken = await registration.register(
                claim.id, reserve=None, expected_version=claim.version, actor=at_work
            )
            await assessment.start(claim.id, expected_version=taken.version, actor=at_work)
    return World(
        draw, covered, [each.id for each in reported], place, at_work, managers,
        [await staff(Role.FINANCE)], [await approver() for _ in range(3)], await _alone(), count,
    )  # fmt: skip


async def _alone() -> Actor:
    roles = (Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER)
    row = await Staff.create(name="All", email=f"{uuid4().hex}@insurer.example", roles=list(roles))
    for kind in (AuthorityKind.CLAIM_DECISION, AuthorityKind.PAYOUT_APPROVAL):
        await AuthorityLimit.create(staff_id=row.id, kind=kind, limit_minor=10_000_000, currency="CNY")
    return Actor(frozenset(roles), staff_id=row.id)


class Walk:
    """What may happen next to one of the claims."""

    def __init__(self, of: World, claim: Claim) -> None:
        self.world, self.claim, self.draw = of, claim, of.draw
        self.given: dict[str, Any] = {"expected_version": claim.version}
        self.at_work = of.of([of.handler])
        self.in_charge = of.of(of.managers)

    def turn(self) -> Callable[[], Awaitable[object]]:
        """What happens next: mostly what is apt, sometimes anything."""
        always = [self.payout, self.payout, self.repair, self.invoice, self.judge, self.judge, self.confirm]
        seldom = (
            self.second, self.back, self.decline, self.withdraw, self.refer, self.total_loss, self.comes_back,
            self.take_back, self.recover, self.lines, self.approve, self.agree, self.close, self.reopen,
            self.fraud, self.leave_unpaid,
        )  # fmt: skip
        if self.draw.random() < 0.15:
            return self.draw.choice(seldom)
        return self.draw.choice([*always, *self._apt() * 2])

    def _apt(self) -> list[Callable[[], Awaitable[object]]]:
        if self.claim.state is S.ASSESSING:
            return [
                self.lines, self.lines, self.third_party, self.propose, self.propose, self.propose, self.order,
                self.approve_estimate, self.advance, self.grant, self.take_back, self.look_again,
            ]  # fmt: skip
        apt = {
            S.DECISION_PENDING: [self.approve, self.approve, self.approve, self.second, self.grant, self.decline],
            S.APPROVED: [self.agree], S.PARTIALLY_APPROVED: [self.agree],
            S.PAYMENT_PENDING: [self.payout, self.payout, self.fraud], S.PAID: [self.close, self.recover, self.fraud],
            S.DECLINED: [self.close, self.leave_unpaid], S.CLOSED: [self.reopen, self.recover],
            S.REOPENED: [self.propose, self.look_again],
        }  # fmt: skip
        return list(apt.get(self.claim.state, []))

    async def lines(self) -> None:
        """The bill is assessed."""
        bills = (Money(self.draw.randrange(10_000, 200_000)) for _ in range(self.draw.randrange(1, 3)))
        found = [AssessedLine(f"{place}", bill) for place, bill in enumerate(bills)]
        await assessment.set_lines(self.claim.id, lines=found, **self.given, actor=self.at_work)

    async def third_party(self) -> None:
        """A third party has paid, or was let off."""
        nothing = Money(0)
        paid, waived = (self.draw.choice([nothing, nothing, nothing, self.world.amount()]) for _ in range(2))
        await assessment.record_third_party(
            self.claim.id, paid=paid, waived=waived, reason="told", **self.given, actor=self.at_work
        )

    async def propose(self) -> None:
        """An amount is proposed, or a reopened claim taken up."""
        if self.claim.state is S.REOPENED:
            await assessment.start(self.claim.id, **self.given, actor=self.at_work)
            return
        await assessment.propose(self.claim.id, reason="done", **self.given, actor=self.at_work)

    async def second(self) -> None:
        """A manager agrees."""
        amount = self.world.amount()
        await decision.second(self.claim.id, amount=amount, reason="yes", **self.given, actor=self.in_charge)

    async def back(self) -> None:
        """The proposal goes back."""
        await assessment.return_to_assessment(self.claim.id, reason="no", **self.given, actor=self.at_work)

    async def approve(self) -> None:
        """An amount is granted."""
        amount = self.draw.choice([None, self.world.amount()])
        actor = self.draw.choice([self.at_work, self.in_charge])
        await decision.approve(self.claim.id, amount=amount, reason="as seen", **self.given, actor=actor)

    async def decline(self) -> None:
        """It is declined."""
        code = self.draw.choice([DeclineCode.COSMETIC, DeclineCode.FRAUD])
        await decision.decline(
            self.claim.id, code=code, clause="5", reason="no", **self.given, actor=self.in_charge
        )

    async def withdraw(self) -> None:
        """It is taken back, seldom."""
        if self.draw.random() < 0.1:
            customer = self.world.insured.customer
            await intake.withdraw(
                self.claim.id, reason="no", open_work=has_live_order, **self.given, actor=customer
            )

    async def agree(self) -> None:
        """The customer agrees."""
        await settlement.agree(self.claim.id, **self.given, actor=self.world.insured.customer)

    async def close(self) -> None:
        """It is closed."""
        await reopening.close(
            self.claim.id, reason="done", open_work=has_live_order, **self.given, actor=self.at_work
        )

    async def reopen(self) -> None:
        """It is taken up again."""
        await reopening.reopen(
            self.claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", **self.given, actor=self.in_charge
        )

    async def refer(self) -> None:
        """Risk is to look at it."""
        await screening.refer(self.claim.id, reason="odd", **self.given, actor=self.at_work)

    async def judge(self) -> None:
        """Risk finds something, or nothing."""
        found = await Referral.filter(claim_id=self.claim.id, state=ReferralState.OPEN).first()
        if found is not None:
            verb = screening.confirm if self.draw.random() < 0.2 else screening.clear
            risk = await staff(Role.RISK)
            await verb(found.id, judgement="seen", expected_version=found.version, actor=risk)

    async def fraud(self) -> None:
        """Risk finds that it is false, at whatever stage; what was granted on it is taken back."""
        if self.claim.referral is not ReferralState.CONFIRMED:
            await self.refer()
            found = await Referral.get(claim_id=self.claim.id, state=ReferralState.OPEN)
            risk = await staff(Role.RISK)
            await screening.confirm(found.id, judgement="seen", expected_version=found.version, actor=risk)
            return
        await rescinding.rescind(self.claim.id, clause="5", reason="false", **self.given, actor=self.in_charge)

    async def look_again(self) -> None:
        """Risk finds that it was not false."""
        if self.claim.referral is ReferralState.CONFIRMED:
            risk, other = await staff(Role.RISK), await staff(Role.RISK)
            await screening.refer(self.claim.id, reason="a complaint", **self.given, actor=risk)
            found = await Referral.get(claim_id=self.claim.id, state=ReferralState.OPEN)
            await screening.clear(found.id, judgement="true", expected_version=found.version, actor=other)

    async def _order(self, *states: RepairState) -> RepairOrder | None:
        return await RepairOrder.filter(claim_id=self.claim.id, state__in=states).order_by("-id").first()

    async def order(self) -> None:
        """A repairer makes an estimate."""
        place = self.world.shop
        found = await ordering.create(self.claim.id, wanted=Wanted(CITY), actor=self.at_work)
        await ordering.dispatch(
            found.id, repairer_id=place.id, expected_version=found.version, actor=self.at_work
        )
        await self._by_shop(found.id, repairing.accept)
        await self._by_shop(found.id, repairing.receive, serial_number=found.serial_number)
        await self._by_shop(found.id, repairing.diagnose, diagnosis="broken")
        exclusions = (None, self.draw.choice([None, DeclineCode.CONSUMABLE]))
        lines = [
            EstimatedLine(WorkKind.PART, "Part", self.world.amount(), off_card_reason="dear", exclusion=each)
            for each in exclusions
        ]
        await self._by_shop(found.id, estimating.submit, lines=lines)

    async def _by_shop(self, order_id: UUID, verb: Any, **given: Any) -> None:
        row = await RepairOrder.get(id=order_id)
        await verb(order_id, expected_version=row.version, actor=self.world.shop.actor, **given)

    async def approve_estimate(self) -> None:
        """The repair may begin."""
        found = await self._order(R.ESTIMATE_SUBMITTED)
        if found is not None:
            await estimating.approve(found.id, expected_version=found.version, actor=self.at_work)

    async def leave_unpaid(self) -> None:
        """The repairer had a part in it."""
        found = await self._order(R.INVOICED)
        if found is not None:
            await unpaid.refuse_payment(
                found.id, reason="false", expected_version=found.version, actor=self.in_charge
            )

    async def total_loss(self) -> None:
        """There are no parts."""
        found = await self._order(R.ESTIMATE_SUBMITTED)
        if found is None:
            return
        given: dict[str, Any]
        finding, given = Finding(has_parts=False), {"reason": "no parts", "actor": self.at_work}
        await total_loss.declare(found.id, finding=finding, expected_version=found.version, **given)
        found = await RepairOrder.get(id=found.id)
        outcome = self.draw.choice(list(LossOutcome))
        await total_loss.choose(found.id, outcome=outcome, expected_version=found.version, **given)

    async def repair(self) -> None:
        """The device is repaired or replaced."""
        found = await self._order(R.ESTIMATE_APPROVED, R.REPLACEMENT_CHOSEN)
        if found is None:
            return
        if found.state is R.REPLACEMENT_CHOSEN:
            serial = f"SN{uuid4().hex[:20]}"
            await total_loss.record_replacement(
                found.id, serial_number=serial, reason="new", expected_version=found.version, actor=self.at_work
            )
        else:
            await self._by_shop(found.id, repairing.start)
            await self._by_shop(found.id, repairing.complete, parts=[])
        await self._by_shop(found.id, repairing.give_back)

    async def invoice(self) -> None:
        """The repairer asks for its money."""
        found = await self._order(R.RETURNED)
        if found is not None:
            approved = Money(found.approved_minor or 0)
            amount = self.draw.choice([approved, self.world.amount(), Money(max(1, approved.minor // 2))])
            await self._by_shop(found.id, invoicing.invoice, number="I", amount=amount)

    async def payout(self) -> None:
        """The next step of one of its payouts, taken by whoever may or may not."""
        over = (PayoutState.REVERSED, PayoutState.SETTLED, PayoutState.CANCELLED)
        found = await Payout.filter(paid_for(self.claim.id)).exclude(state__in=over)
        if not found:
            return
        row = self.draw.choice(found)
        for _ in range(4):
            row = await Payout.get(id=row.id)
            given: dict[str, Any] = {"expected_version": row.version}
            if row.state in {PayoutState.DRAFT, PayoutState.REJECTED}:
                await making.make_ready(row.id, **given, actor=self.world.of(self.world.finance))
            elif row.state is PayoutState.PENDING_APPROVAL:
                await approval.approve(row.id, **given, actor=self.world.of(self.world.approvers))
            elif row.state is PayoutState.APPROVED:
                bank = REFUSES if self.draw.random() < 0.2 else SETTLES
                await execution.execute(row.id, row.attempt, bank=bank, actor=SYSTEM)
            elif row.state is PayoutState.FAILED:
                await retrying.retry(
                    row.id, still_owed=still_owed, reason="again", **given, actor=self.world.of(self.world.finance)
                )

    async def comes_back(self) -> None:
        """A payment comes back."""
        row = await Payout.filter(paid_for(self.claim.id), state=PayoutState.SETTLED).order_by("-id").first()
        if row is not None:
            actor = self.world.of(self.world.finance)
            await reversal.reverse(row.id, reason="closed", expected_version=row.version, actor=actor)

    async def advance(self) -> None:
        """It has been long enough for an advance."""
        await advance_watching.look(self.claim.id, actor=Actor.system("claims.look_at_advance"))

    async def grant(self) -> None:
        """An advance is granted, or seconded."""
        found = await Advance.filter(claim_id=self.claim.id).order_by("-id").first()
        if found is not None:
            verb = advancing.second if self.draw.random() < 0.2 else advancing.approve
            amount = self.world.amount()
            await verb(
                found.id, amount=amount, reason="known", expected_version=found.version, actor=self.in_charge
            )

    async def take_back(self) -> None:
        """An advance comes back and counts no more."""
        found = await Advance.filter(claim_id=self.claim.id, state=AdvanceState.PAID).order_by("-id").first()
        if found is None or self.claim.state is not S.ASSESSING:
            return
        payout = await Payout.get(id=found.payout_id)
        if payout.state is PayoutState.SETTLED:
            await reversal.reverse(
                payout.id, reason="closed", expected_version=payout.version, actor=self.world.of(self.world.finance)
            )
        await advancing.take_back(
            found.id, reason="closed", expected_version=found.version, actor=self.in_charge
        )

    async def recover(self) -> None:
        """A demand for some amount, and some other amount that comes in."""
        row = await subrogating.start(
            self.claim.id, liability=Liability("王小明", "ran into it"), demand=self.world.amount(), actor=self.at_work
        )
        row = await subrogating.demand_payment(row.id, expected_version=row.version, actor=self.at_work)
        row = await Subrogation.get(id=row.id)
        await subrogating.record_receipt(
            row.id, amount=self.world.amount(), received=received(), expected_version=row.version, actor=self.at_work
        )
        standing = await RecoveryReceipt.filter(claim_id=self.claim.id).exclude(state=ReceiptState.REFUSED)
        paid = await Payout.filter(paid_for(self.claim.id), state=PayoutState.SETTLED)
        assert total(standing) <= total(paid), "never more comes back than was paid"

    async def confirm(self) -> None:
        """Finance finds what is said to have come in."""
        row = await RecoveryReceipt.filter(claim_id=self.claim.id, state=ReceiptState.RECORDED).first()
        if row is not None:
            await receipts.confirm(row.id, expected_version=row.version, actor=self.world.of(self.world.finance))
            assert row.recorded_by != (await RecoveryReceipt.get(id=row.id)).judged_by
