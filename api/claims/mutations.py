"""Changes of claims: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.claims import inputs
from api.claims.types import Claim, Referral
from api.inputs import money, row_id, value_of
from domain.access.terms import ApiScope
from domain.claims import (
    assessment,
    decision,
    documents,
    intake,
    registration,
    reopening,
    rescinding,
    screening,
    settlement,
)
from domain.claims.assessment import AssessedLine
from domain.claims.documents import Wanted
from domain.claims.intake import REPORTERS, Loss
from domain.claims.lifecycle import CLAIM_LIFECYCLE, REFERRAL_LIFECYCLE
from domain.claims.reading import CLAIM, REFERRAL
from domain.claims.terms import ClaimAction as Action
from domain.claims.terms import ReferralAction
from domain.kernel.actor import Actor, Role
from domain.policies.reading import POLICY
from domain.repairs.ordering import has_live_order
from domain.staff.reading import STAFF


def _who_may(*actions: Action) -> frozenset[Role]:
    return takers(CLAIM_LIFECYCLE, *actions)


@change(*REPORTERS, scope=ApiScope.CLAIM, claim=Claim)
async def claim_report(given: inputs.ClaimReportInput, actor: Actor) -> Changed:
    """Takes down a loss under a policy 报案; the time for the decision starts."""
    claimed = given.claimed.money("input", "claimed")
    loss = Loss(given.loss_on, given.cause, given.place, given.description, claimed)
    claim = await intake.report(row_id(POLICY.prefix, given.policy_id), loss=loss, actor=actor)
    return changed(claim=claim.id)


@change(*_who_may(Action.REGISTER), claim=Claim)
async def claim_register(given: inputs.ClaimRegisterInput, actor: Actor) -> Changed:
    """Takes a claim up 立案; whoever does so handles it."""
    claim = await registration.register(
        row_id(CLAIM.prefix, given.claim_id),
        reserve=money(given.reserve),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.REFUSE_REGISTRATION), claim=Claim)
async def claim_refuse_registration(given: inputs.ClaimRefuseRegistrationInput, actor: Actor) -> Changed:
    """Does not take a claim up 不予立案; the customer is told the reason."""
    claim = await registration.refuse_registration(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.ASSIGN), claim=Claim)
async def claim_assign(given: inputs.ClaimAssignInput, actor: Actor) -> Changed:
    """Gives a claim to a handler who has no interest in it."""
    claim = await registration.assign(
        row_id(CLAIM.prefix, given.claim_id),
        handler_id=row_id(STAFF.prefix, given.handler_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.REQUEST_DOCUMENTS), claim=Claim)
async def claim_request_documents(given: inputs.ClaimRequestDocumentsInput, actor: Actor) -> Changed:
    """Asks for all missing papers in one notice (Insurance Law Art. 22)."""
    claim = await documents.request_documents(
        row_id(CLAIM.prefix, given.claim_id),
        wanted=[Wanted(each.kind, value_of(each.note)) for each in given.documents],
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.RECEIVE_DOCUMENTS), claim=Claim)
async def claim_receive_documents(given: inputs.ClaimReceiveDocumentsInput, actor: Actor) -> Changed:
    """Takes in papers; with the last one the time for the decision goes on."""
    claim = await documents.receive_documents(
        row_id(CLAIM.prefix, given.claim_id),
        kinds=given.documents,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.START_ASSESSMENT), claim=Claim)
async def claim_start_assessment(given: inputs.ClaimStartAssessmentInput, actor: Actor) -> Changed:
    """Begins the assessment 定损."""
    claim = await assessment.start(
        row_id(CLAIM.prefix, given.claim_id),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.SET_LINES), claim=Claim)
async def claim_set_lines(given: inputs.ClaimSetLinesInput, actor: Actor) -> Changed:
    """Replaces the lines of the bill."""
    claim = await assessment.set_lines(
        row_id(CLAIM.prefix, given.claim_id),
        lines=[AssessedLine(each.description, each.bill.money(), value_of(each.exclusion)) for each in given.lines],
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.RECORD_THIRD_PARTY), claim=Claim)
async def claim_record_third_party(given: inputs.ClaimRecordThirdPartyInput, actor: Actor) -> Changed:
    """Says what a third party has paid for the loss 登记第三者责任; the next proposal pays that much less."""
    claim = await assessment.record_third_party(
        row_id(CLAIM.prefix, given.claim_id),
        paid=given.paid.money("input", "paid"),
        waived=given.waived.money("input", "waived"),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.PROPOSE), claim=Claim)
async def claim_propose(given: inputs.ClaimProposeInput, actor: Actor) -> Changed:
    """Computes what the contract pays and puts it up for decision 提交核赔."""
    claim = await assessment.propose(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.RETURN_TO_ASSESSMENT), claim=Claim)
async def claim_return_to_assessment(given: inputs.ClaimReturnToAssessmentInput, actor: Actor) -> Changed:
    """Takes a proposed amount back to be assessed again."""
    claim = await assessment.return_to_assessment(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.SECOND), for_ever=True, claim=Claim)
async def claim_second(given: inputs.ClaimSecondInput, actor: Actor) -> Changed:
    """A manager's word for an amount above what one manager may decide; another manager then approves it."""
    claim = await decision.second(
        row_id(CLAIM.prefix, given.claim_id),
        amount=given.amount.money("input", "amount"),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.APPROVE, Action.APPROVE_IN_PART), for_ever=True, claim=Claim)
