"""The repair network and its rate cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.repairs import network, rate_cards, rules
from domain.repairs.models import RateCardLine
from domain.repairs.rate_cards import NewRate, card_of
from domain.repairs.refusals import RateStands
from domain.repairs.terms import WorkKind
from tests.factories.insured import handler, manager, partner_with_a_book, staff
from tests.factories.repairs import CARD, LABOUR, PART, repairing_partner, service, shop
from tests.factories.unchanged import refusing

pytestmark = pytest.mark.usefixtures("database")


async def test_a_manager_takes_a_repairer_on_and_changes_what_it_serves() -> None:
    keeper, place = await manager(), await shop()
    found = await place.now()
    assert (found.name, found.cities, found.brands, found.daily_capacity) == ("快修坊", ["上海"], ["Acme"], 20)
    more = service(cities=["上海", " 杭州 "], daily_capacity=5)
    await network.change(place.id, service=more, reason="grows", expected_version=1, actor=keeper)
    found = await place.now()
    assert (found.cities, found.daily_capacity, found.version) == (["上海", "杭州"], 5, 2)
    entry = await AuditEntry.filter(subject_id=place.id, action="repairer:change").get()
    assert (entry.before["daily_capacity"], entry.after["daily_capacity"], entry.reason) == (20, 5, "grows")


async def test_a_repairer_is_suspended_and_sent_orders_again() -> None:
    keeper, place = await manager(), await shop()
    async with refusing(IllegalStep):
        await network.resume(place.id, reason="r", expected_version=1, actor=keeper)
    await network.suspend(place.id, reason="slow", expected_version=1, actor=keeper)
    assert not (await place.now()).active
    async with refusing(IllegalStep):
        await network.suspend(place.id, reason="r", expected_version=2, actor=keeper)
    async with refusing(StaleVersion):
        await network.resume(place.id, reason="r", expected_version=1, actor=keeper)
    await network.resume(place.id, reason="better", expected_version=2, actor=keeper)
    assert (await place.now()).active


async def test_only_partners_that_repair_are_taken_on_and_each_once() -> None:
    keeper, place, retailer = await manager(), await shop(), await partner_with_a_book()
    assert place.actor.partner_id is not None and retailer.partner_id is not None
    async with refusing(AlreadyExists):
        await network.add(place.actor.partner_id, service=service(), actor=keeper)
    async with refusing(Invalid) as raised:
        await network.add(retailer.partner_id, service=service(), actor=keeper)
    assert (raised.value.constraint, raised.value.path) == ("repairer_partner", ("input", "partnerId"))
    async with refusing(NotFound):
        await network.add(place.id, service=service(), actor=keeper)


@pytest.mark.parametrize(
    ("changes", "constraint", "field"),
    [
        ({"cities": []}, "required", "cities"),
        ({"brands": []}, "required", "brands"),
        ({"brands": ["Acme", "acme "]}, "unique", "brands"),
        ({"daily_capacity": 0}, "between", "dailyCapacity"),
        ({"daily_capacity": 10_001}, "between", "dailyCapacity"),
    ],
)
async def test_a_service_that_serves_nothing_is_refused(changes: dict[str, Any], constraint: str, field: str) -> None:
    keeper, place = await manager(), await shop()
    async with refusing(Invalid) as raised:
        await network.change(
            place.id, service=service(**changes), reason="r", expected_version=1, actor=keeper
        )
    assert (raised.value.constraint, raised.value.path) == (constraint, ("input", "service", field))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLAIMS_MANAGER])
async def test_nobody_but_claims_managers_keeps_the_network(role: Role) -> None:
    place, candidate, actor = await shop(), await repairing_partner(), Actor(frozenset({role}))
    assert candidate.partner_id is not None
    async with refusing(Forbidden):
        await network.add(candidate.partner_id, service=service(), actor=actor)
    async with refusing(Forbidden):
        await network.change(place.id, service=service(), reason="r", expected_version=1, actor=actor)
    async with refusing(Forbidden):
        await network.suspend(place.id, reason="r", expected_version=1, actor=actor)
    async with refusing(Forbidden):
        await rate_cards.set_rates(place.id, rates=CARD, valid_from=clock.today(), reason="r", actor=actor)


async def test_a_price_counts_from_its_day_on_and_the_former_until_then() -> None:
    keeper, place = await manager(), await shop()
    today, later = clock.today(), clock.today() + timedelta(days=10)
    dearer = [NewRate(PART, "P-SCREEN", "Screen of a One", Money.of("900.00"))]
    await rate_cards.set_rates(place.id, rates=dearer, valid_from=later, reason="dearer", actor=keeper)
    card, currency = await card_of(place.id), Money(0).currency
    prices = {
        day: found.price for day in (today, later - timedelta(days=1), later, later + timedelta(days=400))
        if (found := rules.rate_on(card, PART, "P-SCREEN", currency, day))
    }  # fmt: skip
    assert list(map(str, prices.values())) == ["800.00 CNY", "800.00 CNY", "900.00 CNY", "900.00 CNY"]
    assert rules.rate_on(card, PART, "P-SCREEN", currency, today - timedelta(days=1)) is None
    assert rules.rate_on(card, LABOUR, "P-SCREEN", currency, today) is None


async def test_a_price_that_is_set_stands() -> None:
    keeper, place = await manager(), await shop()
    async with refusing(RateStands) as raised:
        await rate_cards.set_rates(
            place.id, rates=CARD[1:], valid_from=clock.today(), reason="typo", actor=keeper
        )
    assert (raised.value.rate, raised.value.path) == ("P-SCREEN", ("input", "rates", "0", "code"))
    for change in (RateCardLine.all().update(price_minor=1), RateCardLine.all().delete()):
        with pytest.raises(IntegrityError):
            await change


@pytest.mark.parametrize(
    ("rates", "constraint"),
    [
        ([], "required"),
        ([CARD[0], CARD[0]], "unique"),
        ([NewRate(WorkKind.PART, "X", "x", Money(0))], "min"),
    ],
)
async def test_a_card_without_prices_or_with_one_twice_is_refused(rates: list[NewRate], constraint: str) -> None:
    keeper, place = await manager(), await shop()
    async with refusing(Invalid) as raised:
        await rate_cards.set_rates(place.id, rates=rates, valid_from=clock.today(), reason="r", actor=keeper)
    assert raised.value.constraint == constraint


async def test_prices_are_not_set_for_days_that_are_over_nor_for_strangers() -> None:
    keeper, place = await manager(), await shop(rates=())
    async with refusing(Invalid) as raised:
        await rate_cards.set_rates(
            place.id, rates=CARD, valid_from=clock.today() - timedelta(days=1), reason="r", actor=keeper
        )
    assert raised.value.path == ("input", "validFrom")
    assert keeper.staff_id is not None
    async with refusing(NotFound):
        await rate_cards.set_rates(keeper.staff_id, rates=CARD, valid_from=clock.today(), reason="r", actor=keeper)
    for other in (await handler(), await staff(Role.FINANCE), place.actor):
        async with refusing(Forbidden):
            await rate_cards.set_rates(place.id, rates=CARD, valid_from=clock.today(), reason="r", actor=other)
