"""Making ready and releasing: enough different people, none with another duty, for exactly this payee."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.customers import changes
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, Refusal, StaleVersion
from domain.kernel.sealing import unseal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts import approval, making
from domain.payouts.models import Payout, PayoutApproval, PayoutAttempt
from domain.payouts.refusals import (
    AboveApprovalAuthority,
    DutiesNotSeparate,
    PayeeChanged,
    PayeeUnknown,
    PayoutRequestedAlready,
)
from domain.payouts.requests import request_payout
from domain.payouts.terms import HoldReason, PayoutState
from domain.staff.models import Staff
from tests.factories.insured import staff
from tests.factories.payouts import (
    ACCOUNT,
    OTHER_ACCOUNT,
    Payment,
    approver,
    customer_with_account,
    payout_approved,
    payout_ready,
    payout_requested,
)
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def approve(payment: Payment, actor: Actor) -> Payout:
    payout = await payment.reread()
    return await approval.approve(payout.id, expected_version=payout.version, actor=actor)


async def make_ready(payment: Payment, actor: Actor) -> Payout:
    payout = await payment.reread()
    return await making.make_ready(payout.id, expected_version=payout.version, actor=actor)


async def change_account(payment: Payment, account: str) -> None:
    customer = await Customer.get(id=payment.customer.customer_id)
    await changes.change_bank_account(
        customer.id, bank_account=account, expected_version=customer.version, actor=payment.customer
    )


async def also(actor: Actor, role: Role) -> Actor:
    """The same person in another role."""
    await Staff.filter(id=actor.staff_id).update(roles=[*actor.roles, role])
    return Actor(actor.roles | {role}, staff_id=actor.staff_id)


async def test_a_request_is_a_draft_with_an_attempt_that_has_its_number() -> None:
    payment = await payout_requested()
    assert payment.payout.state is PayoutState.DRAFT
    attempt = await payment.attempt()
    assert len(attempt.request_no) == 32
    assert await Job.filter(kind="payouts.execute").count() == 0


async def test_a_decision_is_paid_by_one_live_payout() -> None:
    payment = await payout_requested()
    source = Subject(payment.payout.subject_kind, payment.payout.subject_id)

    async def again(instalment: int = 1) -> None:
        async with transaction():
            await request_payout(
                source=source, decision_no=1, amount=Money.of("1.00"), scope=Scope(payment.customer.customer_id),
                barred=[], actor=payment.decider, instalment=instalment,
            )  # fmt: skip

    async with refused(PayoutRequestedAlready):
        await again()
    await again(instalment=2)
    assert await Payout.all().count() == 2


async def test_a_payment_in_parts_needs_the_people_of_the_whole() -> None:
    payment = await payout_requested("3000.00")
    async with transaction():
        await request_payout(
            source=Subject(payment.payout.subject_kind, payment.payout.subject_id), decision_no=1,
            amount=Money.of("2000.01"), scope=Scope(payment.customer.customer_id), barred=[], actor=payment.decider,
            instalment=2,
        )  # fmt: skip
    await make_ready(payment, payment.maker)
    assert (await approve(payment, payment.approvers[0])).state is PayoutState.PENDING_APPROVAL
    assert (await approve(payment, payment.approvers[1])).state is PayoutState.APPROVED


async def test_parts_count_together_toward_an_approvers_authority() -> None:
    payment = await payout_requested("3000.00")
    async with transaction():
        await request_payout(
            source=Subject(payment.payout.subject_kind, payment.payout.subject_id), decision_no=2,
            amount=Money.of("2000.00"), scope=Scope(payment.customer.customer_id), barred=[], actor=payment.decider,
        )  # fmt: skip
    await make_ready(payment, payment.maker)
    below = await approver("4999.99")
    async with refused(AboveApprovalAuthority):
        await approve(payment, below)
    assert (await approve(payment, await approver("5000.00"))).state is PayoutState.APPROVED


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
async def test_nothing_and_less_than_nothing_is_not_paid(amount: str) -> None:
    customer_id = await customer_with_account()
    async with refused(Invalid), transaction():
        await request_payout(
            source=Subject(SubjectKind.CLAIM, uuid4()), decision_no=1, amount=Money.of(amount),
            scope=Scope(customer_id), barred=[], actor=Actor.system("test"),
        )  # fmt: skip


async def test_making_ready_takes_over_payee_and_account_sealed_for_their_new_place() -> None:
    payment = await payout_ready()
    payout = await payment.reread()
    assert (payout.state, payout.payee_name) == (PayoutState.PENDING_APPROVAL, "Zhang San")
    assert payout.account_mask == "*" * 15 + "3446"
    assert unseal("payout:account", payout.id, payout.account_sealed or b"") == ACCOUNT
    assert payout.maker_id == payment.maker.staff_id


async def test_without_an_account_there_is_nothing_to_make_ready() -> None:
    payment = await payout_requested(customer_id=await customer_with_account(None))
    async with refused(PayeeUnknown):
        await make_ready(payment, payment.maker)


async def test_who_decided_the_source_neither_makes_nor_approves() -> None:
    payment = await payout_requested()
    as_maker = await also(payment.decider, Role.FINANCE)
    async with refused(DutiesNotSeparate):
        await make_ready(payment, as_maker)
    await make_ready(payment, payment.maker)
    as_approver = await also(payment.decider, Role.FINANCE_APPROVER)
    async with refused(DutiesNotSeparate):
        await approve(payment, as_approver)


async def test_the_maker_does_not_approve_or_reject_even_as_an_approver() -> None:
    payment = await payout_ready()
    both = await also(payment.maker, Role.FINANCE_APPROVER)
    async with refused(DutiesNotSeparate):
        await approve(payment, both)
    async with refused(DutiesNotSeparate):
        await approval.reject(payment.payout.id, reason="no", expected_version=payment.payout.version, actor=both)


async def test_who_receives_the_money_neither_makes_nor_approves() -> None:
    payment = await payout_requested()
    customer = await Customer.get(id=payment.customer.customer_id)
    mail = unseal("customer:mail", customer.id, bytes(customer.mail_sealed))
    for each in (payment.maker, payment.approvers[0]):
        await Staff.filter(id=each.staff_id).update(email=mail)
        if each is payment.maker:
            async with refused(DutiesNotSeparate):
                await make_ready(payment, each)
            await Staff.filter(id=each.staff_id).update(email="other@insurer.example")
            await make_ready(payment, each)
        else:
            async with refused(DutiesNotSeparate):
                await approve(payment, each)


@pytest.mark.parametrize(("amount", "needed"), [("5000.00", 1), ("5000.01", 2), ("50000.00", 2), ("50000.01", 3)])
async def test_as_many_people_release_it_as_its_amount_asks_for(amount: str, needed: int) -> None:
    payment = await payout_ready(amount)
    payout = payment.payout
    for number, each in enumerate(payment.approvers[:needed], 1):
        payout = await approve(payment, each)
        assert payout.state is (PayoutState.APPROVED if number == needed else PayoutState.PENDING_APPROVAL)
    assert await PayoutApproval.filter(payout_id=payout.id).count() == needed
    assert await Job.filter(kind="payouts.execute", subject_id=payout.id).count() == 1


async def test_nobody_approves_twice() -> None:
    payment = await payout_ready("60000.00")
    await approve(payment, payment.approvers[0])
    async with refused(DutiesNotSeparate):
        await approve(payment, payment.approvers[0])


async def test_two_approvals_at_once_count_once() -> None:
    payment = await payout_ready("4000.00")
    outcomes = await asyncio.gather(
        *(
            approval.approve(payment.payout.id, expected_version=payment.payout.version, actor=each)
            for each in (payment.approvers[0], payment.approvers[0], payment.approvers[1])
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Payout) for each in outcomes) == 1
    assert sum(isinstance(each, StaleVersion) for each in outcomes) == 2
    assert await PayoutApproval.all().count() == 1
    assert await Job.filter(kind="payouts.execute").count() == 1


async def test_the_last_approver_needs_the_authority_and_the_first_does_not() -> None:
    payment = await payout_ready("20000.00")
    small, smaller = await approver("100.00"), await approver("19999.99")
    await approve(payment, small)
    async with refused(AboveApprovalAuthority) as told:
        await approve(payment, smaller)
    assert str(told.value.limit) == "19999.99 CNY"  # type: ignore[attr-defined]
    assert (await approve(payment, payment.approvers[0])).state is PayoutState.APPROVED


async def test_an_account_that_changed_after_it_was_made_ready_voids_the_approvals() -> None:
    payment = await payout_ready("20000.00")
    await approve(payment, payment.approvers[0])
    await change_account(payment, OTHER_ACCOUNT)
    async with refused(PayeeChanged):
        await approve(payment, payment.approvers[1])
    again = await make_ready(payment, payment.maker)
    assert unseal("payout:account", again.id, again.account_sealed or b"") == OTHER_ACCOUNT
    payout = await approve(payment, payment.approvers[1])
    assert payout.state is PayoutState.PENDING_APPROVAL, "the earlier approval was for another account"
    assert (await approve(payment, payment.approvers[0])).state is PayoutState.ON_HOLD


async def test_an_approval_for_another_amount_counts_for_nothing() -> None:
    payment = await payout_ready("20000.00")
    await approve(payment, payment.approvers[0])
    await Payout.filter(id=payment.payout.id).update(amount_minor=3_000_000)
    assert (await approve(payment, payment.approvers[1])).state is PayoutState.PENDING_APPROVAL


async def test_a_rejected_payout_goes_back_to_its_maker() -> None:
    payment = await payout_ready()
    payout = await approval.reject(
        payment.payout.id, reason="wrong payee", expected_version=payment.payout.version, actor=payment.approvers[0]
    )
    assert (payout.state, payout.rejection_reason) == (PayoutState.REJECTED, "wrong payee")
    async with refused(IllegalStep):
        await approve(payment, payment.approvers[0])
    assert (await make_ready(payment, payment.maker)).rejection_reason is None


async def test_an_account_changed_within_a_day_cools_down_before_the_money_goes() -> None:
    payment = await payout_requested()
    with clock.at(clock.now() - timedelta(hours=23)):
        await change_account(payment, OTHER_ACCOUNT)
    await make_ready(payment, payment.maker)
    payout = await approve(payment, payment.approvers[0])
    assert (payout.state, payout.hold_reason) == (PayoutState.ON_HOLD, HoldReason.BANK_CHANGED)
    assert payout.held_until is not None
    assert timedelta(minutes=59) < payout.held_until - clock.now() < timedelta(hours=1)
    assert await Job.filter(kind="payouts.execute").count() == 0
    (job,) = await Job.filter(kind="payouts.release")
    assert job.run_at == payout.held_until


async def test_an_account_changed_longer_ago_does_not_wait() -> None:
    payment = await payout_requested()
    with clock.at(clock.now() - timedelta(hours=24, seconds=1)):
        await change_account(payment, OTHER_ACCOUNT)
    await make_ready(payment, payment.maker)
    assert (await approve(payment, payment.approvers[0])).state is PayoutState.APPROVED


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.FINANCE}))
async def test_nobody_but_finance_makes_ready(role: Role) -> None:
    payment = await payout_requested()
    outsider = role in (Role.ANONYMOUS, Role.PARTNER, Role.REPAIRER, Role.CUSTOMER)
    actor = Actor(frozenset({role}), partner_id=payment.payout.partner_id) if outsider else await staff(role)
    expected: type[Refusal] = Forbidden if role in (
        Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE_APPROVER, Role.RISK,
        Role.COMPLIANCE,
    ) else NotFound  # fmt: skip
    async with refused(expected):
        await make_ready(payment, actor)


async def test_a_change_decided_on_an_older_state_is_refused() -> None:
    payment = await payout_approved()
    async with refused(StaleVersion):
        await approval.approve(payment.payout.id, expected_version=1, actor=payment.approvers[1])


async def test_the_number_of_an_attempt_cannot_be_changed() -> None:
    attempt = await (await payout_requested()).attempt()
    with pytest.raises(Exception, match="never changes"):
        await PayoutAttempt.filter(id=attempt.id).update(request_no="0" * 32)
