"""Taking a policy back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.billing.models import Instalment, Invoice
from domain.billing.terms import InvoiceState, PremiumExceptionKind
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.payouts.models import Payout
from domain.policies import cancellation
from domain.policies.models import Policy, PolicyCover
from domain.policies.refusals import CoolingOffOver, LossReported
from domain.policies.terms import PolicyState
from tests.factories.applications import issued
from tests.factories.billing import called
from tests.factories.claims import claim_notified
from tests.factories.insured import Insured, partner_with_a_book, sold, staff, version_on_sale
from tests.factories.ledger import balances
from tests.factories.notices import told
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


def holder(policy: Policy) -> Actor:
    return Insured(policy.id, policy.customer_id, policy.partner_id).customer


async def cancelled(policy: Policy, actor: Actor | None = None) -> Policy:
    return await cancellation.cancel(
        policy.id, reason="changed my mind", expected_version=policy.version, actor=actor or holder(policy)
    )


async def test_within_the_cooling_off_all_is_given_back_and_the_device_is_free_again() -> None:
    policy = await sold()
    done = await cancelled(policy)
    assert (done.state, done.refund_minor) == (PolicyState.CANCELLED, policy.premium_minor)
    assert done.cancelled_at is not None
    assert await PolicyCover.filter(live=True).count() == 0
    assert set((await balances()).values()) == {0}
    assert await AuditEntry.filter(subject_id=policy.id, action="policy:cancel").count() == 1
    assert await Notification.filter(subject_id=policy.id, template="POLICY_CANCELLED").count() == 1
    again = await sold(serial_number=policy.serial_number)
    assert again.state is PolicyState.IN_FORCE


async def test_service_staff_take_a_policy_back_for_the_customer() -> None:
    done = await cancelled(await sold(), await staff(Role.CUSTOMER_SERVICE))
    assert done.state is PolicyState.CANCELLED


async def test_the_last_day_of_the_cooling_off_counts_and_the_next_does_not() -> None:
    on_time, late = await sold(), await sold()
    with clock.at(clock.start_of(on_time.cooling_off_until) + timedelta(hours=23, minutes=59)):
        assert (await cancelled(on_time)).state is PolicyState.CANCELLED
    with clock.at(clock.start_of(late.cooling_off_until + timedelta(days=1))):
        async with refused(CoolingOffOver) as raised:
            await cancelled(late)
    assert raised.value.last_day == late.cooling_off_until  # type: ignore[attr-defined]


async def test_before_the_cover_begins_all_but_the_fee_is_given_back() -> None:
    warranty = clock.today() + timedelta(days=200)
    version_id = await version_on_sale(starts_after_warranty=True)
    policy = await sold(version_id=version_id, warranty_until=warranty)
    with clock.at(clock.now() + timedelta(days=100)):
        done = await cancelled(policy)
    assert (policy.premium_minor, done.refund_minor) == (18_000, 16_000)
    # The fee stays: 20.00 with the tax and the commission in proportion.
    assert await balances() == {
        "PREMIUM_RECEIVABLE": 2_000, "PREMIUM_INCOME": -1_887, "VAT_PAYABLE": -113,
        "COMMISSION_EXPENSE": 189, "COMMISSION_PAYABLE": -189,
    }  # fmt: skip


async def test_a_cover_whose_first_day_has_come_is_not_taken_back_although_no_job_has_begun_it() -> None:
    version_id = await version_on_sale(starts_after_warranty=True)
    policy = await sold(version_id=version_id, warranty_until=clock.today() + timedelta(days=100))
    with clock.at(clock.now() + timedelta(days=100)):
        async with refused(CoolingOffOver):
            await cancelled(policy)


async def test_a_policy_under_which_a_loss_was_reported_is_not_taken_back() -> None:
    policy = await sold()
    await claim_notified(Insured(policy.id, policy.customer_id, policy.partner_id))
    current = await Policy.get(id=policy.id)
    assert current.loss_reported
    async with refused(LossReported):
        await cancelled(current)


async def test_neither_the_seller_nor_other_staff_take_a_policy_back() -> None:
    partner = await partner_with_a_book()
    policy = await sold(partner=partner)
    for actor in (partner, await staff(Role.SALES), await staff(Role.UNDERWRITER), Actor.system("policies.roll")):
        async with refused(Forbidden):
            await cancelled(policy, actor)


async def test_somebody_elses_policy_is_out_of_sight() -> None:
    policy, other = await sold(), await sold()
    for actor in (holder(other), await staff(Role.HR)):
        async with refused(NotFound):
            await cancelled(policy, actor)


async def test_an_older_version_and_a_second_time_are_refused() -> None:
    policy = await sold()
    async with refused(StaleVersion):
        await cancellation.cancel(policy.id, reason="no", expected_version=2, actor=holder(policy))
    done = await cancelled(policy)
    async with refused(IllegalStep):
        await cancelled(done)


async def test_taking_a_policy_back_twice_at_once_gives_the_premium_back_once() -> None:
    policy = await sold()
    outcomes = await asyncio.gather(*(cancelled(policy) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 2
    assert set((await balances()).values()) == {0}


async def test_a_fee_is_kept_of_what_was_paid_and_not_asked_for_besides() -> None:
    today = clock.today()
    applied = await issued(
        instalments=12, terms={"starts_after_warranty": True, "cooling_off_days": 0},
        warranty_until=today + timedelta(days=400),
    )  # fmt: skip
    policy = await Policy.get(id=(await applied.now()).policy_id)
    with clock.at(clock.now() + timedelta(days=2)):
        service = await staff(Role.CUSTOMER_SERVICE)
        await cancellation.cancel(policy.id, reason="r", expected_version=policy.version, actor=service)
    owed = {name: minor for name, minor in (await balances()).items() if minor}
    assert "PREMIUM_RECEIVABLE" not in owed and "REFUNDS_PAYABLE" not in owed
    assert await Payout.all().count() == 0
    policy = await Policy.get(id=policy.id)
    assert policy.refund_minor == policy.premium_minor - 1_500


async def test_of_a_policy_that_was_invoiced_only_what_was_paid_is_given_back() -> None:
    applied = await issued(instalments=3)
    policy = await Policy.get(id=(await applied.now()).policy_id)
    await cancellation.cancel(policy.id, reason="no", expected_version=policy.version, actor=applied.customer)
    owed = {name: minor for name, minor in (await balances()).items() if minor}
    assert owed == {"BANK": 6_000, "REFUNDS_PAYABLE": -6_000}
    payout = await Payout.get(subject_id=policy.id)
    assert (payout.state, payout.amount_minor, payout.customer_id) == ("DRAFT", 6_000, policy.customer_id)
    invoice = await Invoice.get(subject_id=policy.id)
    parts = await Instalment.filter(invoice_id=invoice.id).order_by("number")
    assert (invoice.state, [each.state.value for each in parts]) == (InvoiceState.ENDED, ["PAID", "ENDED", "ENDED"])
    assert "60.00 元" in told(await Notification.get(template="POLICY_CANCELLED"))
    late = {
        "reference": "R-9", "invoiceNumber": invoice.invoice_number, "amount": "60.00", "currency": "CNY",
        "paidAt": clock.now().isoformat(),
    }  # fmt: skip
    taken = await called(late)
    assert taken.exception is not None and taken.exception.kind is PremiumExceptionKind.INVOICE_VOID