async def claim_approve(given: inputs.ClaimApproveInput, actor: Actor) -> Changed:
    """Grants an amount 核赔同意 within one's authority; pays nothing yet."""
    claim = await decision.approve(
        row_id(CLAIM.prefix, given.claim_id),
        amount=money(given.amount),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.DECLINE), for_ever=True, claim=Claim)
async def claim_decline(given: inputs.ClaimDeclineInput, actor: Actor) -> Changed:
    """Declines a claim 拒赔; the notice with the reasons goes out at once (Insurance Law Art. 24)."""
    claim = await decision.decline(
        row_id(CLAIM.prefix, given.claim_id),
        code=given.code,
        clause=given.clause,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.RESCIND), for_ever=True, claim=Claim)
async def claim_rescind(given: inputs.ClaimRescindInput, actor: Actor) -> Changed:
    """Takes back what was granted 撤销核赔 on a claim that risk found false since, and declines it for fraud.

    What has not arrived is not paid any more; the notice with the reasons goes out at once.
    """
    claim = await rescinding.rescind(
        row_id(CLAIM.prefix, given.claim_id),
        clause=given.clause,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.AGREE), for_ever=True, claim=Claim)
async def claim_agree(given: inputs.ClaimAgreeInput, actor: Actor) -> Changed:
    """The customer accepts the approved amount 达成协议; the payout is requested."""
    claim = await settlement.agree(
        row_id(CLAIM.prefix, given.claim_id), expected_version=given.expected_version, actor=actor
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.CLOSE), claim=Claim)
async def claim_close(given: inputs.ClaimCloseInput, actor: Actor) -> Changed:
    """Closes an answered claim 结案."""
    claim = await reopening.close(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        open_work=has_live_order,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.REOPEN), claim=Claim)
async def claim_reopen(given: inputs.ClaimReopenInput, actor: Actor) -> Changed:
    """Takes a closed claim up again 重新立案; a new decision is due in full time."""
    claim = await reopening.reopen(
        row_id(CLAIM.prefix, given.claim_id),
        code=given.code,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*_who_may(Action.WITHDRAW), claim=Claim)
async def claim_withdraw(given: inputs.ClaimWithdrawInput, actor: Actor) -> Changed:
    """Takes a claim back before it is decided 撤案."""
    claim = await intake.withdraw(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        open_work=has_live_order,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*takers(REFERRAL_LIFECYCLE, ReferralAction.REFER), claim=Claim)
async def claim_refer(given: inputs.ClaimReferInput, actor: Actor) -> Changed:
    """Has risk look at a claim 移交调查; whatever is to be paid for it is stopped."""
    claim = await screening.refer(
        row_id(CLAIM.prefix, given.claim_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(claim=claim.id)


@change(*takers(REFERRAL_LIFECYCLE, ReferralAction.CLEAR), for_ever=True, referral=Referral)
async def referral_clear(given: inputs.ReferralClearInput, actor: Actor) -> Changed:
    """Says that nothing is wrong with a claim 排除嫌疑; what was to be paid goes on."""
    referral = await screening.clear(
        row_id(REFERRAL.prefix, given.referral_id),
        judgement=given.judgement,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(referral=referral.id)


@change(*takers(REFERRAL_LIFECYCLE, ReferralAction.CONFIRM), for_ever=True, referral=Referral)
async def referral_confirm(given: inputs.ReferralConfirmInput, actor: Actor) -> Changed:
    """Says that a claim is false 确认欺诈; a person declines it for that, and nothing of it is paid."""
    referral = await screening.confirm(
        row_id(REFERRAL.prefix, given.referral_id),
        judgement=given.judgement,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(referral=referral.id)


@strawberry.type
class ClaimsMutations:
    """Changes of claims."""

    claim_report = claim_report
    claim_register = claim_register
    claim_refuse_registration = claim_refuse_registration
    claim_assign = claim_assign
    claim_request_documents = claim_request_documents
    claim_receive_documents = claim_receive_documents
    claim_start_assessment = claim_start_assessment
    claim_set_lines = claim_set_lines
    claim_record_third_party = claim_record_third_party
    claim_propose = claim_propose
    claim_return_to_assessment = claim_return_to_assessment
    claim_second = claim_second
    claim_approve = claim_approve
    claim_decline = claim_decline
    claim_rescind = claim_rescind
    claim_agree = claim_agree
    claim_close = claim_close
    claim_reopen = claim_reopen
    claim_withdraw = claim_withdraw
    claim_refer = claim_refer
    referral_clear = referral_clear
    referral_confirm = referral_confirm
