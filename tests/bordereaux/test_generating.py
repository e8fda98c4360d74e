"""The lines of a month and their totals, which are those of the ledger or are told to differ."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from domain.billing.models import Instalment, Invoice
from domain.bordereaux import generating, opening
from domain.bordereaux.comparing import in_the_ledger
from domain.bordereaux.models import Bordereau
from domain.bordereaux.premiums import PREMIUMS
from domain.bordereaux.rules import Amounts
from domain.bordereaux.terms import BordereauState as S
from domain.documents.models import Document
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from domain.kernel.ids import public_id
from domain.kernel.money import Currency
from domain.notifications.models import Notification
from domain.policies import cancellation
from domain.policies.models import Policy
from gateways.store import FolderStore
from tests.factories.applications import billed, issued
from tests.factories.billing import called
from tests.factories.bordereaux import (
    WRITER,
    bordereau_open,
    bordereau_written,
    lines_in,
    month_ago,
    on_day,
    posted_wrongly,
)
from tests.factories.insured import partner_with_a_book, sold, staff, version_on_sale
from tests.factories.unchanged import unchanged
from tests.factories.working import work_off

pytestmark = pytest.mark.usefixtures("database")


async def taken_back(policy: Policy) -> Policy:
    """The customer takes a policy back."""
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
    return await cancellation.cancel(policy.id, reason="no need", expected_version=policy.version, actor=customer)


async def test_a_sale_and_its_taking_back_in_one_month_are_two_lines_that_come_to_nothing(store: FolderStore) -> None:
    partner, month = await partner_with_a_book(), month_ago()
    with on_day(month):
        policy = await sold(partner=partner)
        await taken_back(policy)
    row = await bordereau_written(partner, store=store)
    assert (row.state, row.line_count, row.gross_minor, row.commission_minor) == (S.VALIDATED, 2, 0, 0)
    sale, back = await lines_in(row, store)
    assert sale == {
        "policyNumber": policy.policy_number, "insuredRef": public_id("cus", policy.customer_id),
        "serialLast4": policy.serial_number[-4:], "productCode": sale["productCode"], "sumInsured": "3000.00",
        "currency": "CNY", "gross": "180.00", "net": "169.81", "tax": "10.19", "commission": "16.98",
        "startsOn": policy.starts_on.isoformat(), "lastDay": (policy.ends_on - timedelta(days=1)).isoformat(),
        "txnType": "NB", "txnDate": month.replace(day=10).isoformat(),
    }  # fmt: skip
    told = {"gross": "-180.00", "net": "-169.81", "tax": "-10.19", "commission": "-16.98", "txnType": "CAN"}
    assert back == sale | told


async def test_what_is_taken_back_in_a_later_month_stands_in_that_month_with_what_is_given_back(
    store: FolderStore,
) -> None:
    partner, earlier, later = await partner_with_a_book(), month_ago(2), month_ago()
    with on_day(earlier):
        version_id = await version_on_sale(starts_after_warranty=True)
        policy = await sold(
            version_id=version_id, partner=partner, warranty_until=clock.today() + timedelta(days=200)
        )
    with on_day(later, 20):
        await taken_back(policy)
    first, second = [await bordereau_written(partner, month, store=store) for month in (earlier, later)]
    assert (first.state, second.state) == (S.VALIDATED, S.VALIDATED)
    assert [line["txnType"] for line in await lines_in(first, store)] == ["NB"]
    assert (first.gross_minor, second.gross_minor) == (18_000, -16_000)
    (back,) = await lines_in(second, store)
    assert (back["txnType"], back["gross"], back["net"], back["tax"], back["commission"]) == (
        "CAN", "-160.00", "-150.94", "-9.06", "-15.09",
    )  # fmt: skip


async def test_a_spreadsheet_reckons_nothing_in_a_bordereau(store: FolderStore) -> None:
    partner = await partner_with_a_book()
    with on_day(month_ago()):
        await sold(partner=partner, serial_number="SN+1+1")
    (line,) = await lines_in(await bordereau_written(partner, store=store), store)
    assert line["serialLast4"] == "'+1+1"


async def test_the_insurer_s_days_decide_which_month_a_sale_belongs_to(store: FolderStore) -> None:
    partner, month = await partner_with_a_book(), month_ago()
    version_id = await version_on_sale()
    begin, end = clock.start_of(month), clock.start_of(months_after(month, 1))
    for instant in (begin - timedelta(seconds=30), begin, end - timedelta(seconds=30), end):
        with clock.at(instant):
            await sold(version_id=version_id, partner=partner)
    row = await bordereau_written(partner, store=store)
    assert (row.state, row.line_count) == (S.VALIDATED, 2)
    days = [line["txnDate"] for line in await lines_in(row, store)]
    assert days == [month.isoformat(), (months_after(month, 1) - timedelta(days=1)).isoformat()]


async def test_invoiced_premium_has_no_commission_in_its_line_as_in_its_posting(store: FolderStore) -> None:
    partner, month = await partner_with_a_book(), month_ago()
    with on_day(month):
        await issued(partner=partner)
    row = await bordereau_written(partner, store=store)
    told = [(line["txnType"], line["net"], line["commission"]) for line in await lines_in(row, store)]
    assert (told, row.state) == ([("NB", "169.81", "0.00"), ("COM", "0.00", "16.98")], S.VALIDATED)


async def test_commission_stands_in_the_month_of_each_payment_and_comes_to_nothing_with_the_taking_back(
    store: FolderStore,
) -> None:
    partner, first, second = await partner_with_a_book(), month_ago(2), month_ago()
    with on_day(first, 28):
        applied = await issued(partner=partner, instalments=3)
        policy = await Policy.get(id=(await applied.now()).policy_id)
    with on_day(second, 4):
        invoice = await Invoice.get(subject_id=policy.id)
        part = await Instalment.get(invoice_id=invoice.id, number=2)
        paid = {
            "reference": "R-2", "invoiceNumber": invoice.invoice_number, "amount": f"{part.amount_minor / 100:.2f}",
            "currency": "CNY", "paidAt": clock.now().isoformat(),
        }  # fmt: skip
        await called(paid)
        await taken_back(await Policy.get(id=policy.id))
    rows = [await bordereau_written(partner, month, store=store) for month in (first, second)]
    assert [row.state for row in rows] == [S.VALIDATED, S.VALIDATED]
    told = [[(each["txnType"], each["commission"]) for each in await lines_in(row, store)] for row in rows]
    assert told == [[("NB", "0.00"), ("COM", "5.66")], [("CAN", "-11.32"), ("COM", "5.66")]]
    assert sum(row.commission_minor for row in rows) == 0


async def test_what_was_paid_before_the_policy_counts_with_the_policy(store: FolderStore) -> None:
    partner, first, second = await partner_with_a_book(), month_ago(2), month_ago()
    with on_day(first, 28):
        applied = await billed(partner=partner)
        await applied.pay()
    with on_day(second, 1):
        await work_off("billing.instalment_paid")
        await work_off("applications.issue")
    rows = [await bordereau_written(partner, month, store=store) for month in (first, second)]
    assert [(row.state, row.line_count, row.commission_minor) for row in rows] == [
        (S.VALIDATED, 0, 0), (S.VALIDATED, 2, 1_698),
    ]  # fmt: skip


async def test_the_totals_are_the_ledger_s_after_sales_cancellations_and_invoiced_applications_at_random(
    store: FolderStore,
) -> None:
    dice, partner, other = random.Random(20261130), await partner_with_a_book(), await partner_with_a_book()
    months = [month_ago(2), month_ago()]
    with on_day(months[0], 1):
        version_id = await version_on_sale()
    for turn in range(14):
        month, day = months[turn % 2], dice.randint(1, 20)
        with on_day(month, day):
            seller = dice.choice([partner, partner, other])
            if turn in {3, 8}:
                await issued(partner=partner)
                continue
            policy = await sold(version_id=version_id, partner=seller)
        if dice.random() < 0.5:
            with on_day(month, day + dice.randint(0, 8)):
                await taken_back(policy)
    for seller in (partner, other):
        for month in months:
            row = await bordereau_written(seller, month, store=store)
            lines = await lines_in(row, store)
            assert (row.state, row.line_count) == (S.VALIDATED, len(lines))
            async with transaction():
                ledger = await in_the_ledger(PREMIUMS, row)
            assert ledger == Amounts(row.net_minor, row.tax_minor, row.commission_minor)
            for name, minor in (("gross", row.gross_minor), ("tax", row.tax_minor)):
                assert sum(round(float(line[name]) * 100) for line in lines) == minor, name
    assert await Bordereau.filter(commission_minor__gt=0).count() > 0


async def test_pages_of_whatever_size_make_the_same_file() -> None:
    partner, month = await partner_with_a_book(), month_ago()
    with on_day(month):
        version_id = await version_on_sale()
    with clock.at(clock.start_of(month)):
        policies = [await sold(version_id=version_id, partner=partner) for _ in range(5)]
    await Policy.filter(id__in=[each.id for each in policies]).update(issued_at=clock.start_of(month))
    row = await bordereau_open(partner)
    whole, *others = [await generating.write_lines(PREMIUMS, row, page=page) for page in (100, 1, 2, 5)]
    assert whole.count == 5
    assert {each.content for each in others} == {whole.content}


async def test_a_difference_keeps_it_from_being_handed_over_and_finance_is_told(store: FolderStore) -> None:
    partner, people = await partner_with_a_book(), [await staff(Role.FINANCE), await staff(Role.RISK)]
    with on_day(month_ago()):
        policy = await sold(partner=partner)
    await posted_wrongly(policy.id, 100)
    row = await bordereau_written(partner, store=store)
    assert (row.state, row.validated_at, row.net_minor) == (S.GENERATED, None, 16_981)
    assert (row.net_difference_minor, row.tax_difference_minor, row.commission_difference_minor) == (-100, 0, 0)
    letters = await Notification.filter(template="BORDEREAU_DIFFERS", subject_id=row.id)
    assert people[0].staff_id in {each.party_id for each in letters}
    assert people[1].staff_id not in {each.party_id for each in letters}
    await posted_wrongly(policy.id, -100)
    again = await bordereau_written(partner, store=store)
    assert (again.id, again.state, again.edition, again.net_difference_minor) == (row.id, S.VALIDATED, 2, 0)
    assert await Document.filter(subject_id=row.id).count() == 2


async def test_the_job_twice_writes_nothing_twice(store: FolderStore) -> None:
    partner = await partner_with_a_book()
    with on_day(month_ago()):
        await sold(partner=partner)
    row = await bordereau_written(partner, store=store)
    async with unchanged():
        assert await generating.write(PREMIUMS, row.id, store=store, actor=WRITER) is False


async def test_a_month_without_sales_has_a_bordereau_without_lines(store: FolderStore) -> None:
    partner = await partner_with_a_book()
    row = await bordereau_written(partner, store=store)
    assert (row.state, row.line_count, row.gross_minor) == (S.VALIDATED, 0, 0)
    assert await lines_in(row, store) == []


async def test_a_partner_that_sold_in_another_currency_has_none_of_it_here(store: FolderStore) -> None:
    partner = await partner_with_a_book()
    with on_day(month_ago()):
        await sold(partner=partner)
    assert partner.partner_id is not None
    row = await opening.generate(
        PREMIUMS, partner.partner_id, month=month_ago(), currency=Currency.USD, actor=await staff(Role.FINANCE)
    )
    await generating.write(PREMIUMS, row.id, store=store, actor=WRITER)
    found = await Bordereau.get(id=row.id)
    assert (found.state, found.line_count) == (S.VALIDATED, 0)
