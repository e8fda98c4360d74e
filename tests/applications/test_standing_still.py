"""Applications between two steps: what was paid for is not let go, what stands still is taken up, nobody acts twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.applications import agreeing, deciding, expiring, judging, submitting, underwriting
from domain.applications.models import Application
from domain.applications.refusals import OwnSale, TermsOver
from domain.applications.terms import ApplicationState as S
from domain.applications.terms import FlagCode, OfferChoice
from domain.billing import watching
from domain.billing.models import Invoice
from domain.billing.refusals import PaidInPart
from domain.billing.terms import InvoiceState
from domain.customers import consents
from domain.customers.terms import ConsentPurpose
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid, Refusals
from domain.partners.models import Partner
from domain.policies import covers
from domain.policies.models import Policy
from domain.policies.terms import PolicyState
from domain.risk.models import CreditAssessment
from domain.staff.models import Staff
from tests.factories.applications import (
    Applied,
    billed,
    disclosed,
    identified,
    referred,
    submitted,
    underwriter,
    underwritten,
)
from tests.factories.unchanged import refused
from tests.factories.working import dispatched, work_off, worker

pytestmark = pytest.mark.usefixtures("database")
WATCHMAN = Actor.system("test")


async def both_hats() -> Actor:
    """An underwriter who serves customers, too."""
    judge = await underwriter()
    roles = [Role.CUSTOMER_SERVICE, Role.UNDERWRITER]
    await Staff.filter(id=judge.staff_id).update(roles=roles)
    return Actor(frozenset(roles), staff_id=judge.staff_id)


async def test_what_is_paid_up_is_neither_taken_back_nor_ended_before_its_policy() -> None:
    applied = await billed()
    last = (await applied.now()).expires_on
    assert last is not None
    await applied.pay()
    async with refused(PaidInPart):
        await submitting.withdraw(
            applied.id, reason="no", expected_version=await applied.version(), actor=applied.customer
        )
    with clock.at(clock.start_of(last + timedelta(days=1))):
        assert await expiring.expire(applied.id, actor=WATCHMAN) is None
        await work_off("billing.instalment_paid")
        await work_off("applications.issue")
    assert (await applied.now()).state is S.ISSUED


async def test_a_lapsed_invoice_is_looked_after_again_once_the_policy_has_it() -> None:
    applied = await billed(instalments=12)
    last = (await applied.now()).expires_on
    assert last is not None
    with clock.at(clock.start_of(last + timedelta(days=1)) + timedelta(hours=1)):
        await watching.watch(actor=WATCHMAN)
        assert (await applied.invoice()).state is InvoiceState.LAPSED
        await applied.pay()
        await work_off("billing.instalment_paid")
        await work_off("applications.issue")
        policy = await Policy.get(id=(await applied.now()).policy_id)
        assert (await Invoice.get(subject_id=policy.id)).state is InvoiceState.OPEN
    with clock.at(clock.start_of(last + timedelta(days=70))):
        await watching.watch(actor=WATCHMAN)
        await work_off("billing.invoice_lapsed")
        await work_off("policies.lapse")
    assert (await Policy.get(id=policy.id)).state is PolicyState.LAPSED


async def test_two_applications_of_one_device_at_once_leave_the_second_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several = [await submitted(serial_number="SN-TWO") for _ in range(2)]
    for each in several:
        await identified(each)
    tickets = [await dispatched("applications.underwrite") for _ in range(2)]
    real, barrier = covers.covered_perils, asyncio.Barrier(2)

    async def look_together(*arguments: Any, **named: Any) -> tuple[str, ...]:
        found = await real(*arguments, **named)
        with suppress(TimeoutError, asyncio.BrokenBarrierError):
            # Both look before either takes the cover, unless one waits for the other.
            await asyncio.wait_for(barrier.wait(), 1)
        return found

    monkeypatch.setattr(underwriting, "covered_perils", look_together)
    await asyncio.gather(*(worker().perform(each) for each in tickets if each is not None))
    assert sorted([(await each.now()).state for each in several]) == [S.ACCEPTED, S.UNDERWRITING]


async def test_who_handed_it_in_for_the_customer_does_not_underwrite_it() -> None:
    applied, judge = await disclosed(price=Money.of("12000.00")), await both_hats()
    await submitting.submit(applied.id, expected_version=await applied.version(), actor=judge)
    await identified(applied)
    await work_off("applications.underwrite")
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    async with refused(OwnSale):
        await judging.approve(flag.id, reason="mine", expected_version=flag.version, actor=judge)


async def test_who_offers_other_terms_does_not_agree_to_them_for_the_customer() -> None:
    applied, judge = await referred(), await both_hats()
    for flag in (await applied.flags()).values():
        await judging.approve(flag.id, reason="r", expected_version=flag.version, actor=judge)
    await deciding.counter_offer(
        applied.id, loading_factor=Decimal(2), guarantee=True, reason="r", expected_version=await applied.version(),
        actor=judge,
    )  # fmt: skip
    given: dict[str, Any] = {"choice": OfferChoice.SURCHARGE, "expected_version": await applied.version()}
    async with refused(OwnSale):
        await agreeing.agree(applied.id, actor=judge, **given)
    last = (await applied.now()).expires_on
    assert last is not None
    with clock.at(clock.start_of(last + timedelta(days=1))):
        async with refused(TermsOver):
            await agreeing.agree(applied.id, actor=applied.customer, **given)
    await agreeing.agree(applied.id, actor=applied.customer, **given)


async def test_a_loading_is_kept_as_it_is_priced() -> None:
    applied, judge = await referred(), await underwriter()
    for flag in (await applied.flags()).values():
        await judging.approve(flag.id, reason="r", expected_version=flag.version, actor=judge)
    async with refused(Invalid):
        await deciding.counter_offer(
            applied.id, loading_factor=Decimal("1.1234567"), guarantee=False, reason="r",
            expected_version=await applied.version(), actor=judge,
        )  # fmt: skip


async def test_there_is_no_assessment_after_the_consent_to_it_was_taken_back() -> None:
    applied = await submitted()
    customer_id = applied.customer.customer_id
    assert customer_id is not None
    await consents.withdraw(customer_id, purpose=ConsentPurpose.CREDIT_ASSESSMENT, actor=applied.customer)
    await identified(applied)
    await work_off("applications.underwrite")
    found = await applied.now()
    assert (found.state, found.credit_factor, found.referred) == (S.UNDERWRITING, None, True)
    assert set(await applied.flags()) == {FlagCode.CONSENT_WITHDRAWN}
    assert await CreditAssessment.all().count() == 0


async def test_a_suspended_partner_and_a_price_of_days_gone_by_hand_nothing_in() -> None:
    applied = await disclosed()
    last = (await applied.now()).expires_on
    assert last is not None
    version = await applied.version()
    with clock.at(clock.start_of(last + timedelta(days=1))):
        async with refused(TermsOver):
            await submitting.submit(applied.id, expected_version=version, actor=applied.customer)
    await Partner.filter(id=applied.partner.partner_id).update(active=False)
    with pytest.raises(Refusals) as raised:
        await submitting.submit(applied.id, expected_version=version, actor=applied.customer)
    assert [each.code for each in raised.value.all] == ["PARTNER_SUSPENDED"]


async def test_an_accepted_application_is_billed_whatever_its_discount() -> None:
    applied = await underwritten(price=Money.of("2.00"), instalments=12, terms={"minimum_premium": Money.of("0.00")})
    await Application.filter(id=applied.id).update(premium_minor=5)
    await work_off("applications.bill")
    invoice = await applied.invoice()
    assert (invoice.premium_minor, invoice.instalment_count) == (5, 5)


async def paid(applied: Applied) -> None:
    await applied.pay()
    await work_off("billing.instalment_paid")


async def nothing(_: Applied) -> None:
    """Nothing more is done."""


STRANDED: tuple[tuple[Callable[[], Awaitable[Applied]], Callable[[Applied], Awaitable[None]], str, S], ...] = (
    (submitted, nothing, "customers.verify_identity", S.SUBMITTED),
    (submitted, identified, "applications.underwrite", S.ACCEPTED),
    (underwritten, nothing, "applications.bill", S.PAYMENT_PENDING),
    (billed, paid, "applications.issue", S.ISSUED),
)


@pytest.mark.parametrize(("make", "then", "kind", "state"), STRANDED)
async def test_what_stands_still_since_its_job_was_given_up_is_taken_up_again(
    make: Callable[[], Awaitable[Applied]], then: Callable[[Applied], Awaitable[None]], kind: str, state: S
) -> None:
    applied = await make()
    await then(applied)
    assert await Job.filter(kind=kind).update(state="DEAD", finished_at=clock.now(), error_code="TimeoutError") == 1
    await expiring.look_after(actor=WATCHMAN, batch=1)
    assert await Job.filter(kind=kind, state="AVAILABLE").count() == 1
    if kind != "customers.verify_identity":  # whose register is asked elsewhere
        await work_off(kind)
    assert (await applied.now()).state is state


async def test_one_application_that_cannot_end_keeps_no_other_from_ending() -> None:
    stuck, other = await billed(), await billed()
    last = (await other.now()).expires_on
    assert last is not None
    await stuck.pay()
    with clock.at(clock.start_of(last + timedelta(days=1))):
        await expiring.look_after(actor=WATCHMAN, batch=1)
        await work_off("applications.expire")
    assert ((await stuck.now()).state, (await other.now()).state) == (S.PAYMENT_PENDING, S.EXPIRED)
