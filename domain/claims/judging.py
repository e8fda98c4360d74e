"""What the handler finds of each paper: it does, it does not, or the claim goes on without it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims.documents import go_on_if_complete
from domain.claims.lifecycle import CLAIM_LIFECYCLE, DOCUMENT_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim, ClaimDocument
from domain.claims.notices import subject_of, tell_customer
from domain.claims.reading import CLAIM_DOCUMENT
from domain.claims.terms import ClaimAction, DocumentAction
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import NotFound
from domain.kernel.rows import save_changes


async def accept(document_id: UUID, *, expected_version: int, actor: Actor) -> Claim:
    """Finds that a paper shows what it must. The version is the claim's.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother.
    """
    async with transaction():
        claim, document = await _taken(document_id, expected_version, actor)
        await _judge(claim, document, DocumentAction.ACCEPT, actor)
    return claim


async def reject(document_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Finds that a paper does not do; the customer is told why and may hand it in again.

    While the claim waits for papers this one is awaited, too. Later the time for the decision goes on: only a list of
    everything that is missing stops it, and a second list needs a manager. The version is the claim's.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother. Source: Insurance Law Art. 22.
    """
    async with transaction():
        claim, document = await _taken(document_id, expected_version, actor)
        document.rejection_reason = reason
        await _judge(claim, document, DocumentAction.REJECT, actor, reason)
        await tell_customer(claim, "CLAIM_PAPER_REJECTED", actor, documents=document.kind, reason=reason)
    return claim


async def waive(document_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Goes on without a paper; when it was the last one outstanding, the clock goes on. The version is the claim's.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother.
    """
    async with transaction():
        claim, document = await _taken(document_id, expected_version, actor)
        await _judge(claim, document, DocumentAction.WAIVE, actor, reason)
    return claim


async def _taken(document_id: UUID, expected_version: int, actor: Actor) -> tuple[Claim, ClaimDocument]:
    """The paper with its claim, which is locked, so that the paper is, too."""
    known = await ClaimDocument.filter(id=document_id).first()
    if known is None:
        raise NotFound(kind=CLAIM_DOCUMENT.name)
    try:
        claim = await lock_work(known.claim_id, actor, expected_version)
    except NotFound:
        raise NotFound(kind=CLAIM_DOCUMENT.name) from None
    CLAIM_LIFECYCLE.step(claim.state, ClaimAction.JUDGE_DOCUMENT, actor)
    return claim, await ClaimDocument.get(id=document_id)


async def _judge(
    claim: Claim, document: ClaimDocument, action: DocumentAction, actor: Actor, reason: str | None = None
) -> None:
    before = document.state
    document.state, document.judged_at = DOCUMENT_LIFECYCLE.step(before, action, actor), clock.now()
    await document.save(update_fields=["state", "judged_at", "rejection_reason"])
    stood = claim.state
    if action is DocumentAction.WAIVE:
        await go_on_if_complete(claim, clock.now(), actor)
    await save_changes(claim, "state", "decision_due_at", "paused_at")
    await record(
        f"claim:{action.lower()}_document",
        subject_of(claim),
        actor,
        before={"state": stood, "document": before},
        after={"state": claim.state, "kind": document.kind, "document": document.state},
        reason=reason,
    )
