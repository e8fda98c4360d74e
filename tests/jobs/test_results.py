"""What comes of each kind of job: the row that it made or was to bring on, named in the commit of its success."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.applications.jobs import FindExpiredApplications
from domain.claims.jobs import CloseClaim, CloseStaleClaims
from domain.claims.models import Claim
from domain.complaints.jobs import WatchComplaints
from domain.customers import changes, identity
from domain.customers.models import Customer
from domain.documents.models import Document
from domain.inquiries.jobs import FindAnswered
from domain.jobs.kinds import kind_of
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.subject import SubjectKind
from domain.notifications.mailing import use_mailer
from domain.notifications.models import Notification
from domain.payouts import approval, making
from domain.payouts.models import Payout
from domain.payouts.terms import PayoutState
from domain.renewals.jobs import FindDueReminders, RemindOfRenewal
from domain.renewals.models import RenewalReminder
from domain.surveys.models import Survey
from domain.surveys.rules import next_waking
from sandbox.faults import Fault
from tests.factories.applications import billed, submitted
from tests.factories.claims import claim_awaiting_documents, claim_closed, claim_paid, claim_payment_pending
from tests.factories.complaints import complaint_replied
from tests.factories.identity import AlwaysMatches
from tests.factories.inquiries import inquiry_answered
from tests.factories.insured import sold, staff
from tests.factories.mail_server import mail_server
from tests.factories.papers import kept_in
from tests.factories.payouts import ACCOUNT, approver, payout_approved
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank, bank
from workers.registry import HANDLERS
from workers.schedule import TABLE

__all__ = ["bank"]

ROUNDS = {
    "access.purge", "applications.find_expired", "audit.seal", "billing.watch_due", "bordereaux.open_month",
    "claim_bordereaux.open_month", "claims.advance_check", "claims.close_stale", "claims.give_up_drafts",
    "commissions.close", "complaints.watch", "idempotency.purge", "inquiries.fetch_letters", "inquiries.find_answered",
    "jobs.archive", "payouts.reconcile", "payouts.sweep", "payouts.watch_exceptions", "policies.roll",
    "renewals.find_due", "service_levels.count", "service_levels.watch", "surveys.expire",
}  # fmt: skip
"""Over many rows: none of them is the one that came of it."""
RESULTS = {
    "applications.bill": SubjectKind.APPLICATION,
    "applications.expire": SubjectKind.APPLICATION,
    "applications.issue": SubjectKind.APPLICATION,
    "applications.underwrite": SubjectKind.APPLICATION,
    "billing.instalment_paid": SubjectKind.JOB,
    "billing.invoice_lapsed": SubjectKind.JOB,
    "bordereaux.generate": SubjectKind.BORDEREAU,
    "claim_bordereaux.generate": SubjectKind.CLAIM_BORDEREAU,
    "claims.close": SubjectKind.CLAIM,
    "claims.look_at_advance": SubjectKind.CLAIM,
    "claims.paid": SubjectKind.SURVEY,
    "claims.screen": SubjectKind.CLAIM,
    "claims.record_paid": SubjectKind.CLAIM,
    "claims.record_repaired": SubjectKind.CLAIM,
    "claims.take_in_paper": SubjectKind.CLAIM,
    "commissions.record_paid": SubjectKind.COMMISSION_STATEMENT,
    "claims.watch_decline_notice": SubjectKind.CLAIM,
    "complaints.close": SubjectKind.COMPLAINT,
    "customers.identity_checked": SubjectKind.CUSTOMER,
    "customers.verify_identity": SubjectKind.CUSTOMER,
    "evidence.check": SubjectKind.EVIDENCE,
    "evidence.checked": SubjectKind.JOB,
    "inquiries.close": SubjectKind.INQUIRY,
    "notifications.delivered": SubjectKind.CLAIM,
    "notifications.send": SubjectKind.NOTIFICATION,
    "partners.deliver_webhook": SubjectKind.WEBHOOK_DELIVERY,
    "payouts.book_statement": SubjectKind.BANK_STATEMENT,
    "payouts.execute": SubjectKind.PAYOUT,
    "payouts.query": SubjectKind.PAYOUT,
    "payouts.release": SubjectKind.PAYOUT,
    "payouts.returned": SubjectKind.PAYOUT,
    "payouts.settled": SubjectKind.JOB,
    "payouts.write_file": SubjectKind.PAYMENT_FILE,
    "policies.lapse": SubjectKind.POLICY,
    "policies.make_documents": SubjectKind.DOCUMENT,
    "policies.register_part": SubjectKind.REGISTRATION,
    "policies.register_upload": SubjectKind.DOCUMENT,
    "renewals.remind": SubjectKind.RENEWAL,
    "repairs.record_paid": SubjectKind.REPAIR_ORDER,
    "service_levels.time_passing": SubjectKind.COMPLAINT,
    "surveys.send": SubjectKind.SURVEY,
}
OFFICE = Actor.system("test")


async def ask_for(work_to_do: object) -> None:
    """Asks for a job by itself."""
    async with transaction():
        await enqueue(work_to_do, actor=OFFICE)


async def came_of(kind: str) -> UUID | None:
    """The id of the row that came of the one job of a kind, which has succeeded; the row is of the kind told above."""
    (job,) = await Job.filter(kind=kind)
    assert job.state is JobState.SUCCEEDED, (kind, job.error_code)
    if job.result_id is not None:
        assert job.result_kind is RESULTS[kind], kind
    return job.result_id


def test_of_every_kind_it_is_said_what_comes_of_it() -> None:
    names = {kind_of(each).name for each in HANDLERS}
    assert {name for name in names if not name.startswith(("test.", "faults."))} == {*ROUNDS, *RESULTS}


async def test_the_jobs_of_a_payment_name_the_payout_the_next_job_and_the_claim(
    database: str, bank: TestBank
) -> None:
    case = await claim_payment_pending()
    customer = await Customer.get(id=case.claim.customer_id)
    await changes.change_bank_account(
        customer.id, bank_account=ACCOUNT, expected_version=customer.version, actor=case.customer
    )
    payout = await Payout.get(subject_id=case.claim.id)
    await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
    held = await approval.approve(payout.id, expected_version=2, actor=await approver())
    assert held.state is PayoutState.ON_HOLD and held.held_until is not None
    bank.plan(Fault.LOST_ANSWER)
    with clock.at(held.held_until):
        for _ in range(4):
            await hurry()
            await work(database, (Queue.MONEY,))
    for kind in ("payouts.release", "payouts.execute", "payouts.query"):
        assert await came_of(kind) == payout.id, kind
    assert await came_of("payouts.settled") == (await Job.get(kind="claims.record_paid")).id
    assert await came_of("claims.record_paid") == case.claim.id


async def test_a_letter_names_itself_and_the_news_of_it_the_claim_whose_clock_stopped(database: str) -> None:
    case = await claim_awaiting_documents()
    async with mail_server() as server:
        use_mailer(server.mailer)
        await work(database, (Queue.NOTIFY,))
    for job in await Job.filter(kind="notifications.send"):
        assert (job.result_kind, job.result_id) == (SubjectKind.NOTIFICATION, job.subject_id)
    assert await Job.filter(kind="notifications.send").count() == await Notification.all().count() > 0
    assert await came_of("notifications.delivered") == case.claim.id


async def test_nothing_comes_of_a_letter_that_is_refused(database: str) -> None:
    case = await claim_awaiting_documents()
    await work(database, (Queue.BULK,))
    assert await came_of("claims.screen") == case.claim.id
    async with mail_server(recipient="550 No such user") as server:
        use_mailer(server.mailer)
        await work(database, (Queue.NOTIFY,))
    jobs = await Job.filter(kind="notifications.send")
    assert {(job.state, job.error_code, job.result_id) for job in jobs} == {(JobState.DEAD, "MAIL_REJECTED", None)}


async def test_closing_names_the_claim_the_complaint_and_the_inquiry(database: str) -> None:
    case, matter, asked = await claim_paid(), await complaint_replied(), await inquiry_answered()
    await Claim.filter(id=case.claim.id).update(answered_at=clock.now() - timedelta(days=16))
    with clock.at(clock.now() + timedelta(days=31)):
        await ask_for(CloseStaleClaims())
        await ask_for(WatchComplaints())
        await ask_for(FindAnswered())
        await work(database, (Queue.BULK,))
    assert await came_of("claims.close") == case.claim.id
    assert await came_of("complaints.close") == matter.complaint.id
    assert await came_of("inquiries.close") == asked.inquiry.id
    assert await came_of("claims.close_stale") is await came_of("complaints.watch") is None


async def test_what_is_made_of_a_sale_is_the_document_in_the_customer_s_language(database: str, tmp_path: Path) -> None:
    kept_in(tmp_path)
    policy = await sold()
    await work(database, (Queue.DOCUMENTS,))
    document = await Document.get(subject_id=policy.id, language="zh")
    assert await came_of("policies.make_documents") == document.id


async def test_a_reminder_is_what_reminding_made_though_the_job_is_about_the_policy(database: str) -> None:
    policy = await sold()
    with clock.at(clock.start_of(policy.ends_on - timedelta(days=30)) + timedelta(hours=9)):
        await ask_for(FindDueReminders())
        await work(database, (Queue.BULK,))
    (reminder,) = await RenewalReminder.all()
    assert await came_of("renewals.remind") == reminder.id
    assert (await Job.get(kind="renewals.remind")).subject_id == policy.id


async def test_what_comes_of_a_paid_claim_is_its_survey(database: str) -> None:
    case = await claim_paid()
    with clock.at(next_waking(clock.now())):
        for _ in range(2):
            await hurry()
            await work(database, (Queue.BULK, Queue.NOTIFY))
    survey = await Survey.get(claim_id=case.claim.id)
    assert await came_of("claims.paid") == await came_of("surveys.send") == survey.id


async def test_nothing_comes_of_work_that_others_had_done_already(database: str) -> None:
    case, policy = await claim_closed(), await sold()
    await ask_for(CloseClaim(case.claim.id))
    await ask_for(RemindOfRenewal(policy.id, 30, policy.ends_on))  # which ends in a year
    await work(database, (Queue.BULK,))
    assert await came_of("claims.close") is None
    assert await came_of("renewals.remind") is None


async def test_whatever_moves_an_application_on_names_it(database: str) -> None:
    applied = await submitted()
    customer_id = applied.customer.customer_id
    assert customer_id is not None
    await identity.verify(customer_id, gateway=AlwaysMatches(), actor=OFFICE)
    await work(database, (Queue.NOTIFY, Queue.MONEY))
    await applied.pay()
    await work(database, (Queue.MONEY,))
    for kind in ("applications.underwrite", "applications.bill", "applications.issue"):
        assert await came_of(kind) == applied.id, kind
    late = await billed()
    with clock.at(clock.now() + timedelta(days=32)):
        await ask_for(FindExpiredApplications())
        await work(database, (Queue.BULK, Queue.MONEY))
    assert await came_of("applications.expire") == late.id


@pytest.mark.usefixtures("bank")
async def test_no_one_row_comes_of_a_round(database: str) -> None:
    for line in TABLE:
        await ask_for(line.work)
    await work(database, tuple(Queue))
    for kind in ROUNDS:
        assert await came_of(kind) is None, kind


async def test_whoever_caused_a_job_has_caused_what_follows_from_it(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database, (Queue.MONEY,))
    jobs = await Job.filter(queue=Queue.MONEY)
    assert {job.kind for job in jobs} >= {"payouts.execute", "payouts.settled"}
    approved_by = payment.approvers[0].staff_id
    assert {(job.actor_kind, job.actor_id) for job in jobs} == {(SubjectKind.STAFF, approved_by)}
