"""Repairers with prices, and repair orders in many states; the repairer of the seeded world has its own."""

from __future__ import annotations

from datetime import timedelta

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind
from domain.products.terms import Peril
from domain.repairs import estimating, network, rate_cards, repairing, total_loss
from domain.repairs.terms import LossOutcome
from tests.factories import repairs as made
from tests.factories.claims import Case, claim_assessing, loss
from tests.factories.insured import Insured, manager
from tests.factories.repairs import CARD, Shop, service, shop

PERILS = (Peril.SCREEN, Peril.LIQUID, Peril.BREAKDOWN, Peril.DROP, Peril.THEFT)


async def seed_repairs(covered: list[Insured], repairer: Actor) -> None:
    """Each policy's customer has orders at the known repairer and at another, from made to invoiced and replaced."""
    own, other = await _known(repairer), await shop(name="老街维修", cities=[made.CITY, "杭州"])
    for each in covered:
        await made.order_created(await _case(each, 0), own)
        rejected = await made.order_estimated(await _case(each, 1), own)
        await rejected.by_handler(estimating.reject, reason="too dear")
        done = await made.order_invoiced(await _case(each, 2), own)
        with clock.at(clock.now() + timedelta(days=3, hours=2)):
            again = await made.order_completed(await _case(each, 3), other)
            await again.by_shop(repairing.give_back)
        assert (await again.now()).repeat_of_id == done.id
        refused = await made.order_dispatched(await _case(each, 4), other)
        await refused.by_shop(repairing.refuse, reason="no bench is free")
    await made.order_settled(LossOutcome.CASH, None, own)
    replaced = await made.order_settled(LossOutcome.REPLACE, None, other)
    await replaced.by_handler(total_loss.record_replacement, serial_number="SN-REPLACED", reason="handed out")
    await made.order_in_repair(None, other)
    await made.order_accepted(None, own)
    await made.order_accepted(await claim_assessing(reported=loss(cause=Peril.THEFT)), own)


async def _case(covered: Insured, number: int) -> Case:
    """A claim of a day of its own, within the days of the cover."""
    on = clock.today() - timedelta(days=10 + number)
    return await claim_assessing(covered, reported=loss(cause=PERILS[number], on=on, place=f"no. {number}"))


async def _known(repairer: Actor) -> Shop:
    """The partner of the seeded repairer joins the network."""
    keeper = await manager()
    assert repairer.partner_id is not None
    await Partner.filter(id=repairer.partner_id).update(kind=PartnerKind.REPAIRER)
    found = await network.add(repairer.partner_id, service=service(), actor=keeper)
    await rate_cards.set_rates(found.id, rates=CARD, valid_from=clock.today(), reason="agreed", actor=keeper)
    return Shop(found.id, repairer)
