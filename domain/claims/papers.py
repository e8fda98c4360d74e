"""Papers that are handed in as files: a ticket for each, and what it is for when it was found harmless."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.audit.entries import record
from domain.claims.documents import go_on_if_complete
from domain.claims.lifecycle import CLAIM_LIFECYCLE, DOCUMENT_LIFECYCLE, OVER
from domain.claims.locks import expect_own_work
from domain.claims.models import Claim, ClaimDocument
from domain.claims.notices import scope_of, subject_of, tell_customer
from domain.claims.reading import CLAIM
from domain.claims.terms import OUTSTANDING, ClaimAction, DocumentAction, DocumentKind, DocumentState
from domain.evidence.news import Checked, assign, checked
from domain.evidence.terms import FileType
from domain.evidence.tickets import Announced, give_ticket
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row, lock_visible, save_changes
from domain.kernel.subject import SubjectKind


async def ask_ticket(
    claim_id: UUID, *, kind: DocumentKind, name: str, file_type: FileType, size: int, actor: Actor
) -> UUID:
    """A ticket by which one file comes in as a paper of a claim, whether it was asked for or not; the id of the file.

    Units: `size` in bytes.

    Raises: NotFound; IllegalStep for a claim that is decided or over; Forbidden; AssignedToAnother; TooManyFiles;
    Refusals for a name, type or size that does not fit.
    """
    async with transaction():
        claim = await lock_visible(Claim, CLAIM, claim_id, actor)
        expect_own_work(claim, actor)
        CLAIM_LIFECYCLE.step(claim.state, ClaimAction.ADD_PAPER, actor)
        meant = await _meant(claim.id, kind)
        file = await give_ticket(
            subject_of(claim),
            Announced(kind, name, file_type, size),
            part_id=meant.id if meant else None,
            scope=scope_of(claim),
            actor=actor,
        )
    return file.id


async def _meant(claim_id: UUID, kind: DocumentKind) -> ClaimDocument | None:
    """The latest paper of a kind that was asked for: one that is still to come, or else one that came already."""
    asked = await ClaimDocument.filter(claim_id=claim_id, kind=kind).order_by("-round")
    return next((each for each in asked if each.state in OUTSTANDING), asked[0] if asked else None)


async def take_in(claim_id: UUID, file_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """Takes a released file into the papers of its claim; of one that was refused the customer is told, who sent it.

    A paper counts as come in when its file came in, not when it was checked: the time of the check is ours.

    Source: Supreme People's Court, Interpretation II of the Insurance Law, Art. 15.
    """
    found = await checked(file_id)
    async with transaction(run, finishing=True) as tx:
        claim = await lock_row(Claim, claim_id)
        if claim is None:
            return
        tx.made = subject_of(claim)
        if found.unfitness is not None and found.uploader_kind is SubjectKind.CUSTOMER:
            await tell_customer(claim, "CLAIM_PAPER_REFUSED", actor, documents=found.purpose, unfitness=found.unfitness)
        if found.is_released:
            await _attach(claim, file_id, found, actor)


async def _attach(claim: Claim, file_id: UUID, found: Checked, actor: Actor) -> None:
    """Says which paper the file is, and that the paper came in if it was still to come and the claim is not over."""
    document = await _named(claim.id, found)
    if document is None:
        return
    await assign(file_id, document.id)
    if document.state not in OUTSTANDING or claim.state in OVER or found.received_at is None:
        return
    before: dict[str, object] = {"state": claim.state, "decision_due_at": claim.decision_due_at}
    document.state = DOCUMENT_LIFECYCLE.step(document.state, DocumentAction.RECEIVE, actor)
    document.received_at = found.received_at
    await document.save(update_fields=["state", "received_at"])
    await go_on_if_complete(claim, await _last_came(claim.id, found.received_at), actor)
    await save_changes(claim, "state", "decision_due_at", "paused_at")
    after: dict[str, object] = {
        "state": claim.state, "decision_due_at": claim.decision_due_at, "received": [document.kind],
    }  # fmt: skip
    await record("claim:take_in_paper", subject_of(claim), actor, before=before, after=after)


async def _named(claim_id: UUID, found: Checked) -> ClaimDocument | None:
    """The paper that a file is for: the one it was announced for, or one that was asked for meanwhile."""
    if found.part_id is not None:
        return await ClaimDocument.filter(id=found.part_id, claim_id=claim_id).first()
    return await _meant(claim_id, DocumentKind(found.purpose))


async def _last_came(claim_id: UUID, came: datetime) -> datetime:
    """When the last paper of a claim came in: files are not checked in the order in which they come."""
    others = await ClaimDocument.filter(claim_id=claim_id, state=DocumentState.RECEIVED)
    return max([came, *(each.received_at for each in others if each.received_at is not None)])
