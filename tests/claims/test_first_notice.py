"""A first notice in steps: left, found again, gone on with, submitted once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.claims import first_notice, intake, registration
from domain.claims.first_notice import MOST_DRAFTS, Parts
from domain.claims.models import Claim, FirstNotice
from domain.claims.refusals import AssignedToAnother, DuplicateReport, LossInFuture, SeveralPolicies, TooManyDrafts
from domain.claims.terms import ClaimState, Emergency, FirstNoticeState, ReporterKind
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.kernel.sealing import blind_index
from domain.notifications.models import Notification
from domain.policies.models import Policy
from domain.policies.terms import PolicyState
from domain.products.terms import Peril
from domain.staff.models import Staff
from tests.factories.claims import claim_assessing, loss
from tests.factories.insured import Insured, handler, insured, manager, staff
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("claims.give_up_drafts")


def whole(**more: Any) -> Parts:
    """All parts of the loss that `loss()` tells of."""
    said = loss()
    usual = {
        "loss_on": said.on, "cause": said.cause, "place": said.place, "description": said.description,
        "claimed": said.claimed,
    }  # fmt: skip
    return Parts(**{**usual, **more})


async def begun(covered: Insured, parts: Parts | None = None, actor: Actor | None = None) -> FirstNotice:
    """Begun by the customer, or by another reporter."""
    return await first_notice.begin(
        policy_id=covered.policy_id, parts=parts or Parts(), actor=actor or covered.customer
    )


async def test_what_was_left_is_gone_on_with_and_becomes_a_claim() -> None:
    covered = await insured()
    notice = await begun(covered, Parts(cause=Peril.DROP))
    notice = await first_notice.fill(
        notice.id, parts=Parts(place="Shanghai", claimed=Money.of("1860.00")), expected_version=1,
        actor=covered.customer,
    )  # fmt: skip
    assert (notice.cause, notice.place, notice.loss_on) == (Peril.DROP, "Shanghai", None)
    rest = replace(whole(), cause=None, place=None, claimed=None)
    notice, claim = await first_notice.submit(notice.id, parts=rest, expected_version=2, actor=covered.customer)
    assert (notice.state, notice.claim_id, notice.expires_on) == (FirstNoticeState.SUBMITTED, claim.id, None)
    assert (claim.state, claim.cause, claim.place) == (ClaimState.NOTIFIED, Peril.DROP, "Shanghai")
    assert (claim.claimed_minor, claim.lane, claim.handler_id) == (186_000, 1, None)
    said = [each.action for each in await AuditEntry.filter(subject_id=notice.id).order_by("id")]
    assert said == ["first_notice:begin", "first_notice:fill", "first_notice:submit"]


async def test_the_audit_keeps_nothing_of_what_was_said() -> None:
    covered = await insured()
    await begun(covered, whole(place="7 Secret Lane"))
    entry = await AuditEntry.get(action="first_notice:begin")
    assert "Secret" not in str(entry.after)


async def test_all_parts_that_are_missing_are_told_at_once() -> None:
    covered = await insured()
    notice = await begun(covered, Parts(cause=Peril.DROP))
    async with refused_together() as raised:
        await first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
    assert {(type(each), each.path[-1]) for each in raised.value.all} == {
        (Invalid, "lossOn"), (Invalid, "place"), (Invalid, "description"), (Invalid, "claimed"),
    }  # fmt: skip


async def test_a_loss_of_tomorrow_and_a_wrong_amount_are_refused_together() -> None:
    covered = await insured()
    notice = await begun(covered)
    wrong = Parts(loss_on=clock.today() + timedelta(days=1), claimed=Money(100, Currency.USD))
    async with refused_together() as raised:
        await first_notice.fill(notice.id, parts=wrong, expected_version=1, actor=covered.customer)
    assert [(type(each), each.path) for each in raised.value.all] == [
        (LossInFuture, ("input", "parts", "lossOn")), (Invalid, ("input", "parts", "claimed")),
    ]  # fmt: skip
    nothing = Parts(claimed=Money(0, Currency.CNY))
    async with refused_together():
        await first_notice.fill(notice.id, parts=nothing, expected_version=1, actor=covered.customer)


async def test_a_loss_outside_of_the_cover_is_taken_down_all_the_same() -> None:
    covered = await insured()
    before = clock.today() - timedelta(days=400)
    notice = await begun(covered, whole(loss_on=before))
    _, claim = await first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
    assert (claim.state, claim.loss_on) == (ClaimState.NOTIFIED, before)


async def test_nobody_begins_under_a_policy_of_somebody_else_or_goes_on_for_another() -> None:
    covered, other, colleague = await insured(), await insured(), await staff(Role.CLAIMS_HANDLER)
    async with refused(NotFound):
        await begun(covered, actor=other.customer)
    async with refused(NotFound):
        await begun(covered, actor=other.partner)
    async with refused(Forbidden):
        await begun(covered, actor=colleague)
    notice = await begun(covered)
    for stranger in (other.customer, covered.partner, other.partner, colleague):
        async with refused(NotFound):
            await first_notice.fill(notice.id, parts=whole(), expected_version=1, actor=stranger)
        async with refused(NotFound):
            await first_notice.submit(notice.id, parts=whole(), expected_version=1, actor=stranger)


async def test_service_goes_on_with_what_a_customer_began_but_not_with_what_a_partner_did() -> None:
    covered, service = await insured(), await staff(Role.CUSTOMER_SERVICE)
    notice = await begun(covered)
    notice = await first_notice.fill(notice.id, parts=whole(), expected_version=1, actor=service)
    _, claim = await first_notice.submit(notice.id, parts=Parts(), expected_version=2, actor=service)
    assert (claim.reporter_kind, claim.reporter_id) == (ReporterKind.CUSTOMER, covered.customer_id)
    of_partner = await begun(covered, actor=covered.partner)
    async with refused(NotFound):
        await first_notice.fill(of_partner.id, parts=whole(), expected_version=1, actor=service)


async def test_submitted_twice_at_once_it_becomes_one_claim() -> None:
    covered = await insured()
    notice = await begun(covered, whole())
    outcomes = await asyncio.gather(
        *(
            first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
            for _ in range(3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, StaleVersion | IllegalStep) for each in outcomes) == 2
    assert await Claim.all().count() == 1
    async with refused(IllegalStep):
        await first_notice.fill(notice.id, parts=Parts(place="x"), expected_version=2, actor=covered.customer)


async def test_two_drafts_of_one_loss_become_one_claim() -> None:
    covered = await insured()
    drafts = [await begun(covered, whole()) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(
            first_notice.submit(each.id, parts=Parts(), expected_version=1, actor=covered.customer)
            for each in drafts
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, DuplicateReport) for each in outcomes) == 1
    assert await FirstNotice.filter(state=FirstNoticeState.DRAFT).count() == 1


async def test_while_it_is_filled_in_a_claim_for_the_same_loss_is_named_the_reporters_own_first() -> None:
    covered = await insured()
    notice = await begun(covered, whole(cause=Peril.SCREEN))
    assert notice.duplicate_of_id is None
    of_partner = await intake.report(covered.policy_id, loss=loss(), actor=covered.partner)
    notice = await first_notice.fill(
        notice.id, parts=Parts(cause=Peril.DROP), expected_version=1, actor=covered.customer
    )
    assert notice.duplicate_of_id == of_partner.id
    own = await intake.report(covered.policy_id, loss=loss(), actor=covered.customer)
    notice = await first_notice.fill(notice.id, parts=Parts(), expected_version=2, actor=covered.customer)
    assert notice.duplicate_of_id == own.id
    async with refused(DuplicateReport):
        await first_notice.submit(notice.id, parts=Parts(), expected_version=3, actor=covered.customer)


async def test_the_serial_number_of_the_device_finds_its_policy_however_it_is_written() -> None:
    covered, other = await insured(), await insured()
    policy = await Policy.get(id=covered.policy_id)
    written = f" {policy.serial_number.lower()} "
    notice = await first_notice.begin(serial_number=written, parts=Parts(), actor=covered.customer)
    assert (notice.policy_id, notice.told_serial_number) == (covered.policy_id, policy.serial_number)
    async with refused(NotFound):
        await first_notice.begin(serial_number=policy.serial_number, parts=Parts(), actor=other.customer)
    async with refused(Invalid):
        await first_notice.begin(parts=Parts(), actor=covered.customer)


async def test_a_device_with_two_policies_needs_one_to_be_named_unless_one_alone_is_in_force() -> None:
    covered, other, service = await insured(), await insured(), await staff(Role.CUSTOMER_SERVICE)
    serial = (await Policy.get(id=covered.policy_id)).serial_number
    await Policy.filter(id=other.policy_id).update(serial_number=serial)
    async with refused(SeveralPolicies):
        await first_notice.begin(serial_number=serial, parts=Parts(), actor=service)
    await Policy.filter(id=other.policy_id).update(state=PolicyState.EXPIRED)
    notice = await first_notice.begin(serial_number=serial, parts=Parts(), actor=service)
    assert notice.policy_id == covered.policy_id


async def test_no_more_than_some_are_begun_under_one_policy_at_a_time() -> None:
    covered = await insured()
    notices = [await begun(covered) for _ in range(MOST_DRAFTS)]
    async with refused(TooManyDrafts):
        await begun(covered)
    await begun(covered, actor=covered.partner)
    await first_notice.abandon(notices[0].id, expected_version=1, actor=covered.customer)
    await begun(covered)


async def test_what_nobody_goes_on_with_is_given_up_after_its_time() -> None:
    covered = await insured()
    old, fresh = await begun(covered), await begun(covered)
    with clock.at(clock.now() + timedelta(days=8)):
        await first_notice.fill(fresh.id, parts=Parts(place="Beijing"), expected_version=1, actor=covered.customer)
    with clock.at(clock.now() + timedelta(days=14)):
        assert await first_notice.give_up_stale(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=15)):
        assert await first_notice.give_up_stale(actor=SYSTEM) == 1
        assert await first_notice.give_up_stale(actor=SYSTEM) == 0
    assert (await FirstNotice.get(id=old.id)).state is FirstNoticeState.ABANDONED
    assert (await FirstNotice.get(id=fresh.id)).state is FirstNoticeState.DRAFT
    async with refused(IllegalStep):
        await first_notice.submit(old.id, parts=whole(), expected_version=2, actor=covered.customer)


async def test_an_emergency_has_the_handler_with_the_least_work_at_once() -> None:
    await Staff.all().update(active=False)
    busy = (await claim_assessing()).handler
    idle, covered = await handler("5000.00"), await insured()
    await Staff.filter(active=True).exclude(id__in=[busy.staff_id, idle.staff_id]).update(active=False)
    notice = await begun(covered, whole(emergency=Emergency.MEDICAL))
    _, claim = await first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
    assert (claim.lane, claim.emergency, claim.handler_id) == (0, Emergency.MEDICAL, idle.staff_id)
    told = await Notification.get(template="CLAIM_URGENT_FOR_YOU")
    assert told.subject_id == claim.id
    async with refused(AssignedToAnother):
        await registration.register(claim.id, reserve=None, expected_version=1, actor=busy)
    boss = await manager()
    claim = await registration.assign(
        claim.id, handler_id=busy.staff_id, reason="ill", expected_version=1, actor=boss  # type: ignore[arg-type]
    )
    claim = await registration.register(claim.id, reserve=None, expected_version=2, actor=busy)
    assert claim.handler_id == busy.staff_id


async def test_an_emergency_is_not_given_to_whoever_is_its_customer_and_without_handlers_managers_are_told() -> None:
    await Staff.all().update(active=False)
    covered, himself, _ = await insured(), await handler("5000.00"), await manager()
    await Staff.filter(id=himself.staff_id).update(email="same@example.com")
    await Customer.filter(id=covered.customer_id).update(mail_blind=blind_index("mail", "same@example.com"))
    notice = await begun(covered, whole(emergency=Emergency.DISASTER))
    _, claim = await first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
    assert claim.handler_id is None
    assert await Notification.filter(template="CLAIM_URGENT_FOR_YOU").count() == 1
