"""What is under way in the demo: claims at different stages, a repair, an inquiry and a complaint.

Each is made in one transaction, and left as it is once it is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from commands import seed_data
from domain.claims import assessment, decision, documents, intake, registration, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.documents import Wanted
from domain.claims.intake import Loss
from domain.claims.models import Claim
from domain.claims.terms import DocumentKind
from domain.complaints.intake import Grievance, receive
from domain.complaints.models import Complaint
from domain.complaints.terms import ComplaintCategory, ComplaintChannel
from domain.inquiries.asking import Question, open_inquiry
from domain.inquiries.terms import InquiryChannel, InquiryTopic
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import lending
from domain.kernel.money import Money
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.making import make_ready
from domain.payouts.models import Payout
from domain.policies.models import Policy
from domain.policies.rules import serial_form
from domain.products.terms import Peril
from domain.repairs import estimating, network, ordering, rate_cards, repairing
from domain.repairs.models import Repairer
from domain.repairs.network import Service
from domain.repairs.rate_cards import NewRate
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import WorkKind

GRIEVANCE = "三天没有人告诉我理赔进展。"
QUESTION = "屏幕碎了,维修期间可以借用备用机吗?"
CITY = "杭州"
LABOUR, SCREEN = "L-SCREEN", "P-SCREEN-N9"
CARD = (
    NewRate(WorkKind.LABOUR, LABOUR, "更换屏幕工时", Money.of("180.00")),
    NewRate(WorkKind.PART, SCREEN, "Northwind N9 屏幕总成", Money.of("1250.00")),
)
ESTIMATE = (
    EstimatedLine(WorkKind.PART, "屏幕总成", Money.of("1250.00"), SCREEN),
    EstimatedLine(WorkKind.LABOUR, "工时", Money.of("180.00"), LABOUR),
)


@dataclass(frozen=True)
class Accident:
    """A loss on the day of the seeding, to what is insured by one of the sales."""

    sale: int
    cause: Peril
    place: str
    description: str
    claimed: str


@dataclass(frozen=True)
class Office:
    """Those who work on what is reported."""

    handler: Actor
    manager: Actor
    finance: Actor
    service: Actor
    repairing: UUID

    @property
    def repairer(self) -> Actor:
        """The partner that repairs."""
        return Actor(frozenset({Role.REPAIRER}), partner_id=self.repairing)


REPORTED = Accident(0, Peril.DROP, "深圳", "手机从桌上掉落,屏幕与后盖破裂。", "1860.00")
WAITING = Accident(2, Peril.LIQUID, "广州", "咖啡洒入键盘,无法开机。", "2400.00")
REPAIRED = Accident(4, Peril.SCREEN, CITY, "手机从口袋滑落,屏幕碎裂。", "1430.00")
PROPOSED = Accident(6, Peril.DROP, "北京", "手表掉在瓷砖上,表镜破裂。", "680.00")
PAID = Accident(3, Peril.SCREEN, "成都", "手机屏幕摔裂,触控失灵。", "760.00")


async def seed(staff: Mapping[str, UUID], repairer: UUID) -> None:
    """Makes what is missing; `staff` are the ids by address, `repairer` is the partner that repairs."""
    office = Office(
        handler=Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=staff["handler@demo.example"]),
        manager=Actor(frozenset({Role.CLAIMS_MANAGER}), staff_id=staff["manager@demo.example"]),
        finance=Actor(frozenset({Role.FINANCE}), staff_id=staff["finance@demo.example"]),
        service=Actor(frozenset({Role.CUSTOMER_SERVICE}), staff_id=staff["service@demo.example"]),
        repairing=repairer,
    )
    stages: dict[Accident, Callable[[Claim, Office], Awaitable[object]]] = {
        REPORTED: _leave,
        WAITING: _ask_for_papers,
        REPAIRED: _estimate,
        PROPOSED: _propose,
        PAID: _make_ready,
    }
    for accident, stage in stages.items():
        if not await Claim.filter(description=accident.description).exists():
            async with lending():
                await stage(await _report(accident), office)
    await _converse(office)


async def _policy(accident: Accident) -> Policy:
    serial = serial_form(seed_data.SALES[accident.sale].serial_number)
    return await Policy.get(serial_number=serial)


async def _report(accident: Accident) -> Claim:
    """The claim of an accident, reported by the customer."""
    policy = await _policy(accident)
    loss = Loss(
        on=clock.today(),
        cause=accident.cause,
        place=accident.place,
        description=accident.description,
        claimed=Money.of(accident.claimed),
    )
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
    return await intake.report(policy.id, loss=loss, actor=customer)


async def _leave(claim: Claim, office: Office) -> None:
    """Nobody has looked at it yet."""


async def _register(claim: Claim, office: Office) -> Claim:
    return await registration.register(claim.id, reserve=None, expected_version=claim.version, actor=office.handler)


async def _ask_for_papers(claim: Claim, office: Office) -> None:
    """The handler waits for papers."""
    claim = await _register(claim, office)
    wanted = [Wanted(DocumentKind.REPAIR_ESTIMATE), Wanted(DocumentKind.DAMAGE_PHOTOS, "键盘与屏幕各一张")]
    await documents.request_documents(claim.id, wanted=wanted, expected_version=claim.version, actor=office.handler)


async def _assess(claim: Claim, office: Office) -> Claim:
    claim = await _register(claim, office)
    return await assessment.start(claim.id, expected_version=claim.version, actor=office.handler)


async def _estimate(claim: Claim, office: Office) -> None:
    """The device is at the repairer's, whose estimate waits for the handler."""
    repairer = await _network(office)
    claim = await _assess(claim, office)
    order = await ordering.create(claim.id, wanted=ordering.Wanted(CITY, "上门取件前请先致电。"), actor=office.handler)
    order = await ordering.dispatch(
        order.id, repairer_id=repairer, expected_version=order.version, actor=office.handler
    )
    by = office.repairer
    order = await repairing.accept(order.id, expected_version=order.version, actor=by)
    order = await repairing.receive(
        order.id, serial_number=order.serial_number, expected_version=order.version, actor=by
    )
    order = await repairing.diagnose(order.id, diagnosis="屏幕总成碎裂。", expected_version=order.version, actor=by)
    await estimating.submit(order.id, lines=ESTIMATE, expected_version=order.version, actor=by)


