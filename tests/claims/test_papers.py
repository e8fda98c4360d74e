"""Files become papers of their claim, and the clock goes on with the last of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.claims import documents, intake, judging, papers
from domain.claims.documents import Wanted
from domain.claims.models import Claim, ClaimDocument
from domain.claims.refusals import AssignedToAnother
from domain.claims.terms import ClaimState, DocumentKind, DocumentState
from domain.evidence.models import EvidenceFile
from domain.evidence.terms import FileState, FileType
from domain.jobs.models import Job
from domain.jobs.terms import JobState
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound
from domain.kernel.subject import SubjectKind
from domain.notifications.models import Notification
from tests.factories import corpus
from tests.factories.claims import (
    Case,
    claim_approved,
    claim_awaiting_decision,
    claim_awaiting_documents,
    claim_closed,
    claim_notified,
    claim_registered,
    nothing_open,
)
from tests.factories.evidence import handed_in, released, sent, ticketed, worked_off
from tests.factories.insured import handler, insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database", "folder")
PROOF, PHOTOS = DocumentKind.PROOF_OF_PURCHASE, DocumentKind.DAMAGE_PHOTOS
SYSTEM = Actor.system("claims.stop_clock")


async def paper(case: Case, kind: DocumentKind = PROOF) -> ClaimDocument:
    """The latest paper of a kind."""
    found = await ClaimDocument.filter(claim_id=case.claim.id, kind=kind).order_by("-round").first()
    assert found is not None
    return found


async def test_a_released_file_is_the_paper_that_was_asked_for(database: str) -> None:
    case = await claim_awaiting_documents()
    file = await released(database, case, case.customer)
    document = await paper(case)
    assert (document.state, document.received_at, file.part_id) == (
        DocumentState.RECEIVED, file.received_at, document.id,
    )  # fmt: skip
    assert (await case.reread()).state is ClaimState.DOCS_REQUESTED
    entry = await AuditEntry.get(action="claim:take_in_paper")
    assert (entry.after["received"], entry.subject_id) == ([PROOF], case.claim.id)
    (job,) = await Job.filter(kind="claims.take_in_paper")
    assert (job.state, job.result_kind, job.result_id) == (JobState.SUCCEEDED, SubjectKind.CLAIM, case.claim.id)


async def test_the_clock_goes_on_when_the_last_file_came_in_and_not_when_it_was_checked(database: str) -> None:
    with clock.at(datetime(2026, 11, 1, 9, tzinfo=INSURER_ZONE)):
        case = await claim_awaiting_documents()
    delivered = datetime(2026, 11, 6, 10, tzinfo=INSURER_ZONE)
    await documents.stop_clock(case.claim.id, delivered_at=delivered, actor=SYSTEM)
    with clock.at(datetime(2026, 11, 13, 16, tzinfo=INSURER_ZONE)):
        last = await ticketed(case, case.customer, corpus.jpeg(), kind=PHOTOS)
        await sent(last, corpus.jpeg())
    with clock.at(datetime(2026, 11, 10, 8, tzinfo=INSURER_ZONE)):
        first = await ticketed(case, case.customer, corpus.pdf(), FileType.PDF)
        await sent(first, corpus.pdf())
    with clock.at(datetime(2026, 11, 15, 12, tzinfo=INSURER_ZONE)):
        await worked_off(database)
    claim = await case.reread()
    assert (claim.state, claim.paused_at) == (ClaimState.REGISTERED, None)
    promised = datetime(2026, 12, 8, 15, tzinfo=INSURER_ZONE)
    assert abs(claim.decision_due_at - promised) < timedelta(seconds=30)


async def test_an_unfit_file_is_no_paper_and_its_sender_is_told_why(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer, corpus.html())
    assert (await paper(case)).state is DocumentState.REQUESTED
    assert await Notification.filter(template="CLAIM_PAPER_REFUSED").count() == 1
    await released(database, case, case.handler, corpus.html())
    assert await Notification.filter(template="CLAIM_PAPER_REFUSED").count() == 1


async def test_a_second_page_joins_the_paper_and_changes_nothing_else(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer)
    before = await case.reread()
    file = await released(database, case, case.customer)
    assert file.part_id == (await paper(case)).id
    assert await case.reread() == before and (await case.reread()).version == before.version


async def test_a_paper_that_nobody_asked_for_is_a_file_of_the_claim_alone(database: str) -> None:
    case = await claim_notified()
    file = await released(database, case, case.customer, kind=DocumentKind.POLICE_REPORT)
    assert (file.state, file.part_id, file.subject_id) == (FileState.RELEASED, None, case.claim.id)
    assert await ClaimDocument.all().count() == 0


async def test_a_paper_that_was_asked_for_while_it_was_checked_has_come_in(database: str) -> None:
    case = await claim_registered()
    await handed_in(case, case.customer)
    await documents.request_documents(
        case.claim.id, wanted=[Wanted(PROOF)], expected_version=case.claim.version, actor=case.handler
    )
    await worked_off(database)
    assert (await paper(case)).state is DocumentState.RECEIVED
    assert (await case.reread()).state is ClaimState.REGISTERED


async def test_a_file_that_is_released_after_the_claim_was_withdrawn_moves_nothing(database: str) -> None:
    case = await claim_awaiting_documents()
    await handed_in(case, case.customer)
    await intake.withdraw(
        case.claim.id,
        reason="found it",
        open_work=nothing_open,
        expected_version=case.claim.version,
        actor=case.customer,
    )
    await worked_off(database)
    assert (await paper(case)).state is DocumentState.REQUESTED
    assert (await EvidenceFile.get()).state is FileState.RELEASED


async def test_the_same_file_is_taken_in_once(database: str) -> None:
    case = await claim_awaiting_documents()
    file = await released(database, case, case.customer)
    before = await Claim.get(id=case.claim.id)
    await papers.take_in(case.claim.id, file.id, actor=Actor.system("claims.take_in_paper"))
    assert (await Claim.get(id=case.claim.id)).version == before.version


@pytest.mark.parametrize("make", [claim_approved, claim_closed])
async def test_a_decided_claim_takes_no_more_files(make: object) -> None:
    case: Case = await make()  # type: ignore[operator]
    async with refused(IllegalStep):
        await ticketed(case, case.customer, corpus.jpeg())


async def test_customer_partner_service_and_handler_hand_files_in_until_the_decision() -> None:
    case = await claim_awaiting_decision()
    for actor in (
        case.customer, case.insured.partner, await staff(Role.CUSTOMER_SERVICE), case.handler, case.manager,
    ):  # fmt: skip
        file = await EvidenceFile.get(id=await ticketed(case, actor, corpus.jpeg()))
        assert (file.uploader_id, file.customer_id, file.partner_id) == (
            actor.id, case.claim.customer_id, case.claim.partner_id,
        )  # fmt: skip


async def test_nobody_else_hands_files_in_and_a_strangers_claim_is_none() -> None:
    case, stranger = await claim_registered(), await insured()
    for role in (Role.FINANCE, Role.RISK, Role.COMPLIANCE, Role.UNDERWRITER):
        actor = await staff(role)
        async with refused(Forbidden):
            await ticketed(case, actor, corpus.jpeg())
    for actor in (stranger.customer, stranger.partner, await staff(Role.HR), Actor.anonymous()):
        async with refused(NotFound):
            await ticketed(case, actor, corpus.jpeg())
    other = await handler("5000.00")
    async with refused(AssignedToAnother):
        await ticketed(case, other, corpus.jpeg())


async def judged(case: Case, verdict: str, reason: str = "as it is") -> Claim:
    """The handler's word on the proof of purchase."""
    document, version = await paper(case), (await case.reread()).version
    if verdict == "accept":
        return await judging.accept(document.id, expected_version=version, actor=case.handler)
    verb = judging.reject if verdict == "reject" else judging.waive
    return await verb(document.id, reason=reason, expected_version=version, actor=case.handler)


