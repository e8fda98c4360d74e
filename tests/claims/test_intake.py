"""Reporting a loss, and taking it back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.claims import intake
from domain.claims.models import Claim
from domain.claims.refusals import AssignedToAnother, DuplicateReport, LossInFuture
from domain.claims.terms import ClaimState, ReporterKind
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.products.terms import Peril
from tests.factories.claims import claim_approved, claim_notified, claim_registered, loss, nothing_open
from tests.factories.insured import handler, insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_report_is_numbered_due_in_thirty_days_and_acknowledged() -> None:
    covered = await insured()
    with clock.at(datetime(2026, 11, 1, 1, tzinfo=UTC)):
        claim = await intake.report(covered.policy_id, loss=loss(), actor=covered.customer)
    assert claim.state is ClaimState.NOTIFIED
    assert claim.claim_number.startswith("CL2026")
    assert claim.decision_due_at - claim.reported_at == timedelta(days=30)
    assert (claim.customer_id, claim.partner_id) == (covered.customer_id, covered.partner_id)
    assert await AuditEntry.filter(subject_id=claim.id, action="claim:report").count() == 1
    assert await Notification.filter(subject_id=claim.id, template="CLAIM_RECEIVED").count() == 1


async def test_the_same_report_twice_names_the_claim_that_is_there() -> None:
    covered = await insured()
    first = await intake.report(covered.policy_id, loss=loss(), actor=covered.customer)
    async with refused(DuplicateReport) as raised:
        await intake.report(covered.policy_id, loss=loss(place="Beijing"), actor=covered.customer)
    assert raised.value.claim_number == first.claim_number  # type: ignore[attr-defined]


async def test_what_service_staff_take_down_is_the_customers_own_report() -> None:
    covered, service = await insured(), await staff(Role.CUSTOMER_SERVICE)
    claim = await intake.report(covered.policy_id, loss=loss(), actor=service)
    assert (claim.reporter_kind, claim.reporter_id) == (ReporterKind.CUSTOMER, covered.customer_id)
    async with refused(DuplicateReport):
        await intake.report(covered.policy_id, loss=loss(), actor=covered.customer)


async def test_a_partner_reports_for_its_own_policies_only() -> None:
    covered, other = await insured(), await insured()
    claim = await intake.report(covered.policy_id, loss=loss(), actor=covered.partner)
    assert (claim.reporter_kind, claim.reporter_id) == (ReporterKind.PARTNER, covered.partner_id)
    async with refused(NotFound):
        await intake.report(other.policy_id, loss=loss(), actor=covered.partner)


async def test_the_same_report_twice_at_once_makes_one_claim() -> None:
    covered = await insured()
    outcomes = await asyncio.gather(
        *(intake.report(covered.policy_id, loss=loss(), actor=covered.customer) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, DuplicateReport) for outcome in outcomes) == 2
    assert await Claim.all().count() == 1


async def test_another_cause_on_the_same_day_is_another_claim() -> None:
    covered = await insured()
    await intake.report(covered.policy_id, loss=loss(), actor=covered.customer)
    await intake.report(covered.policy_id, loss=loss(cause=Peril.THEFT), actor=covered.customer)
    assert await Claim.all().count() == 2


async def test_a_loss_of_tomorrow_is_refused() -> None:
    covered = await insured()
    async with refused(LossInFuture):
        await intake.report(covered.policy_id, loss=loss(on=clock.today() + timedelta(days=1)), actor=covered.customer)


@pytest.mark.parametrize("claimed", ["0.00", "-5.00"])
async def test_an_amount_that_is_not_above_zero_is_refused(claimed: str) -> None:
    covered = await insured()
    async with refused(Invalid):
        await intake.report(covered.policy_id, loss=loss(claimed=claimed), actor=covered.customer)


async def test_claims_handlers_do_not_report() -> None:
    covered, actor = await insured(), await handler()
    async with refused(Forbidden):
        await intake.report(covered.policy_id, loss=loss(), actor=actor)


async def test_the_customer_withdraws_and_may_report_again() -> None:
    case = await claim_notified()
    claim = await intake.withdraw(
        case.claim.id,
        reason="It works again.",
        open_work=nothing_open,
        expected_version=case.claim.version,
        actor=case.customer,
    )
    assert (claim.state, claim.reserve_minor) == (ClaimState.WITHDRAWN, 0)
    again = await intake.report(case.insured.policy_id, loss=loss(), actor=case.customer)
    assert again.id != claim.id


async def test_withdrawing_releases_the_reserve() -> None:
    case = await claim_registered()
    assert case.claim.reserve_minor == case.claim.claimed_minor
    claim = await intake.withdraw(
        case.claim.id, reason="no", open_work=nothing_open, expected_version=case.claim.version, actor=case.customer
    )
    assert claim.reserve_minor == 0


async def test_a_decided_claim_cannot_be_withdrawn() -> None:
    case = await claim_approved()
    async with refused(IllegalStep):
        await intake.withdraw(
            case.claim.id, reason="no", open_work=nothing_open, expected_version=case.claim.version, actor=case.customer
        )


async def test_neither_a_stranger_nor_another_handler_nor_an_old_version_withdraws() -> None:
    case, stranger, other = await claim_registered(), await insured(), await handler()
    async with refused(NotFound):
        await intake.withdraw(
            case.claim.id,
            reason="no",
            open_work=nothing_open,
            expected_version=case.claim.version,
            actor=stranger.customer,
        )
    async with refused(AssignedToAnother):
        await intake.withdraw(
            case.claim.id, reason="no", open_work=nothing_open, expected_version=case.claim.version, actor=other
        )
    async with refused(StaleVersion):
        await intake.withdraw(
            case.claim.id,
            reason="no",
            open_work=nothing_open,
            expected_version=case.claim.version + 1,
            actor=case.customer,
        )
