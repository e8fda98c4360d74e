"""Selling many rows in one request."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.ledger.balances import balances
from domain.ledger.models import LedgerTransaction
from domain.ledger.terms import Account
from domain.notifications.models import Notification
from domain.partners.models import Partner
from domain.policies import batches, issuing
from domain.policies.batches import register_batch
from domain.policies.models import Policy, PolicyCover, Registration, RegistrationRow
from domain.policies.offers import Offer
from domain.policies.refusals import PartnerSuspended
from domain.policies.terms import OnError, RowOutcome
from domain.products.models import ProductVersion
from domain.products.terms import DeviceCategory
from tests.factories.insured import PERILS, device, partner_with_a_book, person, staff, version_on_sale
from tests.factories.offers import offer
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
OF_THE_DRIVER = ("pg_advisory_unlock_all", "typeinfo_tree", "current_setting('jit')")
EACH, ALL = OnError.EACH_BY_ITSELF, OnError.ALL_OR_NOTHING


async def batch(offers: list[Offer], actor: Actor, on_error: OnError = EACH) -> list[RegistrationRow]:
    """Sells rows and reads what became of them, in their order."""
    made = await register_batch(offers, partner_id=None, on_error=on_error, actor=actor)
    return await RegistrationRow.filter(registration_id=made.id).order_by("line")


async def test_rows_sold_together_are_sold_as_each_would_be_alone() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    alone = await issuing.register(version_id, partner_id=None, device=device(), customer=person(), actor=partner)
    rows = await batch([offer(f"R{n}", version_id) for n in range(3)], partner)
    assert [(row.line, row.external_ref, row.outcome, row.faults) for row in rows] == [
        (n + 1, f"R{n}", RowOutcome.REGISTERED, []) for n in range(3)
    ]
    same = ("state", "starts_on", "ends_on", "premium_minor", "premium_net_minor", "premium_tax_minor",
            "commission_minor", "sum_insured_minor", "deductible_minor", "cooling_off_until", "partner_id")  # fmt: skip
    for row in rows:
        policy = await Policy.get(id=row.policy_id)
        assert [getattr(policy, name) for name in same] == [getattr(alone, name) for name in same]
        assert policy.external_ref == row.external_ref
        assert {each.peril for each in await PolicyCover.filter(policy_id=policy.id, live=True)} == set(PERILS)
        assert await LedgerTransaction.filter(subject_id=policy.id, kind="policy:written").count() == 1
        assert await AuditEntry.filter(subject_id=policy.id, action="policy:register").count() == 1
        assert await Notification.filter(subject_id=policy.id, template="POLICY_ISSUED").count() == 1
        assert await Job.filter(subject_id=policy.id, kind="policies.make_documents").count() == 1
    assert await Job.filter(kind="notifications.send").count() == 4
    assert await Customer.all().count() == await AuditEntry.filter(action="customer:introduce").count() == 4


async def test_the_ledger_of_a_batch_is_the_sum_of_its_premiums() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    await batch([offer(f"R{n}", version_id) for n in range(10)], partner)
    async with transaction():
        found = {account.value: money.minor for (account, _), money in (await balances()).items()}
    policies = await Policy.all()
    assert sum(found.values()) == 0
    assert found[Account.PREMIUM_INCOME] == -sum(each.premium_net_minor for each in policies)
    assert found[Account.PREMIUM_RECEIVABLE] == sum(each.premium_minor for each in policies)


async def test_a_hundred_rows_cost_twenty_seven_statements_as_two_do() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    counted = await count_statements()
    for most in (2, 100):
        counted.clear()
        offers = [offer(f"R{most}-{n}", version_id) for n in range(most)]
        await register_batch(offers, partner_id=None, on_error=ALL, actor=partner)
        assert len([each for each in counted if not any(part in each for part in OF_THE_DRIVER)]) == 27
    assert await Policy.all().count() == 102


async def count_statements() -> list[str]:
    """What reaches the server from now on, over every connection of the pool; one statement for many rows is one."""
    pool: Any = Tortoise.get_connection("default")._pool
    counted: list[str] = []
    held = [await pool.acquire() for _ in range(pool.get_size())]
    for each in held:
        each.add_query_logger(lambda said: counted.append(said.query))
        await pool.release(each)
    return counted


async def test_good_rows_are_sold_and_bad_ones_told_each_by_itself() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    sold = await issuing.register(version_id, partner_id=None, device=device(), customer=person(), actor=partner)
    strange = person()
    await issuing.register(version_id, partner_id=None, device=device(), customer=strange, actor=partner)
    rows = await batch(
        [
            offer("good", version_id),
            offer("form", version_id, brand=" ", serial_number=""),
            offer("covered", version_id, serial_number=sold.serial_number.lower()),
            offer("unrated", version_id, category=DeviceCategory.WATCH),
            offer("nowhere", uuid4()),
            offer("no version", None),
            replace(offer("known", version_id), customer=replace(strange, full_name="Li Si")),
        ],
        partner,
    )
    told = {row.external_ref: [(each["code"], ".".join(each["path"])) for each in row.faults] for row in rows}
    assert told == {
        "good": [],
        "form": [("VALIDATION", "device.brand"), ("VALIDATION", "device.serialNumber")],
        "covered": [("DEVICE_COVERED", "device.serialNumber")],
        "unrated": [("NOT_RATED", "")],
        "nowhere": [("NOT_FOUND", "productVersionId")],
        None: [("VALIDATION", "externalRef"), ("VALIDATION", "productVersionId")],
        "known": [("DETAIL_DIFFERS", "customer.fullName")],
    }
    made = await Registration.get()
    assert (made.row_count, made.registered_count, made.found_count, made.refused_count) == (7, 1, 0, 6)
    assert await Policy.all().count() == 3


async def test_all_or_nothing_tells_the_faults_of_every_row_and_sells_none() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    offers = [offer("good", version_id), offer("form", version_id, brand=" "), offer("nowhere", uuid4())]
    async with refused_together() as raised:
        await batch(offers, partner, ALL)
    assert [(each.code, ".".join(each.path)) for each in raised.value.all] == [
        ("VALIDATION", "input.rows.1.device.brand"),
        ("NOT_FOUND", "input.rows.2.productVersionId"),
    ]
    assert await Registration.all().count() == await RegistrationRow.all().count() == 0
    assert {row.outcome for row in await batch(offers[:1], partner, ALL)} == {RowOutcome.REGISTERED}


async def test_a_row_that_comes_again_is_found_again_and_another_sale_under_its_name_is_refused() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    first, other = offer("R1", version_id), offer("R2", version_id)
    (sold,) = await batch([first], partner)
    again = await batch([first, other, other, replace(other, device=device())], partner)
    assert [row.outcome for row in again] == [
        RowOutcome.FOUND, RowOutcome.REGISTERED, RowOutcome.REGISTERED, RowOutcome.REFUSED,
    ]  # fmt: skip
    assert again[0].policy_id == sold.policy_id
    assert again[1].policy_id == again[2].policy_id
    assert again[3].faults[0]["code"] == "EXTERNAL_REF_TAKEN"
    assert await Policy.all().count() == 2
    assert {row.outcome for row in await batch([first, other], partner, ALL)} == {RowOutcome.FOUND}


async def test_what_was_sold_before_is_found_though_it_could_not_be_sold_today() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    first = offer("R1", version_id)
    await batch([first], partner)
    await Policy.all().update(state="EXPIRED")
    await Partner.filter(id=partner.partner_id).update(active=True)
    await ProductVersion.filter(id=version_id).update(state="WITHDRAWN")
    assert [row.outcome for row in await batch([first], partner)] == [RowOutcome.FOUND]


async def test_references_are_each_partners_own() -> None:
    version_id = await version_on_sale()
    for partner in (await partner_with_a_book(), await partner_with_a_book()):
        (row,) = await batch([offer("R1", version_id)], partner)
        assert row.outcome is RowOutcome.REGISTERED


async def test_a_device_is_covered_once_and_a_customer_introduced_once_within_a_batch() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    one = offer("R1", version_id)
    same, other = replace(one, external_ref="R2"), replace(one, external_ref="R3", device=device())
    rows = await batch([one, same, other], partner)
    assert [row.outcome for row in rows] == [RowOutcome.REGISTERED, RowOutcome.REFUSED, RowOutcome.REGISTERED]
    assert rows[1].faults[0]["code"] == "DEVICE_COVERED"
    assert await Customer.all().count() == 1


async def test_a_row_that_is_refused_takes_neither_device_nor_reference_nor_phone_from_the_next() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    known, sold = person(), offer("R0", version_id)
    await batch([replace(sold, customer=known)], partner)
    wrong, good = replace(known, full_name="Somebody Else"), offer("R1", version_id)
    rows = await batch(
        [
            replace(good, customer=wrong),
            good,
            replace(offer("R2", version_id), device=sold.device),
            replace(offer("R3", version_id), customer=replace(person(), full_name="Li Si")),
        ],
        partner,
    )
    assert [(row.outcome, [each["code"] for each in row.faults]) for row in rows] == [
        (RowOutcome.REFUSED, ["DETAIL_DIFFERS"]), (RowOutcome.REGISTERED, []), (RowOutcome.REFUSED, ["DEVICE_COVERED"]),
        (RowOutcome.REGISTERED, []),
    ]  # fmt: skip
    assert await Customer.all().count() == 3  # nobody is introduced by a row that is refused


async def test_the_same_batch_twice_at_once_sells_everything_once() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    offers = [offer(f"R{n}", version_id) for n in range(20)]
    both = await asyncio.gather(batch(offers, partner), batch(list(reversed(offers)), partner))
    outcomes = Counter(row.outcome for rows in both for row in rows)
    assert outcomes == {RowOutcome.FOUND: 20, RowOutcome.REGISTERED: 20}
    assert await Policy.all().count() == 20


async def test_staff_sell_for_a_partner_that_they_name_and_nobody_else_sells() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    for role in (Role.SALES, Role.CUSTOMER_SERVICE):
        made = await register_batch(
            [offer(role, version_id)], partner_id=partner.partner_id, on_error=ALL, actor=await staff(role)
        )
        assert made.partner_id == partner.partner_id
    nameless = await staff(Role.SALES)
    async with refused(Invalid):
        await register_batch([offer("R", version_id)], partner_id=None, on_error=ALL, actor=nameless)
    for role in set(Role) - {Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE}:
        actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
        async with refused(Forbidden):
            await register_batch(
                [offer("R", version_id)], partner_id=partner.partner_id, on_error=ALL, actor=actor
            )


async def test_a_suspended_partner_sells_nothing_and_a_batch_has_bounds() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    for offers in ([], [offer(f"R{n}", version_id) for n in range(batches.MOST + 1)]):
        async with refused(Invalid):
            await batch(offers, partner)
    await Partner.filter(id=partner.partner_id).update(active=False)
    async with refused(PartnerSuspended):
        await batch([offer("R", version_id)], partner)


async def test_faults_are_kept_in_both_languages_and_name_nobody() -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    bad = offer("R", version_id)
    (row,) = await batch([replace(bad, customer=replace(person(), phone="12345"))], partner)
    (fault,) = row.faults
    assert fault["path"] == ["customer", "phone"]
    assert fault["zh"].startswith("手机号不正确") and fault["en"].startswith("This is no mobile number")
    assert "12345" not in str(row.faults)
