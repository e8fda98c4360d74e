"""Estimates along the rate card, approved within authority, and sent back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.claims.models import ClaimLine
from domain.claims.refusals import AboveAuthority, AssignedToAnother, OwnClaim
from domain.claims.terms import DeclineCode
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound
from domain.kernel.sealing import blind_index
from domain.products.terms import Peril
from domain.repairs import estimating, rate_cards
from domain.repairs.models import EstimateLine
from domain.repairs.rate_cards import NewRate
from domain.repairs.refusals import AboveRateCard, NothingCovered, NotOnRateCard
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import RepairState
from domain.staff.models import Staff
from tests.factories.claims import claim_approved, claim_assessing, claim_registered, loss
from tests.factories.insured import handler, insured, manager, staff
from tests.factories.repairs import (
    CARD,
    ESTIMATE,
    LABOUR,
    PART,
    SCREEN,
    WORK,
    order_diagnosed,
    order_estimated,
    shop,
)
from tests.factories.unchanged import refusing

pytestmark = pytest.mark.usefixtures("database")


async def test_an_estimate_adds_up_and_keeps_what_the_card_said() -> None:
    repair = await order_estimated(lines=[*ESTIMATE, replace(WORK, quantity=2)])
    found = await repair.now()
    assert (found.state, found.estimate_minor, found.covered_minor) == (
        RepairState.ESTIMATE_SUBMITTED, 129_000, 123_000,
    )  # fmt: skip
    lines = await EstimateLine.filter(order_id=repair.id).order_by("position")
    told = [(each.bill_minor, each.card_price_minor, each.off_card_reason) for each in lines]
    assert told == [
        (78_000, 80_000, None), (15_000, 15_000, None), (6_000, None, "not on the card"), (30_000, 15_000, None),
    ]  # fmt: skip


async def test_a_price_above_the_card_needs_a_reason() -> None:
    repair = await order_diagnosed()
    dear = replace(SCREEN, price=Money.of("800.01"))
    async with refusing(AboveRateCard) as raised:
        await repair.by_shop(estimating.submit, lines=[WORK, dear])
    assert (raised.value.limit, raised.value.path) == (Money.of("800.00"), ("input", "lines", "1", "price"))
    await repair.by_shop(estimating.submit, lines=[WORK, replace(dear, off_card_reason="the maker raised it")])
    line = await EstimateLine.get(order_id=repair.id, position=2)
    assert (line.price_minor, line.card_price_minor) == (80_001, 80_000)


@pytest.mark.parametrize(
    "line",
    [
        replace(SCREEN, code="P-OTHER"),
        replace(SCREEN, code=None),
        replace(SCREEN, code="L-SCREEN"),
        EstimatedLine(LABOUR, "Labour", Money.of("1.00"), "P-SCREEN"),
    ],
)
async def test_what_is_not_on_the_card_needs_a_reason(line: EstimatedLine) -> None:
    repair = await order_diagnosed()
    async with refusing(NotOnRateCard) as raised:
        await repair.by_shop(estimating.submit, lines=[line])
    assert raised.value.path == ("input", "lines", "0", "code")
    await repair.by_shop(estimating.submit, lines=[replace(line, off_card_reason="rare")])


async def test_the_card_of_the_day_counts() -> None:
    place, keeper = await shop(), await manager()
    tomorrow = clock.today() + timedelta(days=1)
    cheaper = [NewRate(PART, "P-SCREEN", "Screen", Money.of("700.00"))]
    await rate_cards.set_rates(place.id, rates=cheaper, valid_from=tomorrow, reason="cheaper", actor=keeper)
    repair = await order_diagnosed(place=place)
    with clock.at(clock.now() + timedelta(days=1)):
        async with refusing(AboveRateCard) as raised:
            await repair.by_shop(estimating.submit, lines=[SCREEN])
        assert raised.value.limit == Money.of("700.00")
    await repair.by_shop(estimating.submit, lines=[SCREEN])


async def test_a_repairer_without_prices_says_why_of_every_line() -> None:
    repair = await order_diagnosed(place=await shop(rates=()))
    async with refusing(NotOnRateCard):
        await repair.by_shop(estimating.submit, lines=[WORK])


@pytest.mark.parametrize(
    ("lines", "constraint"),
    [
        ([], "required"),
        ([replace(WORK, price=Money(0))], "min"),
        ([replace(WORK, price=Money.of("1.00", Currency.USD))], "currency"),
        ([replace(WORK, quantity=0)], "between"),
        ([replace(WORK, quantity=100)], "between"),
    ],
)
async def test_an_estimate_that_says_nothing_is_refused(lines: list[EstimatedLine], constraint: str) -> None:
    repair = await order_diagnosed()
    async with refusing(Invalid) as raised:
        await repair.by_shop(estimating.submit, lines=lines)
    assert raised.value.constraint == constraint


async def test_an_estimate_is_sent_back_and_made_again() -> None:
    repair = await order_estimated()
    await repair.by_handler(estimating.reject, reason="the labour is too much")
    found = await repair.now()
    assert (found.state, found.rejection_reason) == (RepairState.ESTIMATE_REJECTED, "the labour is too much")
    await repair.by_shop(estimating.submit, lines=[SCREEN])
    found = await repair.now()
    assert (found.estimate_minor, found.rejection_reason) == (78_000, None)
    assert await EstimateLine.filter(order_id=repair.id).count() == 1


async def test_an_estimate_is_approved_within_authority() -> None:
    weak = await order_estimated(await claim_assessing(limit="929.99"))
    async with refusing(AboveAuthority) as raised:
        await weak.by_handler(estimating.approve)
    assert raised.value.limit == Money.of("929.99")
    await estimating.approve(weak.id, expected_version=await weak.version(), actor=weak.case.manager)
    found = await weak.now()
    assert (found.state, found.approved_minor, found.approved_by) == (
        RepairState.ESTIMATE_APPROVED, 93_000, weak.case.manager.staff_id,
    )  # fmt: skip


async def test_what_was_decided_for_the_same_loss_counts_toward_the_limit() -> None:
    covered = await insured()
    await claim_approved(covered)  # 1,500.00 for the same day
    case = await claim_assessing(covered, reported=loss(cause=Peril.SCREEN), limit="2429.99")
    repair = await order_estimated(case)
    async with refusing(AboveAuthority):
        await repair.by_handler(estimating.approve)


async def test_an_estimate_is_decided_by_the_handler_of_the_claim_and_managers_alone() -> None:
    repair, other = await order_estimated(), await handler()
    given, stranger = {"expected_version": await repair.version()}, await shop()
    async with refusing(AssignedToAnother):
        await estimating.approve(repair.id, actor=other, **given)
    async with refusing(AssignedToAnother):
        await estimating.reject(repair.id, reason="r", actor=other, **given)
    for wrong in (repair.shop.actor, repair.case.customer, repair.case.insured.partner, await staff(Role.FINANCE)):
        async with refusing(Forbidden):
            await estimating.approve(repair.id, actor=wrong, **given)
        async with refusing(Forbidden):
            await estimating.reject(repair.id, reason="r", actor=wrong, **given)
    async with refusing(NotFound):
        await estimating.approve(repair.id, actor=stranger.actor, **given)


async def test_nobody_approves_a_repair_of_his_or_her_own() -> None:
    repair = await order_estimated()
    boss = repair.case.manager
    mail = (await Staff.get(id=boss.staff_id)).email
    await Customer.filter(id=repair.case.claim.customer_id).update(mail_blind=blind_index("mail", mail))
    async with refusing(OwnClaim):
        await estimating.approve(repair.id, expected_version=await repair.version(), actor=boss)


async def test_a_claim_that_is_not_being_assessed_yet_takes_no_bill() -> None:
    repair = await order_estimated(await claim_registered())
    async with refusing(IllegalStep) as raised:
        await repair.by_handler(estimating.approve)
    assert (raised.value.action, raised.value.from_state) == ("SET_LINES", "REGISTERED")


async def test_an_estimate_of_which_nothing_is_covered_is_not_approved() -> None:
    cosmetic = [replace(each, exclusion=DeclineCode.COSMETIC) for each in (SCREEN, WORK)]
    repair = await order_estimated(lines=cosmetic)
    async with refusing(NothingCovered):
        await repair.by_handler(estimating.approve)


async def test_several_of_one_thing_are_told_in_the_bill() -> None:
    repair = await order_estimated(lines=[replace(WORK, quantity=3)])
    await repair.by_handler(estimating.approve)
    (line,) = await ClaimLine.filter(claim_id=repair.case.claim.id)
    assert (line.description, line.bill_minor) == ("Labour, 3", 45_000)


def test_the_card_of_the_factory_has_what_its_estimate_needs() -> None:
    assert {each.code for each in CARD} == {SCREEN.code, WORK.code}
