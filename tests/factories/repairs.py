"""Repairers with their prices, and repair orders in the situations that tests start from, made by the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from domain.claims.terms import DeclineCode
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.partners import introduction
from domain.partners.terms import PartnerKind
from domain.repairs import estimating, invoicing, network, ordering, rate_cards, repairing, total_loss
from domain.repairs.models import Repairer, RepairOrder
from domain.repairs.network import Service
from domain.repairs.ordering import Wanted
from domain.repairs.rate_cards import NewRate
from domain.repairs.repairing import ReplacedPart
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import LossOutcome, WorkKind
from domain.repairs.total_loss import Finding
from tests.factories.claims import Case, claim_assessing
from tests.factories.insured import OFFICE, manager

LABOUR, PART = WorkKind.LABOUR, WorkKind.PART
CITY = "上海"
CARD = (
    NewRate(LABOUR, "L-SCREEN", "Change of a screen", Money.of("150.00")),
    NewRate(PART, "P-SCREEN", "Screen of a One", Money.of("800.00")),
)
SCREEN = EstimatedLine(PART, "Screen", Money.of("780.00"), "P-SCREEN")
WORK = EstimatedLine(LABOUR, "Labour", Money.of("150.00"), "L-SCREEN")
FILM = EstimatedLine(
    PART, "Protective film", Money.of("60.00"), exclusion=DeclineCode.CONSUMABLE, off_card_reason="not on the card"
)
ESTIMATE = (SCREEN, WORK, FILM)


@dataclass
class Shop:
    """A repairer with its system."""

    id: UUID
    actor: Actor

    async def now(self) -> Repairer:
        """Its row as it is now."""
        return await Repairer.get(id=self.id)


@dataclass
class Repair:
    """A repair order with the people around it."""

    id: UUID
    case: Case
    shop: Shop

    @property
    def handler(self) -> Actor:
        """Whose claim it is."""
        return self.case.handler

    async def now(self) -> RepairOrder:
        """The order as it is now."""
        return await RepairOrder.get(id=self.id)

    async def version(self) -> int:
        """Its version now."""
        return (await self.now()).version

    async def by_shop(self, verb: Any, **given: Any) -> None:
        """The repairer does something."""
        await verb(self.id, expected_version=await self.version(), actor=self.shop.actor, **given)

    async def by_handler(self, verb: Any, **given: Any) -> None:
        """The handler does something."""
        await verb(self.id, expected_version=await self.version(), actor=self.handler, **given)


async def repairing_partner() -> Actor:
    """A partner that repairs, and is not in the network yet."""
    code = uuid4().hex[-12:]
    partner_id = await introduction.introduce(
        code=code, name="Repairs", kind=PartnerKind.REPAIRER, commission_rate=Decimal(0), actor=OFFICE
    )
    return Actor(frozenset({Role.REPAIRER}), partner_id=partner_id)


def service(**changes: Any) -> Service:
    """Acme's devices in Shanghai, twenty a day."""
    usual: dict[str, Any] = {"name": "快修坊", "cities": [CITY], "brands": ["Acme"], "daily_capacity": 20}
    return Service(**{**usual, **changes})


async def shop(rates: Sequence[NewRate] = CARD, **changes: Any) -> Shop:
    """A repairer of the network with prices from today on."""
    actor, keeper = await repairing_partner(), await manager()
    assert actor.partner_id is not None
    found = await network.add(actor.partner_id, service=service(**changes), actor=keeper)
    if rates:
        await rate_cards.set_rates(
            found.id, rates=rates, valid_from=clock.today(), reason="agreed", actor=keeper
        )
    return Shop(found.id, actor)


async def order_created(case: Case | None = None, place: Shop | None = None) -> Repair:
    """Made for a claim that is being assessed; no repairer has it."""
    found = case or await claim_assessing()
    order = await ordering.create(found.claim.id, wanted=Wanted(CITY, "Call first."), actor=found.handler)
    return Repair(order.id, found, place or await shop())


async def order_dispatched(case: Case | None = None, place: Shop | None = None) -> Repair:
    """Offered to the repairer."""
    repair = await order_created(case, place)
    await repair.by_handler(ordering.dispatch, repairer_id=repair.shop.id)
    return repair


async def order_accepted(case: Case | None = None, place: Shop | None = None) -> Repair:
    """Taken by the repairer."""
    repair = await order_dispatched(case, place)
    await repair.by_shop(repairing.accept)
    return repair


async def order_received(case: Case | None = None, place: Shop | None = None) -> Repair:
    """The device is at the repairer's."""
    repair = await order_accepted(case, place)
    await repair.by_shop(repairing.receive, serial_number=(await repair.now()).serial_number)
    return repair


async def order_diagnosed(case: Case | None = None, place: Shop | None = None) -> Repair:
    """What is broken was found."""
    repair = await order_received(case, place)
    await repair.by_shop(repairing.diagnose, diagnosis="The screen is broken.")
    return repair


async def order_estimated(
    case: Case | None = None, place: Shop | None = None, lines: Sequence[EstimatedLine] = ESTIMATE
) -> Repair:
    """An estimate waits: 990.00, of which 930.00 are covered."""
    repair = await order_diagnosed(case, place)
    await repair.by_shop(estimating.submit, lines=lines)
    return repair


async def order_approved(case: Case | None = None, place: Shop | None = None) -> Repair:
    """The estimate was approved."""
    repair = await order_estimated(case, place)
    await repair.by_handler(estimating.approve)
    return repair


async def order_in_repair(case: Case | None = None, place: Shop | None = None) -> Repair:
    """Being repaired."""
    repair = await order_approved(case, place)
    await repair.by_shop(repairing.start)
    return repair


async def order_completed(case: Case | None = None, place: Shop | None = None) -> Repair:
    """Repaired with a new screen."""
    repair = await order_in_repair(case, place)
    await repair.by_shop(repairing.complete, parts=[ReplacedPart(1, "old-1", "new-1")])
    return repair


async def order_returned(case: Case | None = None, place: Shop | None = None) -> Repair:
    """The customer has it again."""
    repair = await order_completed(case, place)
    await repair.by_shop(repairing.give_back)
    return repair


async def order_invoiced(case: Case | None = None, place: Shop | None = None) -> Repair:
    """The repairer has sent its invoice."""
    repair = await order_returned(case, place)
    await repair.by_shop(invoicing.invoice, number="INV-1", amount=Money.of("930.00"))
    return repair


async def order_beyond_repair(case: Case | None = None, place: Shop | None = None) -> Repair:
    """There are no parts."""
    repair = await order_diagnosed(case, place)
    await repair.by_shop(total_loss.declare, finding=Finding(has_parts=False), reason="no parts")
    return repair


async def order_settled(outcome: LossOutcome, case: Case | None = None, place: Shop | None = None) -> Repair:
    """A device beyond repair, for which an outcome was chosen."""
    repair = await order_beyond_repair(case, place)
    await repair.by_handler(total_loss.choose, outcome=outcome, reason="as proposed")
    return repair