async def _network(office: Office) -> UUID:
    """The repairer, in the network with its prices."""
    found = await Repairer.filter(partner_id=office.repairing).first()
    if found is None:
        service = Service("快修坊", [CITY, "上海"], ["Northwind", "Lanshan"], daily_capacity=20)
        found = await network.add(office.repairing, service=service, actor=office.manager)
        await rate_cards.set_rates(
            found.id, rates=CARD, valid_from=clock.today(), reason="demo data", actor=office.manager
        )
    return found.id


async def _propose(claim: Claim, office: Office) -> Claim:
    """Assessed and proposed; a decision is due."""
    claim = await _assess(claim, office)
    line = AssessedLine("维修发票", Money(claim.claimed_minor, claim.currency))
    claim = await assessment.set_lines(claim.id, lines=[line], expected_version=claim.version, actor=office.handler)
    return await assessment.propose(
        claim.id, reason="照片与发票相符。", expected_version=claim.version, actor=office.handler
    )


async def _make_ready(claim: Claim, office: Office) -> None:
    """Granted and agreed to; the payout waits for its approval."""
    claim = await _propose(claim, office)
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=office.handler)
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=claim.customer_id)
    claim = await settlement.agree(claim.id, expected_version=claim.version, actor=customer)
    payout = await Payout.get(subject_id=claim.id)
    await make_ready(payout.id, expected_version=payout.version, actor=office.finance)


async def _converse(office: Office) -> None:
    """A question that waits for its answer, and a complaint about the claim that waits for papers."""
    if await Complaint.filter(description=GRIEVANCE).exists():
        return
    claim = await Claim.get(description=WAITING.description)
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=claim.customer_id)
    subject = Subject(SubjectKind.CLAIM, claim.id)
    question = Question(InquiryChannel.APP, InquiryTopic.CLAIM, "备用机", QUESTION, subject)
    grievance = Grievance(ComplaintChannel.PHONE, ComplaintCategory.CLAIM_DELAY, GRIEVANCE, subject)
    async with lending():
        await open_inquiry(question, actor=customer)
        await receive(claim.customer_id, grievance=grievance, actor=office.service)
