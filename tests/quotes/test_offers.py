"""What a version offers for a device: the same price as a sale, every objection, and what of it is not needed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel import clock
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.policies.models import Policy
from domain.products.terms import DeviceCategory, DeviceCondition, Peril
from domain.quotes.offers import Offer, Tariffed, Thing, offered
from tests.face.conftest import Face
from tests.factories.insured import insured, sold, version_on_sale
from tests.quotes.terms import sale_terms

TODAY = date(2026, 12, 1)
ASK = """query($id: ID!, $device: QuotedDeviceInput!) {
  productVersion(id: $id) {
    offer(device: $device) {
      premium {amount currency} net {amount} tax {amount} isMinimum sumInsured {amount} startsOn coveredFrom endsOn
      overlapDays overlapRate objections {code message}
    }
  }
}"""


def thing(**changes: Any) -> Thing:
    usual: dict[str, Any] = {
        "category": DeviceCategory.PHONE, "price": Money.of("5999.00"), "purchased_on": TODAY,
    }  # fmt: skip
    return Thing(**{**usual, **changes})


def offer(found: Thing | None = None, perils: frozenset[Peril] = frozenset({Peril.DROP}), **terms: Any) -> Offer:
    return offered(Tariffed(sale_terms(**terms), perils), found or thing(), TODAY)


def codes(found: Offer) -> list[str]:
    return [each.code for each in found.objections]


def test_the_worked_premium_is_exact_to_the_cent() -> None:
    factors = {
        "category": {"PHONE": Decimal("1.20")}, "months": {"24": Decimal("1.75")},
        "condition": {"NEW": Decimal("1.05")},
        "deductible": {"200": Decimal("0.90")},
    }  # fmt: skip
    found = offer(months=24, base_rate=Decimal("0.042"), deductible=Money.of("200.00"), relativities=factors)
    assert found.priced is not None
    assert (found.priced.premium, found.priced.net, found.priced.tax) == (
        Money.of("500.01"), Money.of("471.71"), Money.of("28.30"),
    )  # fmt: skip
    assert not found.priced.is_minimum


def test_the_minimum_is_said_to_be_one() -> None:
    found = offer(thing(price=Money.of("300.00")), base_rate=Decimal("0.02"), relativities={})
    assert found.priced is not None
    assert (found.priced.premium, found.priced.is_minimum) == (Money.of("15.00"), True)


def test_every_objection_is_told_and_not_the_first_alone() -> None:
    late = thing(purchased_on=TODAY - timedelta(days=16), price=Money.of("0"))
    found = offer(late, starts_after_warranty=True)
    assert found.priced is None
    assert codes(found) == ["VALIDATION", "REGISTERED_TOO_LATE", "VALIDATION"]


def test_what_has_no_rate_is_not_insured() -> None:
    assert codes(offer(thing(category=DeviceCategory.APPLIANCE))) == ["NOT_RATED"]


@pytest.mark.parametrize(
    ("perils", "warranty_until", "days"),
    [
        ({Peril.BREAKDOWN}, TODAY + timedelta(days=90), 90),
        ({Peril.DROP}, TODAY + timedelta(days=90), 0),
        ({Peril.BREAKDOWN}, TODAY - timedelta(days=1), 0),
        ({Peril.BREAKDOWN}, TODAY + timedelta(days=4000), 365),
        ({Peril.BREAKDOWN}, None, 0),
    ],
)
def test_days_on_which_the_maker_answers_anyway_are_counted(
    perils: set[Peril], warranty_until: date | None, days: int
) -> None:
    assert offer(thing(warranty_until=warranty_until), frozenset(perils)).overlap_days == days


def test_a_cover_that_begins_after_the_warranty_overlaps_with_none_of_it() -> None:
    found = offer(
        thing(warranty_until=TODAY + timedelta(days=200)), frozenset({Peril.BREAKDOWN}), starts_after_warranty=True
    )
    assert found.overlap_days == 0


@given(st.integers(1, 999_999_900), st.sampled_from(list(DeviceCondition)))
def test_a_dearer_device_never_costs_less_and_never_less_than_the_minimum(
    minor: int, condition: DeviceCondition
) -> None:
    cheap, dear = (offer(thing(price=Money(each), condition=condition)) for each in (minor, minor + 100))
    assert cheap.priced is not None and dear.priced is not None
    assert Money.of("15.00") <= cheap.priced.premium <= dear.priced.premium


@pytest.mark.usefixtures("database")
async def test_what_is_offered_is_what_a_sale_costs(face: Face) -> None:
    covered = await insured()
    version_id = await version_on_sale(waiting_days=30)
    device = {"category": "PHONE", "price": {"amount": "3000.00"}, "purchasedOn": clock.today().isoformat()}
    shown = await ask_offer(face, version_id, device, covered)
    policy = await sold(version_id=version_id)
    assert Decimal(shown["premium"]["amount"]) * 100 == policy.premium_minor
    assert (shown["startsOn"], shown["endsOn"]) == (policy.starts_on.isoformat(), policy.ends_on.isoformat())
    assert shown["coveredFrom"] == (clock.today() + timedelta(days=30)).isoformat()
    assert (shown["objections"], await Policy.all().count()) == ([], 2)


@pytest.mark.usefixtures("database")
async def test_objections_are_told_in_the_readers_language_with_the_codes_that_a_sale_meets(face: Face) -> None:
    covered, version_id = await insured(), await version_on_sale()
    early = (clock.today() + timedelta(days=1)).isoformat()
    device = {"category": "PHONE", "price": {"amount": "3000.005", "currency": "CNY"}, "purchasedOn": early}
    shown = await ask_offer(face, version_id, device, covered)
    assert shown["premium"] is None
    assert [each["code"] for each in shown["objections"]] == ["VALIDATION"]
    device["price"] = {"amount": "3000.00", "currency": "USD"}
    shown = await ask_offer(face, version_id, device, covered)
    assert len(shown["objections"]) == 2


async def ask_offer(face: Face, version_id: Any, device: Any, covered: Any) -> Any:
    data = await face.data(ASK, covered.customer, id=public_id("pvn", version_id), device=device)
    return data["productVersion"]["offer"]