async def test_a_paper_that_does_is_accepted_once(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer)
    await judged(case, "accept")
    assert (await paper(case)).state is DocumentState.ACCEPTED
    for verdict in ("accept", "reject", "waive"):
        async with refused(IllegalStep):
            await judged(case, verdict)


async def test_a_paper_that_does_not_do_is_awaited_again_and_the_customer_told_why(database: str) -> None:
    case = await claim_awaiting_documents()
    await documents.stop_clock(case.claim.id, delivered_at=clock.now(), actor=SYSTEM)
    await released(database, case, case.customer)
    await judged(case, "reject", reason="It shows another device.")
    document = await paper(case)
    assert (document.state, document.rejection_reason) == (DocumentState.REJECTED, "It shows another device.")
    assert await Notification.filter(template="CLAIM_PAPER_REJECTED").count() == 1
    await released(database, case, case.customer, kind=PHOTOS)
    waiting = await case.reread()
    assert (waiting.state, waiting.paused_at is None) == (ClaimState.DOCS_REQUESTED, False)
    await released(database, case, case.customer)
    assert (await paper(case)).state is DocumentState.RECEIVED
    assert ((await case.reread()).state, (await case.reread()).paused_at) == (ClaimState.REGISTERED, None)


async def test_rejecting_a_paper_later_does_not_stop_the_clock_and_needs_no_second_list(database: str) -> None:
    case = await claim_awaiting_documents()
    for kind in (PROOF, PHOTOS):
        await released(database, case, case.customer, kind=kind)
    due = (await case.reread()).decision_due_at
    claim = await judged(case, "reject", reason="unreadable")
    assert (claim.state, claim.paused_at, claim.decision_due_at) == (ClaimState.REGISTERED, None, due)
    await released(database, case, case.customer)
    assert (await paper(case)).state is DocumentState.RECEIVED
    assert (await case.reread()).state is ClaimState.REGISTERED


