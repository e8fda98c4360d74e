"""Taking a claim up, or not, and giving it to a handler."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.claims import assessment, registration, reopening
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import works_for
from domain.claims.models import Claim
from domain.claims.refusals import AssignedToAnother, OwnClaim
from domain.claims.terms import ClaimAction, ClaimState
from domain.customers.models import Customer
from domain.kernel.actor import Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, StaleVersion
from domain.kernel.sealing import blind_index
from domain.notifications.models import Notification
from domain.staff.models import Staff
from tests.factories.claims import claim_notified, claim_registered, nothing_open
from tests.factories.insured import handler, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_whoever_takes_a_claim_up_handles_it_and_reserves_what_is_claimed() -> None:
    case = await claim_registered()
    assert (case.claim.state, case.claim.handler_id) == (ClaimState.REGISTERED, case.handler.staff_id)
    assert case.claim.reserve_minor == case.claim.claimed_minor
    assert await Notification.filter(template="CLAIM_REGISTERED").count() == 1


async def test_work_for_a_customer_is_an_open_claim_of_ones_own_or_for_a_manager_any() -> None:
    case = await claim_registered()
    customer, colleague, manager = case.claim.customer_id, await handler(), await staff(Role.CLAIMS_MANAGER)
    assert [await works_for(customer, each) for each in (case.handler, colleague, manager)] == [True, False, True]
    await Claim.filter(id=case.claim.id).update(state=ClaimState.WITHDRAWN)
    assert [await works_for(customer, each) for each in (case.handler, colleague, manager)] == [False] * 3


async def test_another_reserve_may_be_set() -> None:
    case = await claim_notified()
    claim = await registration.register(
        case.claim.id,
        reserve=Money.of("900.00"),
        expected_version=case.claim.version,
        actor=case.handler,
    )
    assert claim.reserve_minor == 90_000


async def test_a_negative_reserve_is_refused() -> None:
    case = await claim_notified()
    async with refused(Invalid):
        await registration.register(
            case.claim.id, reserve=Money(-1), expected_version=case.claim.version, actor=case.handler
        )


async def test_two_handlers_do_not_take_up_the_same_claim() -> None:
    case, other = await claim_registered(), await handler()
    async with refused(AssignedToAnother):
        await registration.register(case.claim.id, reserve=None, expected_version=case.claim.version, actor=other)
    async with refused(StaleVersion):
        await registration.register(case.claim.id, reserve=None, expected_version=1, actor=case.handler)


async def test_what_cannot_be_done_with_a_claim_that_nobody_has_is_told_by_its_state() -> None:
    case, reason = await claim_notified(), "it is urgent"
    assert case.claim.handler_id is None
    version, actor = case.claim.version, case.handler
    async with refused(IllegalStep):
        await assessment.start(case.claim.id, reason=reason, expected_version=version, actor=actor)
    async with refused(IllegalStep):
        await assessment.propose(case.claim.id, reason=reason, expected_version=version, actor=actor)
    async with refused(IllegalStep):
        await reopening.close(
            case.claim.id, reason=reason, open_work=nothing_open, expected_version=version, actor=actor
        )


def test_nobody_s_claims_offer_handlers_only_to_take_them_up_or_to_end_them() -> None:
    """A claim has a handler once it is registered, so that nobody's claims are in these states alone."""
    A, S = ClaimAction, ClaimState  # noqa: N806 - short as in the table
    offered = {state: set(CLAIM_LIFECYCLE.allowed(state, frozenset({Role.CLAIMS_HANDLER}))) for state in S}
    assert offered[S.NOTIFIED] == {A.REGISTER, A.REFUSE_REGISTRATION, A.WITHDRAW}
    assert offered[S.NOT_REGISTERED] == {A.CLOSE}
    assert {step.target for step in CLAIM_LIFECYCLE.steps if S.NOTIFIED in step.sources} == {
        S.REGISTERED, S.NOT_REGISTERED, S.WITHDRAWN, S.NOTIFIED,  # where others add papers
    }  # fmt: skip
    assert offered[S.WITHDRAWN] == offered[S.CLOSED] == set()


async def test_a_claim_that_is_not_taken_up_names_the_reason() -> None:
    case = await claim_notified()
    claim = await registration.refuse_registration(
        case.claim.id, reason="Not our device.", expected_version=case.claim.version, actor=case.handler
    )
    assert (claim.state, claim.decision_reason) == (ClaimState.NOT_REGISTERED, "Not our device.")
    assert claim.answered_at is not None


async def test_a_manager_gives_a_claim_to_another_handler() -> None:
    case, other = await claim_registered(), await handler()
    assert other.staff_id is not None
    claim = await registration.assign(
        case.claim.id,
        handler_id=other.staff_id,
        reason="holiday",
        expected_version=case.claim.version,
        actor=case.manager,
    )
    assert claim.handler_id == other.staff_id


async def test_a_claim_is_given_only_to_somebody_who_handles_claims_and_only_by_a_manager() -> None:
    case = await claim_registered()
    async with refused(Invalid):
        await registration.assign(
            case.claim.id,
            handler_id=uuid4(),
            reason="holiday",
            expected_version=case.claim.version,
            actor=case.manager,
        )
    async with refused(Forbidden):
        await registration.assign(
            case.claim.id,
            handler_id=uuid4(),
            reason="holiday",
            expected_version=case.claim.version,
            actor=case.handler,
        )


async def test_nobody_works_on_a_claim_of_his_or_her_own() -> None:
    case = await claim_registered()
    mail = f"{uuid4().hex}@example.com"
    await Customer.filter(id=case.claim.customer_id).update(mail_blind=blind_index("mail", mail))
    await Staff.filter(id__in=[case.manager.staff_id, case.handler.staff_id]).update(roles=["CLAIMS_HANDLER"])
    await Staff.filter(id=case.handler.staff_id).update(email=mail)
    assert case.handler.staff_id is not None
    async with refused(OwnClaim):
        await registration.assign(
            case.claim.id,
            handler_id=case.handler.staff_id,
            reason="back",
            expected_version=case.claim.version,
            actor=case.manager,
        )
