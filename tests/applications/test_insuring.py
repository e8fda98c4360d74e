"""From acceptance to a policy, and what ends an application before."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.applications import (
    expiring,
    insuring,
    requesting,
    submitting,
)
from domain.applications.terms import (
    ApplicationState,
)
from domain.billing.models import Invoice
from domain.billing.refusals import PaidInPart
from domain.billing.terms import InvoiceState
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.subject import SubjectKind
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.notifications.models import Notification
from domain.policies import issuing
from domain.policies.models import CoverHold, Policy, PolicyCover
from domain.policies.refusals import DeviceCovered
from domain.products import review
from tests.factories.applications import (
    billed,
    drafted,
    issued,
    referred,
    submitted,
    underwriter,
)
from tests.factories.insured import device, person, sold, staff, terms, version_on_sale
from tests.factories.unchanged import refused
from tests.factories.working import work_off

pytestmark = pytest.mark.usefixtures("database")
S = ApplicationState
async def told(application_id: object) -> list[str]:
    """The letters about an application, in their order."""
    return [each.template for each in await Notification.filter(subject_id=application_id).order_by("id")]


async def test_a_plain_application_becomes_a_policy_without_a_person() -> None:
    applied = await issued()
    found = await applied.now()
    assert (found.state, found.referred, found.premium_minor) == (S.ISSUED, False, 18_000)
    policy = await Policy.get(id=found.policy_id)
    assert (policy.customer_id, policy.premium_minor, policy.serial_number) == (
        found.customer_id, 18_000, found.serial_number,
    )  # fmt: skip
    invoice = await Invoice.get(subject_id=policy.id)
    assert (invoice.subject_kind, invoice.state) == (SubjectKind.POLICY, InvoiceState.PAID)
    assert await CoverHold.all().count() == 0
    assert await told(applied.id) == ["APPLICATION_SUBMITTED", "APPLICATION_ACCEPTED"]
    assert await Job.filter(kind="policies.make_documents", subject_id=policy.id).count() == 1


async def test_the_premium_is_income_once_and_the_ledger_balances() -> None:
    applied = await issued(instalments=3)
    found = await applied.now()
    sums: dict[str, int] = {}
    for each in await LedgerLine.all():
        sums[each.account.value] = sums.get(each.account.value, 0) + each.amount_minor
    assert sums == {
        "BANK": 6_000, "PREMIUM_RECEIVABLE": 12_000, "PREMIUM_IN_ADVANCE": 0, "PREMIUM_INCOME": -16_981,
        "VAT_PAYABLE": -1_019, "COMMISSION_EXPENSE": 566, "COMMISSION_PAYABLE": -566,
    }  # fmt: skip
    kinds = sorted([each.kind for each in await LedgerTransaction.all()])
    assert kinds == ["invoice:issued", "policy:written", "premium:received"]
    assert (await Policy.get(id=found.policy_id)).commission_minor == 1_698


async def test_the_price_stands_although_the_product_is_withdrawn_after_it_was_handed_in() -> None:
    applied = await submitted()
    compliance = await staff(Role.COMPLIANCE)
    await review.withdraw(applied.version_id, reason="old", expected_version=3, actor=compliance)
    await work_off("customers.verify_identity")
    found = await applied.now()
    assert found.premium_minor == 18_000


async def test_covers_are_kept_for_whoever_was_accepted_until_it_is_paid_or_ended() -> None:
    applied = await billed(serial_number="SNHELD")
    version_id = await version_on_sale()
    partner = applied.partner
    async with refused(DeviceCovered):
        await issuing.register(
            version_id, partner_id=None, device=device(serial_number="SNHELD"), customer=person(), actor=partner
        )
    await submitting.withdraw(
        applied.id, reason="no money", expected_version=await applied.version(), actor=applied.customer
    )
    assert (await applied.invoice()).state is InvoiceState.VOID
    policy = await sold(version_id=version_id, partner=partner, serial_number="SNHELD")
    assert policy.serial_number == "SNHELD"


async def test_of_fifty_attempts_at_once_one_device_gets_one_live_cover_for_each_peril() -> None:
    accepted = await billed(serial_number="SNRACE")
    version_id = await version_on_sale()

    async def attempt(number: int) -> bool:
        try:
            await issuing.register(
                version_id, partner_id=None, device=device(serial_number="SNRACE" if number % 2 else "sn-race "),
                customer=person(), actor=accepted.partner,
            )  # fmt: skip
        except DeviceCovered:
            return False
        return True

    async def pay() -> bool:
        await accepted.pay()
        await work_off("billing.instalment_paid")
        return bool(await work_off("applications.issue"))

    assert await asyncio.gather(pay(), *map(attempt, range(49))) == [True, *[False] * 49]
    live = await PolicyCover.filter(serial_number="SNRACE", live=True)
    assert len(live) == len({each.peril for each in live}) == len(terms().perils)


async def test_fifty_sales_of_one_device_at_once_make_one_policy() -> None:
    applied = await drafted()

    async def attempt() -> bool:
        try:
            await issuing.register(
                applied.version_id, partner_id=None, device=device(serial_number="SN50"), customer=person(),
                actor=applied.partner,
            )  # fmt: skip
        except DeviceCovered:
            return False
        return True

    assert sum(await asyncio.gather(*[attempt() for _ in range(50)])) == 1
    assert await Policy.filter(serial_number="SN50").count() == 1


async def test_every_job_done_twice_does_its_work_once() -> None:
    applied = await issued()
    actor = Actor.system("test")
    invoice = await Invoice.get(subject_id=(await applied.now()).policy_id)
    assert await insuring.bill(applied.id, actor=actor) is None
    assert await insuring.issue(applied.id, invoice.id, actor=actor) is None
    assert (await Policy.all().count(), await Invoice.all().count()) == (1, 1)


async def test_what_was_paid_for_is_not_taken_back() -> None:
    applied = await billed(instalments=3)
    await applied.pay()
    async with refused(PaidInPart):
        await submitting.withdraw(
            applied.id, reason="no", expected_version=await applied.version(), actor=applied.customer
        )


async def test_what_the_applicant_does_not_do_ends_after_its_time_and_not_before() -> None:
    applied = await billed()
    actor, last_day = Actor.system("test"), (await applied.now()).expires_on
    assert last_day is not None
    with clock.at(clock.start_of(last_day) + timedelta(hours=12)):
        await expiring.look_after(actor=actor)
        assert await Job.filter(kind="applications.expire").count() == 0
        assert await expiring.expire(applied.id, actor=actor) is None
    with clock.at(clock.start_of(last_day + timedelta(days=1))):
        for _ in range(2):  # one job, however often it is looked
            await expiring.look_after(actor=actor)
        assert await Job.filter(kind="applications.expire").count() == 1
        await work_off("applications.expire")
    found = await applied.now()
    assert (found.state, found.closing_reason) == (S.EXPIRED, "time is over")
    assert ((await applied.invoice()).state, await CoverHold.all().count()) == (InvoiceState.VOID, 0)


async def test_what_waits_for_us_never_expires() -> None:
    applied = await referred()
    with clock.at(clock.now() + timedelta(days=400)):
        await expiring.look_after(actor=Actor.system("test"))
    assert await Job.filter(kind="applications.expire").count() == 0
    assert (await applied.now()).expires_on is None


async def test_what_was_asked_for_is_reminded_of_after_3_7_and_14_days_and_ends_after_30() -> None:
    applied, judge, actor = await referred(), await underwriter(), Actor.system("test")
    version = await applied.version()
    await requesting.request_info(applied.id, items=["Receipt"], expected_version=version, actor=judge)
    today, sent = clock.today(), []
    for days in range(1, 31):
        with clock.at(clock.start_of(today + timedelta(days=days)) + timedelta(hours=9)):
            before = await told(applied.id)
            await expiring.look_after(actor=actor)
            if await told(applied.id) != before:
                sent.append(days)
    assert sent == [3, 7, 14]
    assert (await told(applied.id)).count("APPLICATION_INFO_REMINDER") == 3
    with clock.at(clock.start_of(today + timedelta(days=31))):
        await expiring.look_after(actor=actor)
        await work_off("applications.expire")
    assert (await applied.now()).state is S.EXPIRED