async def test_staff_may_take_in_by_hand_what_was_rejected(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer)
    claim = await judged(case, "reject", reason="unreadable")
    await documents.receive_documents(
        claim.id, kinds=[PROOF, PHOTOS], expected_version=claim.version, actor=case.handler
    )
    assert (await case.reread()).state is ClaimState.REGISTERED


async def test_the_last_paper_may_be_done_without_and_the_claim_goes_on(database: str) -> None:
    case = await claim_awaiting_documents()
    await documents.stop_clock(case.claim.id, delivered_at=clock.now(), actor=SYSTEM)
    await released(database, case, case.customer, kind=PHOTOS)
    claim = await judged(case, "waive", reason="The register shows the purchase.")
    assert (claim.state, claim.paused_at) == (ClaimState.REGISTERED, None)
    assert (await paper(case)).state is DocumentState.WAIVED
    entry = await AuditEntry.get(action="claim:waive_document")
    assert entry.reason == "The register shows the purchase."


async def test_only_the_handler_of_the_claim_judges_its_papers(database: str) -> None:
    case = await claim_awaiting_documents()
    await released(database, case, case.customer)
    document, claim = await paper(case), await case.reread()
    for actor in (case.customer, case.insured.partner, await staff(Role.CUSTOMER_SERVICE), await staff(Role.RISK)):
        async with refused(Forbidden):
            await judging.accept(document.id, expected_version=claim.version, actor=actor)
    other, stranger = await handler("5000.00"), await insured()
    async with refused(AssignedToAnother):
        await judging.accept(document.id, expected_version=claim.version, actor=other)
    for actor, identity in ((stranger.customer, document.id), (case.handler, new_id())):
        async with refused(NotFound):
            await judging.accept(identity, expected_version=claim.version, actor=actor)
