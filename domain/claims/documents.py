"""Asking the customer once for everything that is missing, and taking in what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.audit.entries import record
from domain.claims import rules
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim, ClaimDocument
from domain.claims.notices import subject_of, tell_customer
from domain.claims.refusals import SecondNoticeNeedsManager
from domain.claims.terms import ClaimAction, ClaimState, DocumentKind, DocumentState
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import Run, transaction
from domain.kernel.refusals import Invalid
from domain.kernel.rows import lock_row, save_changes


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper to ask for, with a word on what it must show."""

    kind: DocumentKind
    note: str | None = None


async def request_documents(
    claim_id: UUID, *, wanted: Sequence[Wanted], reason: str | None = None, expected_version: int, actor: Actor
) -> Claim:
    """Asks for all missing papers in one notice; the clock stops when it has reached the customer.

    A second list needs a manager and a reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, SecondNoticeNeedsManager; Invalid for an
    empty list or one that names a kind twice. Source: Insurance Law Art. 22.
    """
    kinds = [each.kind for each in wanted]
    if not kinds or len(set(kinds)) < len(kinds):
        raise Invalid(constraint="unique", path=("input", "documents"))
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.REQUEST_DOCUMENTS, actor)
        asked_before = await ClaimDocument.filter(claim_id=claim.id).order_by("-round").first()
        if asked_before is not None and not (actor.has(Role.CLAIMS_MANAGER) and reason):
            raise SecondNoticeNeedsManager
        number = asked_before.round + 1 if asked_before else 1
        await ClaimDocument.bulk_create([_requested(claim, each, number) for each in wanted])
        await save_changes(claim, "state")
        await record(
            "claim:request_documents",
            subject_of(claim),
            actor,
            before={"state": ClaimState.REGISTERED},
            after={"state": claim.state, "documents": kinds, "round": number},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_DOCUMENTS_REQUESTED", actor, documents=", ".join(kinds))
    return claim


def _requested(claim: Claim, wanted: Wanted, number: int) -> ClaimDocument:
    return ClaimDocument(
        claim_id=claim.id,
        customer_id=claim.customer_id,
        partner_id=claim.partner_id,
        kind=wanted.kind,
        note=wanted.note,
        state=DocumentState.REQUESTED,
        round=number,
        requested_at=clock.now(),
    )


async def stop_clock(claim_id: UUID, *, delivered_at: datetime, actor: Actor, run: Run | None = None) -> None:
    """Stops the clock of the decision at the instant in which the list of missing papers reached the customer.

    Does nothing when the papers came meanwhile or the clock stands still already.

    Source: Supreme People's Court, Interpretation II of the Insurance Law, Art. 15.
    """
    async with transaction(run, finishing=True) as tx:
        claim = await lock_row(Claim, claim_id)
        if claim is None or claim.state is not ClaimState.DOCS_REQUESTED or claim.paused_at is not None:
            return
        claim.paused_at = delivered_at
        await save_changes(claim, "paused_at")
        await record("claim:stop_clock", subject_of(claim), actor, after={"paused_at": delivered_at})
        tx.made = subject_of(claim)


async def receive_documents(
    claim_id: UUID, *, kinds: Sequence[DocumentKind], expected_version: int, actor: Actor
) -> Claim:
    """Takes in papers; with the last one the clock goes on and the claim goes back to its handler.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for a paper that was not asked for.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        CLAIM_LIFECYCLE.step(claim.state, ClaimAction.RECEIVE_DOCUMENTS, actor)
        outstanding = {document.kind: document for document in await outstanding_of(claim)}
        if not kinds or any(kind not in outstanding for kind in kinds):
            raise Invalid(constraint="requested", path=("input", "documents"))
        now = clock.now()
        ids = [outstanding[kind].id for kind in dict.fromkeys(kinds)]
        await ClaimDocument.filter(id__in=ids).update(state=DocumentState.RECEIVED, received_at=now)
        before: dict[str, object] = {"state": claim.state, "decision_due_at": claim.decision_due_at}
        await go_on_if_complete(claim, now, actor)
        await save_changes(claim, "state", "decision_due_at", "paused_at")
        await record(
            "claim:receive_documents",
            subject_of(claim),
            actor,
            before=before,
            after={"state": claim.state, "decision_due_at": claim.decision_due_at, "received": list(kinds)},
        )
    return claim


async def outstanding_of(claim: Claim) -> list[ClaimDocument]:
    """The papers that are still to come, in the current transaction.

    Of those that did not do only the ones of the latest list: an older one was done with when the claim went on.
    """
    every = await ClaimDocument.filter(claim_id=claim.id).order_by("round", "id")
    latest = every[-1].round if every else 0
    return [
        each
        for each in every
        if each.state is DocumentState.REQUESTED or (each.state is DocumentState.REJECTED and each.round == latest)
    ]


async def go_on_if_complete(claim: Claim, at: datetime, actor: Actor) -> None:
    """Takes a claim that waits for papers back to its handler when none is outstanding; its clock goes on.

    Inside a verb's transaction, which saves the claim's state, due date and pause. `at` is when the last one came in.
    """
    if claim.state is ClaimState.DOCS_REQUESTED and not await outstanding_of(claim):
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.RECEIVE_DOCUMENTS, actor)
        _resume_clock(claim, at)


def _resume_clock(claim: Claim, now: datetime) -> None:
    if claim.paused_at is not None:
        claim.decision_due_at = rules.due_after_pause(claim.decision_due_at, claim.paused_at, now)
        claim.paused_at = None


async def waive_outstanding(claim: Claim) -> None:
    """Goes on without the papers that did not come, inside a verb's transaction; the clock goes on with it."""
    await ClaimDocument.filter(claim_id=claim.id, state=DocumentState.REQUESTED).update(state=DocumentState.WAIVED)
    _resume_clock(claim, clock.now())
