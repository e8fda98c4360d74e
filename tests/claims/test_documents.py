"""Asking for papers once, and the clock that stands still meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.claims import assessment, documents
from domain.claims.documents import Wanted
from domain.claims.models import ClaimDocument
from domain.claims.refusals import SecondNoticeNeedsManager
from domain.claims.terms import ClaimState, DocumentKind, DocumentState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.refusals import Forbidden, Invalid, StaleVersion
from domain.notifications.models import Notification
from tests.factories.claims import claim_awaiting_documents, claim_registered
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("claims.stop_clock")
BOTH = (DocumentKind.PROOF_OF_PURCHASE, DocumentKind.DAMAGE_PHOTOS)


async def test_all_missing_papers_are_asked_for_in_one_notice() -> None:
    case = await claim_awaiting_documents()
    assert case.claim.state is ClaimState.DOCS_REQUESTED
    assert await ClaimDocument.filter(claim_id=case.claim.id, state=DocumentState.REQUESTED).count() == 2
    assert await Notification.filter(template="CLAIM_DOCUMENTS_REQUESTED").count() == 1


@pytest.mark.parametrize("kinds", [[], [DocumentKind.IDENTITY, DocumentKind.IDENTITY]])
async def test_an_empty_list_and_a_kind_named_twice_are_refused(kinds: list[DocumentKind]) -> None:
    case = await claim_registered()
    async with refused(Invalid):
        await documents.request_documents(
            case.claim.id,
            wanted=[Wanted(kind) for kind in kinds],
            expected_version=case.claim.version,
            actor=case.handler,
        )


async def test_the_clock_stands_still_from_the_notice_to_the_papers() -> None:
    with clock.at(datetime(2026, 11, 1, 9, tzinfo=INSURER_ZONE)):
        case = await claim_awaiting_documents()
    delivered = datetime(2026, 11, 6, 10, tzinfo=INSURER_ZONE)
    await documents.stop_clock(case.claim.id, delivered_at=delivered, actor=SYSTEM)
    paused = await case.reread()
    assert paused.paused_at == delivered
    with clock.at(datetime(2026, 11, 13, 16, tzinfo=INSURER_ZONE)):
        claim = await documents.receive_documents(
            case.claim.id, kinds=BOTH, expected_version=paused.version, actor=case.handler
        )
    assert (claim.state, claim.paused_at) == (ClaimState.REGISTERED, None)
    promised = datetime(2026, 12, 8, 15, tzinfo=INSURER_ZONE)
    assert abs(claim.decision_due_at - promised) < timedelta(seconds=30)


async def test_a_second_delivery_of_the_notice_does_not_move_the_pause() -> None:
    case = await claim_awaiting_documents()
    first = datetime(2026, 11, 6, 10, tzinfo=UTC)
    await documents.stop_clock(case.claim.id, delivered_at=first, actor=SYSTEM)
    await documents.stop_clock(case.claim.id, delivered_at=first + timedelta(days=1), actor=SYSTEM)
    assert (await case.reread()).paused_at == first
    assert await AuditEntry.filter(action="claim:stop_clock").count() == 1


async def test_the_claim_goes_on_only_when_the_last_paper_has_come() -> None:
    case = await claim_awaiting_documents()
    claim = await documents.receive_documents(
        case.claim.id, kinds=BOTH[:1], expected_version=case.claim.version, actor=case.handler
    )
    assert claim.state is ClaimState.DOCS_REQUESTED
    claim = await documents.receive_documents(
        claim.id, kinds=BOTH[1:], expected_version=claim.version, actor=case.handler
    )
    assert claim.state is ClaimState.REGISTERED


async def test_a_paper_that_was_not_asked_for_is_refused() -> None:
    case = await claim_awaiting_documents()
    async with refused(Invalid):
        await documents.receive_documents(
            case.claim.id,
            kinds=[DocumentKind.IDENTITY],
            expected_version=case.claim.version,
            actor=case.handler,
        )


async def test_a_second_notice_needs_a_manager_and_a_reason() -> None:
    case = await claim_awaiting_documents()
    claim = await documents.receive_documents(
        case.claim.id, kinds=BOTH, expected_version=case.claim.version, actor=case.handler
    )
    wanted = [Wanted(DocumentKind.REPAIR_INVOICE)]
    async with refused(SecondNoticeNeedsManager):
        await documents.request_documents(
            claim.id, wanted=wanted, reason="forgotten", expected_version=claim.version, actor=case.handler
        )
    async with refused(SecondNoticeNeedsManager):
        await documents.request_documents(claim.id, wanted=wanted, expected_version=claim.version, actor=case.manager)
    claim = await documents.request_documents(
        claim.id, wanted=wanted, reason="forgotten", expected_version=claim.version, actor=case.manager
    )
    assert claim.state is ClaimState.DOCS_REQUESTED
    assert await ClaimDocument.filter(claim_id=claim.id, round=2).count() == 1


async def test_the_assessment_goes_on_without_papers_that_never_came_for_a_reason() -> None:
    case = await claim_awaiting_documents()
    async with refused(Invalid):
        await assessment.start(case.claim.id, expected_version=case.claim.version, actor=case.handler)
    claim = await assessment.start(
        case.claim.id, reason="Photos suffice.", expected_version=case.claim.version, actor=case.handler
    )
    assert claim.state is ClaimState.ASSESSING
    assert await ClaimDocument.filter(claim_id=claim.id, state=DocumentState.WAIVED).count() == 2


async def test_neither_the_customer_nor_an_old_version_changes_the_papers() -> None:
    case = await claim_awaiting_documents()
    async with refused(Forbidden):
        await documents.receive_documents(
            case.claim.id, kinds=BOTH, expected_version=case.claim.version, actor=case.customer
        )
    async with refused(StaleVersion):
        await documents.receive_documents(
            case.claim.id, kinds=BOTH, expected_version=case.claim.version - 1, actor=case.handler
        )
