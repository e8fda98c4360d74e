"""Whether a customer is who he or she says to be: asked of a register by a job, never inside a transaction."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.customers.consents import missing_consents
from domain.customers.identity_register import (
    IdentityAnswer,
    IdentityQuestion,
    IdentityRegister,
    RegisterAnswerLost,
    RegisterUnavailable,
)
from domain.customers.jobs import IdentityChecked, VerifyIdentity
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.customers.refusals import ConsentMissing, IdentityMissing
from domain.customers.terms import ConsentPurpose, CustomerKind, IdentityState
from domain.jobs.execution import JobRun
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import current, transaction
from domain.kernel.refusals import Forbidden, NotFound
from domain.kernel.rows import expect_version, lock_row, lock_visible, save_changes
from domain.kernel.sealing import unseal
from domain.kernel.subject import Scope, Subject, SubjectKind

PAUSE = timedelta(seconds=30)  # until a register that is out of reach is asked again
CHECKERS = (Role.CUSTOMER_SERVICE, Role.SALES, Role.UNDERWRITER)
STATES = {IdentityAnswer.MATCH: IdentityState.VERIFIED, IdentityAnswer.MISMATCH: IdentityState.MISMATCH}


async def check(customer_id: UUID, *, expected_version: int | None = None, actor: Actor) -> IdentityState:
    """Has a customer's identity checked now, if he or she consented to that.

    Raises: Forbidden, NotFound, StaleVersion, ConsentMissing, IdentityMissing. Source: Measures 二(三); AML Law.
    """
    if not actor.has(*CHECKERS):
        raise Forbidden(permission="customer:check_identity")
    async with transaction():
        row = await lock_visible(Customer, CUSTOMER, customer_id, actor)
        expect_version(row, expected_version)
        if missing := await missing_consents(row.id, (ConsentPurpose.IDENTITY_CHECK,)):
            raise ConsentMissing(purposes=tuple(missing))
        return await request_check(row.id, actor=actor)


async def request_check(customer_id: UUID, *, actor: Actor) -> IdentityState:
    """Sees to it that a customer's identity is checked, unless it is verified; how it stands now.

    Part of the caller's transaction, whose verb has decided who may ask and has seen the consent. One check at a time
    is under way; its end is told by the job `IdentityChecked`.

    Raises: NoTransaction, NotFound; IdentityMissing when there is no number to check.
    """
    current()
    row = await _locked(customer_id)
    if row.identity_state is IdentityState.VERIFIED:
        return row.identity_state
    if question_of(row) is None:
        raise IdentityMissing
    subject, scope = Subject(SubjectKind.CUSTOMER, row.id), Scope(row.id, row.partner_id)
    if row.identity_state is not IdentityState.CHECKING:
        before, row.identity_state = _state(row), IdentityState.CHECKING
        await save_changes(row, "identity_state")
        await record("customer:check_identity", subject, actor, before=before, after=_state(row))
    # Also when it is under way: a job that was given up would leave it so for ever.
    await enqueue(VerifyIdentity(row.id), actor=actor, subject=subject, scope=scope, unique_key=str(row.id))
    return row.identity_state


async def verify(
    customer_id: UUID, *, gateway: IdentityRegister, actor: Actor, run: JobRun | None = None
) -> Outcome:
    """Asks the register about a customer whose check is under way, and records its answer; silence is no answer.

    Raises: NotFound.
    """
    async with transaction(run):
        row = await _locked(customer_id)
        asked = question_of(row) if row.identity_state is IdentityState.CHECKING else None
    if asked is None:
        return Outcome.done()
    try:
        answer = await gateway.check(asked)
    except RegisterUnavailable:
        return Outcome.later(clock.now() + PAUSE, "the register is out of reach")
    except RegisterAnswerLost as lost:
        return Outcome.failed("IDENTITY_ANSWER_LOST", type(lost).__name__)
    return await _record(customer_id, asked, answer, actor, run)


async def _record(
    customer_id: UUID, asked: IdentityQuestion, answer: IdentityAnswer, actor: Actor, run: JobRun | None
) -> Outcome:
    async with transaction(run):
        row = await _locked(customer_id)
        if row.identity_state is not IdentityState.CHECKING:
            return Outcome.done()  # called off meanwhile
        if question_of(row) != asked:
            return Outcome.later(clock.now(), "name or number changed while the register was asked")
        row.identity_state, row.identity_checked_at = STATES[answer], clock.now()
        await save_changes(row, "identity_state", "identity_checked_at")
        subject, scope = Subject(SubjectKind.CUSTOMER, row.id), Scope(row.id, row.partner_id)
        await record("customer:verify_identity", subject, actor, after=_state(row))
        await enqueue(IdentityChecked(row.id), actor=actor, subject=subject, scope=scope)
        if run is not None:
            await run.finish(subject)
    return Outcome.done(subject)


def question_of(row: Customer) -> IdentityQuestion | None:
    """What the register would be asked about a customer; None without a number."""
    if row.kind is CustomerKind.COMPANY:
        number = row.organisation_code
    else:
        sealed = row.identity_number_sealed
        number = unseal("customer:identity_number", row.id, bytes(sealed)) if sealed is not None else None
    return None if number is None else IdentityQuestion(row.kind, row.full_name, number)


def _state(row: Customer) -> dict[str, object]:
    return {"identity_state": row.identity_state}


async def _locked(customer_id: UUID) -> Customer:
    if (row := await lock_row(Customer, customer_id)) is None:
        raise NotFound(kind=CUSTOMER.name)
    return row
