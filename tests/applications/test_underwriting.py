"""Underwriting by itself and by a person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.applications import (
    agreeing,
    deciding,
    judging,
    requesting,
)
from domain.applications.deciding import Decline
from domain.applications.models import Application
from domain.applications.refusals import (
    AboveUnderwritingAuthority,
    FlagsOpen,
    GuaranteeNotOffered,
    NotInsurableAtAll,
    OwnSale,
)
from domain.applications.terms import (
    ApplicationState,
    DeclineReason,
    FlagCode,
    FlagLevel,
    FlagState,
    OfferChoice,
)
from domain.customers import identity
from domain.customers.identity_register import IdentityAnswer, IdentityQuestion
from domain.jobs.models import Job
from domain.kernel.actor import Actor
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid
from domain.notifications.models import Notification
from domain.policies.models import Policy
from domain.risk.models import CreditAssessment
from domain.risk.terms import CreditGrade, DeclaredUse
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServiceStage
from tests.factories.applications import (
    SUPPLIED,
    referred,
    submitted,
    underwriter,
    underwritten,
)
from tests.factories.insured import sold
from tests.factories.unchanged import refused
from tests.factories.working import work_off

pytestmark = pytest.mark.usefixtures("database")
S = ApplicationState
COMMERCIAL = DeclaredUse.COMMERCIAL


async def told(application_id: object) -> list[str]:
    """The letters about an application, in their order."""
    return [each.template for each in await Notification.filter(subject_id=application_id).order_by("id")]


class NeverMatches:
    """A register that knows nobody."""

    async def check(self, asked: IdentityQuestion) -> IdentityAnswer:
        """Says that they do not belong together."""
        assert asked.number
        return IdentityAnswer.MISMATCH


async def test_nothing_is_underwritten_before_it_is_known_who_applies() -> None:
    applied = await submitted()
    assert await work_off("applications.underwrite") == []
    customer_id = applied.customer.customer_id
    assert customer_id is not None
    await identity.verify(customer_id, gateway=NeverMatches(), actor=Actor.system("customers.verify_identity"))
    await work_off("customers.identity_checked")
    await work_off("applications.underwrite")
    flag = (await applied.flags())[FlagCode.IDENTITY_MISMATCH]
    assert ((await applied.now()).state, flag.state, flag.level) == (S.UNDERWRITING, FlagState.OPEN, FlagLevel.BLOCK)


async def test_a_grade_that_costs_more_is_an_offer_and_never_a_refusal() -> None:
    applied = await underwritten(declared_use=COMMERCIAL)
    found = await applied.now()
    (assessed,) = await CreditAssessment.filter(subject_id=applied.id)
    assert assessed.grade is CreditGrade.D
    assert (found.state, found.premium_minor, found.offered_premium_minor) == (S.COUNTER_OFFERED, 18_000, 23_400)
    assert (found.guarantee_offered, found.referred) == (True, False)
    await agreeing.agree(
        applied.id, choice=OfferChoice.SURCHARGE, expected_version=found.version, actor=applied.customer
    )
    assert (await applied.now()).premium_minor == 23_400
    await work_off("applications.bill")
    await applied.pay()
    await work_off("billing.instalment_paid")
    await work_off("applications.issue")
    policy = await Policy.get(id=(await applied.now()).policy_id)
    assert (policy.premium_minor, policy.premium_net_minor) == (23_400, 22_075)


async def test_a_guarantee_keeps_the_premium_as_it_was() -> None:
    applied = await underwritten(declared_use=COMMERCIAL)
    version = await applied.version()
    async with refused(Invalid):
        await agreeing.agree(
            applied.id, choice=OfferChoice.GUARANTEE, expected_version=version, actor=applied.customer
        )
    await agreeing.agree(
        applied.id, choice=OfferChoice.GUARANTEE, guarantor_name="Li Si", expected_version=version,
        actor=applied.customer,
    )  # fmt: skip
    found = await applied.now()
    assert (found.state, found.premium_minor, found.guarantor_name) == (S.ACCEPTED, 18_000, "Li Si")


async def test_a_large_sum_is_referred_and_waits_for_authority() -> None:
    applied, small, large = await referred(), await underwriter("11999.99"), await underwriter()
    found = await applied.now()
    assert (found.state, found.referred) == (S.UNDERWRITING, True)
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    async with refused(AboveUnderwritingAuthority):
        await judging.approve(flag.id, reason="fine", expected_version=1, actor=small)
    async with refused(FlagsOpen):
        await deciding.accept(applied.id, reason="fine", expected_version=found.version, actor=large)
    await judging.approve(flag.id, reason="a good customer", expected_version=1, actor=large)
    await deciding.accept(applied.id, reason="fine", expected_version=found.version, actor=large)
    found = await applied.now()
    assert (found.state, found.decided_by) == (S.ACCEPTED, large.staff_id)
    assert [each.kind for each in await Job.filter(subject_id=applied.id, kind="applications.bill")] != []
    clocks = {each.stage: each.state for each in await ServiceClock.filter(subject_id=applied.id)}
    assert clocks == {ServiceStage.FIRST_RESPONSE: ClockState.MET, ServiceStage.RESOLUTION: ClockState.MET}


async def test_a_rejected_flag_leaves_declining_alone() -> None:
    applied, judge = await referred(), await underwriter()
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    await judging.reject(flag.id, reason="too much", expected_version=1, actor=judge)
    async with refused(IllegalStep):
        await judging.clear(flag.id, reason="on second thoughts", expected_version=2, actor=judge)
    version = await applied.version()
    async with refused(FlagsOpen):
        await deciding.counter_offer(
            applied.id, loading_factor=Decimal("1.5"), guarantee=False, reason="r", expected_version=version,
            actor=judge,
        )  # fmt: skip
    why = Decline(DeclineReason.OTHER, "The sum insured is beyond what we insure.")
    await deciding.decline(applied.id, decline=why, expected_version=version, actor=judge)
    found = await applied.now()
    assert (found.state, found.decline_reason, found.decline_text) == (S.DECLINED, DeclineReason.OTHER, why.text)
    assert (await told(applied.id))[-1] == "APPLICATION_DECLINED"


async def test_whoever_sold_or_advised_does_not_underwrite() -> None:
    applied = await referred()
    judge = await underwriter()
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    await Application.filter(id=applied.id).update(assisted_by=[str(judge.staff_id)])
    async with refused(OwnSale):
        await judging.approve(flag.id, reason="mine", expected_version=1, actor=judge)
    async with refused(OwnSale):
        why = Decline(DeclineReason.OTHER, "no")
        await deciding.decline(applied.id, decline=why, expected_version=await applied.version(), actor=judge)


async def test_a_covered_device_is_declined_by_a_person_and_by_nobody_set_aside() -> None:
    policy, judge = await sold(serial_number="SNTWICE"), await underwriter()
    applied = await underwritten(serial_number="SNTWICE")
    assert (policy.serial_number, (await applied.now()).state) == ("SNTWICE", S.UNDERWRITING)
    flags = await applied.flags()
    assert set(flags) == {FlagCode.DEVICE_COVERED, FlagCode.DEVICE_OF_ANOTHER}
    async with refused(NotInsurableAtAll):
        await judging.approve(flags[FlagCode.DEVICE_COVERED].id, reason="r", expected_version=1, actor=judge)


async def test_what_is_missing_is_asked_for_and_the_clock_stands_still() -> None:
    applied, judge = await referred(), await underwriter()
    version = await applied.version()
    await requesting.request_info(applied.id, items=["Receipt", "Photo"], expected_version=version, actor=judge)
    (running,) = await ServiceClock.filter(subject_id=applied.id, stage=ServiceStage.RESOLUTION)
    assert running.state is ClockState.PAUSED
    async with refused(Forbidden):
        await requesting.supply_info(applied.id, answer=SUPPLIED, expected_version=version + 1, actor=judge)
    await requesting.supply_info(applied.id, answer=SUPPLIED, expected_version=version + 1, actor=applied.customer)
    found = await applied.now()
    (asked,) = found.requests
    assert (found.state, asked["items"], asked["answer"]) == (S.UNDERWRITING, ["Receipt", "Photo"], SUPPLIED)
    (running,) = await ServiceClock.filter(subject_id=applied.id, stage=ServiceStage.RESOLUTION)
    assert running.state is ClockState.RUNNING


async def test_a_counter_offer_of_an_underwriter_is_priced_once_with_its_loading() -> None:
    applied, judge = await referred(), await underwriter()
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    await judging.approve(flag.id, reason="good", expected_version=1, actor=judge)
    await deciding.counter_offer(
        applied.id, loading_factor=Decimal("1.25"), guarantee=False, reason="high sum",
        expected_version=await applied.version(), actor=judge,
    )  # fmt: skip
    found = await applied.now()
    assert (found.state, found.premium_minor, found.offered_premium_minor) == (S.COUNTER_OFFERED, 72_000, 90_000)
    async with refused(GuaranteeNotOffered):
        await agreeing.agree(
            applied.id, choice=OfferChoice.GUARANTEE, guarantor_name="Li Si", expected_version=found.version,
            actor=applied.customer,
        )  # fmt: skip


