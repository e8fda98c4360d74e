"""Every action in every state by every role, tried on a claim in the database: done as the table says, or no trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import pytest

from domain.claims import (
    assessment,
    decision,
    documents,
    intake,
    judging,
    papers,
    registration,
    reopening,
    rescinding,
    settlement,
)
from domain.claims.documents import Wanted
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.models import Claim, ClaimDocument
from domain.claims.reading import CLAIM
from domain.claims.refusals import FraudNotConfirmed, NothingOwed
from domain.claims.terms import (
    ClaimAction,
    ClaimState,
    DeclineCode,
    DocumentKind,
    DocumentState,
    ReferralState,
    ReopenReason,
)
from domain.evidence.terms import FileType
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.refusals import NotFound
from tests.factories.claims import (
    BILL,
    Case,
    claim_approved,
    claim_awaiting_decision,
    claim_awaiting_documents,
    claim_closed,
    claim_declined,
    claim_notified,
    claim_payment_pending,
    claim_registered,
    nothing_open,
)
from tests.factories.every_step import Expected, Quiet, Steps, Try, by, everybody, try_steps
from tests.factories.recoveries import claim_settled

A, S = ClaimAction, ClaimState
PROOF, PHOTOS = DocumentKind.PROOF_OF_PURCHASE, DocumentKind.DAMAGE_PHOTOS
SOME = Money.of("100.00")


async def _ended(verb: Callable[..., Awaitable[Claim]], make: Callable[[], Awaitable[Case]], **given: Any) -> Case:
    """A claim after one more step of its manager."""
    case = await make()
    await verb(case.claim.id, expected_version=case.claim.version, actor=case.manager, reason="r", **given)
    return case


async def _agreed() -> Case:
    """A state that a claim passes within the agreement, and in which none is seen."""
    case = await claim_payment_pending()
    await Claim.filter(id=case.claim.id).update(state=S.AGREED)
    return case


async def _withdrawn() -> Case:
    case = await claim_registered()
    await intake.withdraw(
        case.claim.id, reason="r", open_work=nothing_open, expected_version=case.claim.version, actor=case.customer
    )
    return case


STATES: dict[ClaimState, Callable[[], Awaitable[Case]]] = {
    S.NOTIFIED: claim_notified,
    S.REGISTERED: claim_registered,
    S.NOT_REGISTERED: lambda: _ended(registration.refuse_registration, claim_notified),
    S.DOCS_REQUESTED: claim_awaiting_documents,
    S.ASSESSING: lambda: _ended(assessment.return_to_assessment, claim_awaiting_decision),
    S.DECISION_PENDING: claim_awaiting_decision,
    S.APPROVED: claim_approved,
    S.PARTIALLY_APPROVED: lambda: _ended(decision.approve, claim_awaiting_decision, amount=SOME),
    S.DECLINED: claim_declined,
    S.AGREED: _agreed,
    S.PAYMENT_PENDING: claim_payment_pending,
    S.PAID: claim_settled,
    S.CLOSED: claim_closed,
    S.REOPENED: lambda: _ended(reopening.reopen, claim_closed, code=ReopenReason.NEW_EVIDENCE),
    S.WITHDRAWN: _withdrawn,
}


async def _assign(case: Case, claim: Claim, actor: Actor) -> object:
    other = case.manager.staff_id
    assert other is not None
    given: dict[str, Any] = {"handler_id": other, "reason": "r", "expected_version": claim.version}
    return await registration.assign(claim.id, actor=actor, **given)


async def _add_paper(case: Case, claim: Claim, actor: Actor) -> object:
    given: dict[str, Any] = {"kind": PROOF, "name": "a.pdf", "file_type": FileType.PDF, "size": 1000}
    return await papers.ask_ticket(claim.id, actor=actor, **given)


async def _judge(case: Case, claim: Claim, actor: Actor) -> object:
    paper = await ClaimDocument.get(claim_id=claim.id, kind=DocumentKind.IDENTITY)
    return await judging.reject(paper.id, reason="r", expected_version=claim.version, actor=actor)


async def _record_paid(case: Case, claim: Claim, actor: Actor) -> object:
    amount = Money(claim.approved_minor or 0, claim.currency)
    await settlement.record_paid(claim.id, decision_no=claim.decision_no, amount=amount, actor=actor)
    return None


VERBS: dict[StrEnum, Try[Case]] = {
    A.REGISTER: by(registration.register, reserve=None),
    A.REFUSE_REGISTRATION: by(registration.refuse_registration, reason="r"),
    A.ASSIGN: _assign,
    A.REQUEST_DOCUMENTS: by(documents.request_documents, wanted=[Wanted(PROOF)], reason="r"),
    A.RECEIVE_DOCUMENTS: by(documents.receive_documents, kinds=[PROOF, PHOTOS]),
    A.ADD_PAPER: _add_paper,
    A.START_ASSESSMENT: by(assessment.start, reason="r"),
    A.SET_LINES: by(assessment.set_lines, lines=BILL),
    A.RECORD_THIRD_PARTY: by(assessment.record_third_party, paid=SOME, waived=SOME, reason="r"),
    A.PROPOSE: by(assessment.propose, reason="r"),
    A.RETURN_TO_ASSESSMENT: by(assessment.return_to_assessment, reason="r"),
    A.SECOND: by(decision.second, amount=SOME, reason="r"),
    A.APPROVE: by(decision.approve, amount=None),
    A.APPROVE_IN_PART: by(decision.approve, amount=SOME, reason="r"),
    A.DECLINE: by(decision.decline, code=DeclineCode.COSMETIC, clause="5.2", reason="r"),
    A.RESCIND: by(rescinding.rescind, clause="Art. 27", reason="r"),
    A.AGREE: by(settlement.agree),
    A.RECORD_PAID: _record_paid,
    A.CLOSE: by(reopening.close, reason="r", open_work=nothing_open),
    A.REOPEN: by(reopening.reopen, code=ReopenReason.NEW_EVIDENCE, reason="r"),
    A.WITHDRAW: by(intake.withdraw, reason="r", open_work=nothing_open),
    A.JUDGE_DOCUMENT: _judge,
}
"""How each action is taken; the agreement requests the payout by itself."""


def _unlike(claim: Claim, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """A second word of the payment changes nothing, whoever says it, nor one of a claim that was taken up anew.

    Nothing is rescinded but of a claim that risk found false and that is not paid.
    """
    if action is A.RESCIND and usual is S.DECLINED:
        if claim.referral is not ReferralState.CONFIRMED:
            return FraudNotConfirmed
        return NothingOwed if claim.state in {S.PAID, S.DECLINED} else usual
    is_told_again = action is A.RECORD_PAID and (claim.paid_at is not None or claim.state is S.REOPENED)
    return Quiet.NO_TRACE if is_told_again and usual is not NotFound else usual


CLAIMS: Steps[Case] = Steps(CLAIM_LIFECYCLE, CLAIM, VERBS, _unlike, lands={A.AGREE: S.PAYMENT_PENDING})


def test_every_action_has_a_verb_and_every_state_a_claim() -> None:
    assert set(VERBS) == set(ClaimAction) - {A.REQUEST_PAYOUT}
    assert set(STATES) == set(ClaimState)


@pytest.mark.parametrize("state", ClaimState)
async def test_each_action_in_a_state_is_done_by_exactly_its_roles_and_leaves_no_trace_of_others(
    database: str, state: ClaimState
) -> None:
    case = await STATES[state]()
    claim = await case.reread()
    assert claim.state is state
    people = await everybody(case.customer, case.insured.partner, case.handler, case.manager)
    await try_steps(CLAIMS, case, claim, people, [each for each in VERBS if each is not A.JUDGE_DOCUMENT])
    await _hand_in(claim)
    await try_steps(CLAIMS, case, claim, people, [A.JUDGE_DOCUMENT])
    claim.referral = ReferralState.CONFIRMED
    await claim.save(update_fields=["referral"])
    await try_steps(CLAIMS, case, claim, people, [A.RESCIND])


async def _hand_in(claim: Claim) -> None:
    """A paper of the claim waits to be judged."""
    await ClaimDocument.create(
        claim_id=claim.id, customer_id=claim.customer_id, partner_id=claim.partner_id, kind=DocumentKind.IDENTITY,
        state=DocumentState.RECEIVED, round=1, requested_at=clock.now(), received_at=clock.now(),
    )  # fmt: skip
