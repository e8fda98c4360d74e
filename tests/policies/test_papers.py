"""What a policy document says: all that the policy is, in both languages, as its readers write it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.customers.models import Customer
from domain.documents.papers import Facts, Grid, Paper
from domain.kernel import clock
from domain.kernel.money import Currency, Money
from domain.policies import documenting, issuing
from domain.policies.models import Policy
from domain.policies.papers import policy_paper
from domain.policies.terms import PolicyState
from domain.policies.wording import WORDS, Wording
from domain.products.models import ProductExclusion
from domain.products.terms import DeviceCategory, DeviceCondition, DisclosureLevel, Exclusion, Peril, PerilTerms
from tests.factories.insured import device, partner_with_a_book, person, sold, version_on_sale
from tests.factories.papers import RENDERER, joined, text_of

LONG = "因故意行为、重大过失或者未经授权的拆卸、改装、维修造成的损失。" * 8
EXCLUSIONS = (
    Exclusion("5.1", "自然磨损。", "Wear and tear.", DisclosureLevel.ORDINARY),
    Exclusion("5.2", "外观损伤。", "Scratches that do not disturb its use."),
)
TERMS: dict[str, Any] = {
    "perils": {Peril.DROP: PerilTerms(), Peril.SCREEN: PerilTerms(Money.of("800.00"), Money.of("50.00"), 2)},
    "waiting_days": 30, "coinsurance_rate": Decimal("0.1"), "max_claims_a_year": 4, "exclusions": EXCLUSIONS,
    "per_claim_limit": Money.of("2500.00"),
}  # fmt: skip


async def paper_of(policy: Policy, language: str) -> Paper:
    found, editions = await documenting._read(policy.id, None)
    (edition,) = [each for each in editions if each.language == language]
    return policy_paper(found, language, proof_address=edition.proof_address, contact="care@example.com")


async def bought(version_id: UUID | None = None, **changes: Any) -> Policy:
    """A policy on a phone with an invoice, of a customer with an identity number."""
    customer = person(**{"full_name": "张三", "identity_number": "11010519491231002X"} | changes)
    return await issuing.register(
        version_id or await version_on_sale(**TERMS),
        partner_id=None,
        device=device(invoice_number="FP-42", warranty_until=clock.today() + timedelta(days=365), brand="华为"),
        customer=customer,
        actor=await partner_with_a_book(),
    )


def facts(paper: Paper) -> dict[str, str]:
    return {line.label: line.value for part in paper.parts if isinstance(part, Facts) for line in part.lines}


def grids(paper: Paper) -> list[Grid]:
    return [part for part in paper.parts if isinstance(part, Grid)]


@pytest.mark.usefixtures("database")
async def test_it_says_in_english_what_was_sold_to_whom_and_for_how_much() -> None:
    policy = await bought()
    paper = await paper_of(policy, "en")
    told, customer = facts(paper), await Customer.get(id=policy.customer_id)
    assert (paper.title, paper.number, paper.dated) == ("Policy document", policy.policy_number, policy.issued_at)
    assert (told["Name"], told["Identity number"]) == ("张三", "110***********002X")
    assert told["Mobile"] == customer.phone_mask
    assert told["Product"] == "Full cover"
    assert told["Serial number"] == policy.serial_number
    assert (told["Brand and model"], told["Kind"], told["Condition when bought"]) == ("华为 One", "Phone", "New")
    assert (told["Invoice number"], told["Price"]) == ("FP-42", "CNY 3,000.00")
    assert told["Sum insured"] == "CNY 3,000.00, the most for the whole period of cover"
    assert (told["Premium with tax"], told["Premium without tax"]) == ("CNY 180.00", "CNY 169.81")
    assert (told["VAT (6%)"], told["Your share of each loss"]) == ("CNY 10.19", "10%")


@pytest.mark.usefixtures("database")
async def test_days_are_told_as_people_read_them_with_the_last_one_included() -> None:
    policy = await bought()
    english, chinese = facts(await paper_of(policy, "en")), facts(await paper_of(policy, "zh"))
    assert policy.waiting_until is not None and policy.warranty_until is not None
    last, waiting = policy.ends_on - timedelta(days=1), policy.waiting_until - timedelta(days=1)
    assert english["Period of cover"] == f"{policy.starts_on} to {last}, both days included"
    assert english["Waiting period"] == f"until {waiting}, that day included. Losses in it are not covered."
    assert english["Cooling-off until"].startswith(f"{policy.cooling_off_until}, that day included.")
    assert english["Maker's warranty until"] == str(policy.warranty_until - timedelta(days=1))
    day = f"{last.year}年{last.month}月{last.day}日"
    assert chinese["保险期间"].endswith(f"{day}二十四时止")
    assert chinese["等待期"].startswith(f"至{waiting.year}年{waiting.month}月{waiting.day}日（含当日）")


@pytest.mark.usefixtures("database")
async def test_each_peril_has_its_own_limit_deductible_and_count_or_else_those_of_the_version() -> None:
    insured, _ = grids(await paper_of(await bought(), "en"))
    rows = {row[0]: row[1:] for row in insured.rows}
    assert rows == {
        "Damage by a fall": ("CNY 2,500.00", "CNY 200.00", "4"),
        "A broken screen": ("CNY 800.00", "CNY 50.00", "2"),
    }


@pytest.mark.usefixtures("database")
async def test_no_limit_is_told_that_is_above_the_sum_insured_and_no_count_that_is_none() -> None:
    policy = await sold()
    (insured, _) = grids(await paper_of(policy, "zh"))
    assert {row[1:] for row in insured.rows} == {("3,000.00 元", "200.00 元", "不限")}
    told = facts(await paper_of(policy, "zh"))
    assert (told["等待期"], told["证件号码"]) == ("无", "未提供")
    assert "自负比例" not in told


@pytest.mark.usefixtures("database")
async def test_exclusions_stand_by_code_and_in_full_so_that_nobody_overlooks_them() -> None:
    policy = await bought()
    for language, rows in (
        ("en", [("5.1", "Wear and tear.", "Pointed out to you"),
                ("5.2", "Scratches that do not disturb its use.", "Explained to you")]),
        ("zh", [("5.1", "自然磨损。", "提示"), ("5.2", "外观损伤。", "重点说明")]),
    ):  # fmt: skip
        _, exclusions = grids(await paper_of(policy, language))
        assert exclusions.marked and exclusions.note
        assert list(exclusions.rows) == rows


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_everything_that_it_says_can_be_read_in_the_file(language: str) -> None:
    many = tuple(Exclusion(f"6.{number}", f"第{number}条：{LONG}", f"Rule {number}: {LONG}") for number in range(40))
    policy = await bought(await version_on_sale(**TERMS | {"exclusions": many}))
    paper = await paper_of(policy, language)
    content = RENDERER.render(paper)
    text = text_of(content)
    for label, value in facts(paper).items():
        assert joined(label) in text and joined(value) in text, label
    assert len(await ProductExclusion.filter(product_version_id=policy.product_version_id)) == 40
    for number in range(40):
        assert f"6.{number}" in text
    assert content == RENDERER.render(await paper_of(policy, language))


@pytest.mark.usefixtures("database")
async def test_a_name_of_markup_marks_and_signs_is_set_as_it_is_on_file() -> None:
    name = "<b>欧阳</b>\u202e😀 " + "x" * 80
    policy = await bought(full_name=name)
    text = text_of(RENDERER.render(await paper_of(policy, "zh")))
    assert "姓名<b>欧阳</b>□" + "x" * 80 in text


@pytest.mark.parametrize("kind", [Peril, DeviceCategory, DeviceCondition, DisclosureLevel, PolicyState])
def test_every_value_that_a_reader_meets_has_a_word_in_both_languages(kind: type[Any]) -> None:
    for value in kind:
        chinese, english = WORDS[value]
        assert chinese and english and chinese != english
        assert value not in {chinese, english}


def test_amounts_are_written_as_their_readers_write_them() -> None:
    many = Money.of("1234567.80")
    assert Wording("zh").amount(many) == "1,234,567.80 元"
    assert Wording("en").amount(many) == "CNY 1,234,567.80"
    assert Wording("en").amount(Money(1_500, Currency.JPY)) == "JPY 1,500"
