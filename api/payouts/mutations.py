"""Changes of payouts: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.payouts import inputs
from api.payouts.types import PaymentFile, Payout, PayoutException
from domain.claims.owed import still_kept, still_owed
from domain.kernel.actor import Actor, Role
from domain.payouts import approval, exceptions, filing, holding, making, owning, retrying, reversal, statements
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, PAYOUT_LIFECYCLE
from domain.payouts.reading import PAYOUT, PAYOUT_EXCEPTION
from domain.payouts.terms import ExceptionAction
from domain.payouts.terms import PayoutAction as Action
from domain.staff.reading import STAFF


def _who_may(action: Action) -> frozenset[Role]:
    return takers(PAYOUT_LIFECYCLE, action)


@change(*_who_may(Action.MAKE_READY), for_ever=True, payout=Payout)
async def payout_make_ready(given: inputs.PayoutMakeReadyInput, actor: Actor) -> Changed:
    """Puts a payout up for approval 制单 with the payee's present account; earlier approvals count no more."""
    payout = await making.make_ready(
        row_id(PAYOUT.prefix, given.payout_id),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.APPROVE), for_ever=True, payout=Payout)
async def payout_approve(given: inputs.PayoutApproveInput, actor: Actor) -> Changed:
    """Gives one approver's word 审批; the last one that the amount needs releases the payout to the bank."""
    payout = await approval.approve(
        row_id(PAYOUT.prefix, given.payout_id),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.REJECT), for_ever=True, payout=Payout)
async def payout_reject(given: inputs.PayoutRejectInput, actor: Actor) -> Changed:
    """Sends a payout back to its maker 驳回."""
    payout = await approval.reject(
        row_id(PAYOUT.prefix, given.payout_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.HOLD), for_ever=True, payout=Payout)
async def payout_hold(given: inputs.PayoutHoldInput, actor: Actor) -> Changed:
    """Keeps a released payout back 冻结 before it reaches the bank."""
    payout = await holding.hold(
        row_id(PAYOUT.prefix, given.payout_id),
        hold_reason=given.hold_reason,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.RELEASE), for_ever=True, payout=Payout)
async def payout_release(given: inputs.PayoutReleaseInput, actor: Actor) -> Changed:
    """Lets a payout go on that was kept back 解冻, a cool-down included."""
    payout = await holding.release(
        row_id(PAYOUT.prefix, given.payout_id),
        still_kept=still_kept,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.RETRY), for_ever=True, payout=Payout)
async def payout_retry(given: inputs.PayoutRetryInput, actor: Actor) -> Changed:
    """Pays again what the bank refused, with a number of its own, or what came back, by a payout of its own."""
    payout = await retrying.retry(
        row_id(PAYOUT.prefix, given.payout_id),
        still_owed=still_owed,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(*_who_may(Action.REVERSE), for_ever=True, payout=Payout)
async def payout_reverse(given: inputs.PayoutReverseInput, actor: Actor) -> Changed:
    """Records that a settled payment came back 退票, and reverses its posting."""
    payout = await reversal.reverse(
        row_id(PAYOUT.prefix, given.payout_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(payout=payout.id)


@change(Role.FINANCE, for_ever=True, payment_file=PaymentFile)
async def payment_file_make(given: inputs.PaymentFileMakeInput, actor: Actor) -> Changed:
    """Puts approved payouts into a payment file 生成付款文件; they go to the bank in it, and by no other way."""
    named = value_of(given.payout_ids)
    ids = None if named is None else [row_id(PAYOUT.prefix, each) for each in named]
    file = await filing.make_file(ids, actor=actor)
    return changed(payment_file=file.id)


@change(Role.FINANCE, keyed=False, upload_url=str)
async def bank_statement_ticket(given: inputs.BankStatementTicketInput, actor: Actor) -> Changed:
    """Lets one bank statement in 上传对账单: send its bytes to `uploadUrl` by PUT, within ten minutes."""
    address = await statements.ask_ticket(sha256=given.sha256, size=given.size, actor=actor)
    return Changed({}, {"upload_url": address})


@change(*takers(EXCEPTION_LIFECYCLE, ExceptionAction.ASSIGN), for_ever=True, exception=PayoutException)
async def payout_exception_assign(given: inputs.PayoutExceptionAssignInput, actor: Actor) -> Changed:
    """Says who explains a difference: finance takes one over, a finance approver gives it to anybody of finance."""
    found = await owning.assign(
        row_id(PAYOUT_EXCEPTION.prefix, given.exception_id),
        owner_id=row_id(STAFF.prefix, given.owner_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(exception=found.id)


@change(*takers(EXCEPTION_LIFECYCLE, ExceptionAction.CLOSE), for_ever=True, exception=PayoutException)
async def payout_exception_close(given: inputs.PayoutExceptionCloseInput, actor: Actor) -> Changed:
    """Closes a difference between bank, payouts and ledger that was explained; its payout may go on."""
    found = await exceptions.close_exception(
        row_id(PAYOUT_EXCEPTION.prefix, given.exception_id),
        explanation=given.explanation,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(exception=found.id)


@strawberry.type
class PayoutsMutations:
    """Changes of payouts."""

    payout_make_ready = payout_make_ready
    payout_approve = payout_approve
    payout_reject = payout_reject
    payout_hold = payout_hold
    payout_release = payout_release
    payout_retry = payout_retry
    payout_reverse = payout_reverse
    payment_file_make = payment_file_make
    bank_statement_ticket = bank_statement_ticket
    payout_exception_close = payout_exception_close
    payout_exception_assign = payout_exception_assign
