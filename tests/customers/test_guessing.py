"""Nobody finds out a sealed detail of a customer by trying: what differs is not named, and tries are few."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from stdnum import luhn

from domain.customers.details import CustomerDetails
from domain.customers.guessing import MOST
from domain.customers.identifying import identify
from domain.customers.introduction import introduce
from domain.customers.models import Customer, DetailTries
from domain.customers.refusals import DetailDiffers
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.refusals import Refusals, TooManyAttempts
from domain.policies.batches import register_batch
from domain.policies.models import RegistrationRow
from domain.policies.terms import OnError
from tests.customers.planted import introduced, planted
from tests.factories.identity import NUMBER, OTHER_NUMBER, known
from tests.factories.insured import partner_with_a_book, version_on_sale
from tests.factories.offers import offer
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
GUESSES = [text for n in range(1_000) if luhn.is_valid(text := f"6222020200{n:06d}")]


async def codes(details: CustomerDetails, partner: Actor) -> list[str]:
    """Why somebody is not introduced; nothing for one who is."""
    assert partner.partner_id is not None
    try:
        await introduce(details, partner.partner_id, actor=partner)
    except Refusals as told:
        return [each.code for each in told.all]
    return []


async def test_after_some_wrong_tries_the_right_one_is_not_told_from_them_until_the_next_day() -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    told = [await codes(replace(planted(), bank_account=guess), partner) for guess in GUESSES[: MOST + 1]]
    assert told == [["DETAIL_DIFFERS"]] * MOST + [["THROTTLED"]]
    assert await codes(planted(), partner) == ["THROTTLED"]
    assert await codes(replace(planted(), bank_account=None, identity_number=None), partner) == []
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert await codes(planted(), partner) == []


async def test_nothing_sealed_is_compared_where_something_else_differs() -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    for guess in (*GUESSES[: MOST + 1], planted().bank_account):
        with pytest.raises(Refusals) as raised:
            await introduce(
                replace(planted(), full_name="X", bank_account=guess), partner.partner_id, actor=partner  # type: ignore[arg-type]
            )
        assert [each.path for each in raised.value.all] == [("input", "customer", "fullName")]
    assert await DetailTries.all().count() == 0


async def test_a_refused_try_leaves_its_count_and_nothing_else() -> None:
    partner = await partner_with_a_book()
    row = await introduced(partner)
    async with refused_together():
        await introduce(replace(planted(), bank_account=GUESSES[0]), row.partner_id, actor=partner)
    (counted,) = await DetailTries.all()
    assert (counted.customer_id, counted.tries) == (row.id, 1)


@pytest.mark.parametrize("on_error", OnError)
async def test_a_batch_of_guesses_is_bounded_as_single_ones_are(on_error: OnError) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    await introduced(partner)
    guesses = [*GUESSES[:10], planted().bank_account]
    rows = [
        replace(offer(f"R{n}", version_id), customer=replace(planted(), bank_account=guess))
        for n, guess in enumerate(guesses)
    ]
    try:
        await register_batch(rows, partner_id=None, on_error=on_error, actor=partner)
        told = [row.faults[0]["code"] for row in await RegistrationRow.all().order_by("line")]
    except Refusals as refusals:
        told = [each.code for each in refusals.all]
    assert told == ["DETAIL_DIFFERS"] * MOST + ["THROTTLED"] * (len(guesses) - MOST)
    assert await codes(planted(), partner) == ["THROTTLED"]


async def test_an_identity_number_is_not_found_out_by_trying_either() -> None:
    partner = await partner_with_a_book()
    row = await known(partner)

    async def told(number: str) -> None:
        await identify(
            row.id, identity_number=number, organisation_code=None, expected_version=row.version, actor=partner
        )

    await told(NUMBER)
    for _ in range(MOST):
        async with refused(DetailDiffers):
            await told(OTHER_NUMBER)
    for number in (OTHER_NUMBER, NUMBER):
        async with refused(TooManyAttempts):
            await told(number)
    assert (await Customer.get(id=row.id)).version == row.version
