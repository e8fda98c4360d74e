"""Every mutation is done by a right caller through the schema: here, or where its room is told as a story.

That all others are refused is told by `test_callers.py` of every mutation and role, and that rows of strangers are not
told from missing ones by `test_strangers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain.claims import screening, settlement
from domain.claims.models import Advance, Claim, ClaimDocument, Referral
from domain.claims.reading import ADVANCE, CLAIM, CLAIM_DOCUMENT, CLEARANCE, REFERRAL
from domain.complaints import review
from domain.complaints.reading import COMPLAINT
from domain.customers.reading import CUSTOMER
from domain.inquiries import asking
from domain.inquiries.reading import INQUIRY
from domain.inquiries.terms import InquiryChannel
from domain.jobs.models import Job
from domain.jobs.reading import JOB
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import public_id
from domain.kernel.projection.entity import Entity
from domain.payouts import holding
from domain.payouts.exceptions import open_exception
from domain.payouts.models import Payout, PayoutException
from domain.payouts.reading import PAYOUT, PAYOUT_EXCEPTION
from domain.payouts.terms import ExceptionKind, HoldReason
from domain.policies.reading import POLICY
from domain.repairs.reading import REPAIR_ORDER
from domain.risk.terms import FraudCode
from domain.staff import changes
from domain.staff.models import Staff, StaffChange
from domain.staff.reading import STAFF, STAFF_CHANGE
from tests.face.conftest import Face
from tests.face.inputs import MUTATION, document
from tests.factories.advances import advance_granted, advance_proposed, send_back, settle
from tests.factories.applications import referred as application_referred
from tests.factories.applications import underwriter
from tests.factories.claims import (
    Case,
    claim_approved,
    claim_assessing,
    claim_awaiting_decision,
    claim_awaiting_documents,
    claim_closed,
    claim_notified,
    claim_paid,
    major_claim,
)
from tests.factories.complaints import (
    Matter,
    complaint_awaiting_approval,
    complaint_investigated,
    complaint_received,
    complaint_replied,
)
from tests.factories.false_claims import repair_of_fraud
from tests.factories.inquiries import (
    Asked,
    inquiry_answered,
    inquiry_closed,
    inquiry_in_progress,
    inquiry_opened,
    question,
)
from tests.factories.insured import insured, staff
from tests.factories.payouts import Payment, payout_approved, payout_ready

TESTS = Path(__file__).parent.parent
REGISTERS = {
    "roles_table.py", "strangers.py", "test_schema.py", "test_bad_input.py", "test_idempotency.py", "test_scopes.py",
    "test_descriptions.py", "test_right_callers.py", "matrix.py",
}  # fmt: skip
"""Files that only list mutations."""
AMOUNT = {"amount": "100.00"}


@dataclass(frozen=True)
class Call:
    """Who calls, and with which input."""

    actor: Actor
    given: dict[str, Any]


def about(entity: Entity, key: str, row: Any, **more: Any) -> dict[str, Any]:
    """An input about one row, as it stands."""
    return {key: public_id(entity.prefix, row.id), "expectedVersion": row.version, **more}


async def of_claim(case: Case, actor: Actor | None = None, **more: Any) -> Call:
    return Call(actor or case.handler, about(CLAIM, "claimId", await case.reread(), reason="as seen", **more))


async def of_referral() -> Call:
    case, risk = await claim_awaiting_decision(), await staff(Role.RISK)
    await screening.refer(case.claim.id, reason="odd", expected_version=case.claim.version, actor=risk)
    found = await Referral.get(claim_id=case.claim.id)
    return Call(risk, about(REFERRAL, "referralId", found, judgement="as seen"))


async def of_advance(state: str, **more: Any) -> Call:
    case, found = await (advance_proposed() if state == "PROPOSED" else advance_granted())
    if state == "PAID":
        assert found.payout_id is not None
        payout = await Payout.get(id=found.payout_id)
        await settle(payout)
        await settlement.record_advance_paid(case.claim.id, payout.id, actor=Actor.system("claims.record_paid"))
        await send_back(payout.id)
    return Call(case.manager, about(ADVANCE, "advanceId", await Advance.get(id=found.id), reason="as seen", **more))


async def of_clearance() -> Call:
    _, found = await major_claim()
    return Call(await staff(Role.COMPLIANCE), about(CLEARANCE, "clearanceId", found, reason="as seen"))


async def of_paper(state: str) -> Call:
    case = await claim_awaiting_documents()
    paper = await ClaimDocument.filter(claim_id=case.claim.id).first()
    assert paper is not None
    if state == "RECEIVED":
        await ClaimDocument.filter(id=paper.id).update(state=state, received_at=clock.now())
    row, named = await case.reread(), public_id(CLAIM_DOCUMENT.prefix, paper.id)
    given = {"claimDocumentId": named, "reason": "unreadable", "expectedVersion": row.version}
    return Call(case.handler, given)


async def of_complaint(matter: Matter, actor: Actor, **more: Any) -> Call:
    given = {"reason": "as said", **more} if "finding" not in more else more
    return Call(actor, about(COMPLAINT, "complaintId", await matter.reread(), **given))


async def complaint_refuse() -> Call:
    matter = await complaint_received()
    return await of_complaint(matter, matter.service)


async def complaint_return_reply() -> Call:
    matter = await complaint_awaiting_approval()
    return await of_complaint(matter, matter.compliance)


async def complaint_extend() -> Call:
    matter = await complaint_investigated()
    return await of_complaint(matter, matter.compliance)


async def complaint_request_review() -> Call:
    matter = await complaint_replied()
    return await of_complaint(matter, matter.insured.customer)


async def complaint_complete_review() -> Call:
    matter = await complaint_replied()
    await review.request_review(
        matter.complaint.id, reason="r", expected_version=matter.complaint.version, actor=matter.insured.customer
    )
    return await of_complaint(matter, await staff(Role.COMPLIANCE), finding="as before")


async def complaint_close() -> Call:
    matter = await complaint_replied()
    return await of_complaint(matter, matter.service)


async def complaint_withdraw() -> Call:
    matter = await complaint_received()
    return await of_complaint(matter, matter.insured.customer)


async def of_inquiry(asked: Asked, actor: Actor | None = None, **more: Any) -> Call:
    return Call(actor or asked.service, about(INQUIRY, "inquiryId", await asked.reread(), **more))


async def inquiry_open() -> Call:
    found = await insured()
    given = {"channel": "APP", "topic": "PRODUCT", "subjectLine": "Cover", "text": "What is covered?"}
    return Call(found.customer, given)


async def inquiry_identify() -> Call:
    service, found = await staff(Role.CUSTOMER_SERVICE), await insured()
    inquiry = await asking.open_inquiry(question(channel=InquiryChannel.MAIL), mail="x@example.com", actor=service)
    return await of_inquiry(
        Asked(inquiry, found, service, service), customerId=public_id(CUSTOMER.prefix, found.customer_id)
    )


async def inquiry_convert_to_claim() -> Call:
    asked = await inquiry_in_progress()
    return await of_inquiry(
        asked, policyId=public_id(POLICY.prefix, asked.insured.policy_id), lossOn=clock.today().isoformat(),
        cause="DROP", place="Shanghai", description="It fell.", claimed=AMOUNT,
    )  # fmt: skip


async def of_job(**changes: Any) -> Call:
    await claim_notified()
    job = await Job.filter(kind="claims.screen").first()
    assert job is not None
    if changes:
        await Job.filter(id=job.id).update(**changes)
    row = await Job.get(id=job.id)
    return Call(await staff(Role.ADMIN), about(JOB, "jobId", row, reason="as asked"))


async def job_retry() -> Call:
    return await of_job(state="DEAD", finished_at=clock.now(), error_code="TimeoutError")


async def job_snooze() -> Call:
    call = await of_job()
    return Call(call.actor, {**call.given, "until": (clock.now() + timedelta(hours=1)).isoformat()})


async def queue_set_limits() -> Call:
    return Call(await staff(Role.ADMIN), {"queue": "BULK", "maxInflight": 10, "reason": "calm"})


async def of_payout(payment: Payment, actor: Actor, **more: Any) -> Call:
    return Call(actor, about(PAYOUT, "payoutId", await payment.reread(), reason="as seen", **more))


async def payout_reject() -> Call:
    payment = await payout_ready()
    return await of_payout(payment, payment.approvers[0])


async def payout_hold() -> Call:
    return await of_payout(await payout_approved(), await staff(Role.RISK), holdReason="FRAUD")


async def payout_release() -> Call:
    payment, risk = await payout_approved(), await staff(Role.RISK)
    await holding.hold(
        payment.payout.id, hold_reason=HoldReason.FRAUD, reason="r", expected_version=payment.payout.version,
        actor=risk,
    )  # fmt: skip
    return await of_payout(payment, risk)


async def payout_retry() -> Call:
    payment = await payout_approved()
    await Payout.filter(id=payment.payout.id).update(state="FAILED", failure_code="ACCOUNT_CLOSED")
    return await of_payout(payment, payment.maker)


async def payout_reverse() -> Call:
    payment = await payout_approved()
    await Payout.filter(id=payment.payout.id).update(state="SETTLED", settled_at=clock.now())
    return await of_payout(payment, payment.maker)


async def payment_file_make() -> Call:
    payment = await payout_approved()
    return Call(await staff(Role.FINANCE), {"payoutIds": [public_id(PAYOUT.prefix, payment.payout.id)]})


async def bank_statement_ticket() -> Call:
    return Call(await staff(Role.FINANCE), {"sha256": "0" * 64, "size": 1000})


async def payout_exception_close() -> Call:
    async with transaction():
        await open_exception(
            ExceptionKind.CONTRADICTION, "P1", payout_id=None, ours="1", theirs="2", actor=Actor.system("test")
        )
    row = await PayoutException.get(reference="P1")
    given = about(PAYOUT_EXCEPTION, "exceptionId", row, explanation="a typo")
    return Call(await staff(Role.RISK), given)


async def payout_exception_assign() -> Call:
    call, finance = await payout_exception_close(), await staff(Role.FINANCE)
    assert finance.staff_id is not None
    kept = {key: call.given[key] for key in ("exceptionId", "expectedVersion")}
    return Call(finance, {**kept, "ownerId": public_id(STAFF.prefix, finance.staff_id)})


async def underwriting_flag_reject() -> Call:
    applied = await application_referred()
    flag = next(iter((await applied.flags()).values()))
    named = public_id("uwf", flag.id)
    return Call(await underwriter(), {"flagId": named, "reason": "no", "expectedVersion": flag.version})


async def fraud_standard_set() -> Call:
    measures = [{"code": each.value, "points": 10, "threshold": 1} for each in FraudCode]
    day = (clock.today() + timedelta(days=1)).isoformat()
    given = {"appliesFrom": day, "referAt": 40, "measures": measures, "reason": "as found"}
    return Call(await staff(Role.RISK), given)


async def service_standard_set() -> Call:
    given = {
        "subjectKind": "INQUIRY", "stage": "FIRST_RESPONSE", "channel": "CHAT", "calendar": "AROUND_THE_CLOCK",
        "minutes": 2, "urgentMinutes": 1, "source": "ours",
        "appliesFrom": (clock.today() + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return Call(await staff(Role.COMPLIANCE), given)


async def special_day_set() -> Call:
    day = (clock.today() + timedelta(days=40)).isoformat()
    return Call(await staff(Role.COMPLIANCE), {"day": day, "isWorking": False, "name": "假日", "source": "国办"})


async def staff_join() -> Call:
    given = {"name": "New", "email": "new@insurer.example", "roles": ["CLAIMS_HANDLER"]}
    return Call(await staff(Role.HR), given)


async def staff_propose_roles() -> Call:
    admin, other = await staff(Role.ADMIN), await staff(Role.SALES)
    row = await Staff.get(id=other.staff_id)
    return Call(admin, about(STAFF, "staffId", row, roles=["CLAIMS_HANDLER"], reason="moves"))


async def staff_reject_change() -> Call:
    admin, other = await staff(Role.ADMIN), await staff(Role.SALES)
    row = await Staff.get(id=other.staff_id)
    await changes.propose_roles(
        row.id, roles=[Role.CLAIMS_HANDLER], reason="moves", expected_version=row.version, actor=admin
    )
    found = await StaffChange.get(staff_id=row.id)
    return Call(await staff(Role.ADMIN), about(STAFF_CHANGE, "changeId", found, reason="no"))


async def claim_second() -> Call:
    case = await claim_awaiting_decision()
    return await of_claim(case, case.manager, amount=AMOUNT)


async def repair_refuse_payment() -> Call:
    repair = await repair_of_fraud()
    return Call(repair.case.manager, about(REPAIR_ORDER, "orderId", await repair.now(), reason="no"))


async def claim_rescind() -> Call:
    case = await claim_approved()
    await Claim.filter(id=case.claim.id).update(referral="CONFIRMED")
    return await of_claim(case, case.manager, clause="Art. 27")


RIGHT: dict[str, Callable[[], Awaitable[Call]]] = {
    "claimSecond": claim_second,
    "claimRefuseRegistration": lambda: _claim(claim_notified),
    "claimReturnToAssessment": lambda: _claim(claim_awaiting_decision),
    "claimDecline": lambda: _claim(claim_awaiting_decision, code="COSMETIC", clause="5.2"),
    "claimRescind": claim_rescind,
    "repairOrderRefusePayment": repair_refuse_payment,
    "claimClose": lambda: _claim(claim_paid),
    "claimReopen": lambda: _claim(claim_closed, by_manager=True, code="NEW_EVIDENCE"),
    "claimRefer": lambda: _claim(claim_awaiting_decision),
    "advanceSecond": lambda: of_advance("PROPOSED", amount=AMOUNT),
    "advanceApprove": lambda: of_advance("PROPOSED", amount=AMOUNT),
    "advanceRefuse": lambda: of_advance("PROPOSED"),
    "advanceTakeBack": lambda: of_advance("PAID"),
    "clearanceGive": of_clearance,
    "clearanceReturn": of_clearance,
    "referralClear": of_referral,
    "referralConfirm": of_referral,
    "claimRejectDocument": lambda: of_paper("RECEIVED"),
    "claimWaiveDocument": lambda: of_paper("REQUESTED"),
    "claimRecordThirdParty": lambda: _claim(claim_assessing, paid=AMOUNT, waived=AMOUNT),
    "complaintRefuse": complaint_refuse,
    "complaintReturnReply": complaint_return_reply,
    "complaintExtend": complaint_extend,
    "complaintRequestReview": complaint_request_review,
    "complaintCompleteReview": complaint_complete_review,
    "complaintClose": complaint_close,
    "complaintWithdraw": complaint_withdraw,
    "inquiryOpen": inquiry_open,
    "inquiryIdentify": inquiry_identify,
    "inquiryAddNote": lambda: _inquiry(inquiry_in_progress, text="calls back"),
    "inquiryHasten": lambda: _inquiry(inquiry_opened, reason="a disaster"),
    "inquiryFollowUp": lambda: _inquiry(inquiry_opened, by_customer=True, text="And theft?"),
    "inquiryClose": lambda: _inquiry(inquiry_answered, by_customer=True, reason="clear"),
    "inquiryReopen": lambda: _inquiry(inquiry_closed, by_customer=True, text="One more thing."),
    "inquiryConvertToComplaint": lambda: _inquiry(inquiry_in_progress, category="CLAIM_DELAY"),
    "inquiryConvertToClaim": inquiry_convert_to_claim,
    "jobRetry": job_retry,
    "jobCancel": of_job,
    "jobSnooze": job_snooze,
    "queueSetLimits": queue_set_limits,
    "payoutReject": payout_reject,
    "payoutHold": payout_hold,
    "payoutRelease": payout_release,
    "payoutRetry": payout_retry,
    "payoutReverse": payout_reverse,
    "paymentFileMake": payment_file_make,
    "bankStatementTicket": bank_statement_ticket,
    "payoutExceptionClose": payout_exception_close,
    "payoutExceptionAssign": payout_exception_assign,
    "underwritingFlagReject": underwriting_flag_reject,
    "fraudStandardSet": fraud_standard_set,
    "serviceStandardSet": service_standard_set,
    "specialDaySet": special_day_set,
    "staffJoin": staff_join,
    "staffProposeRoles": staff_propose_roles,
    "staffRejectChange": staff_reject_change,
}


async def _claim(make: Callable[[], Awaitable[Case]], *, by_manager: bool = False, **more: Any) -> Call:
    case = await make()
    return await of_claim(case, case.manager if by_manager else case.handler, **more)


async def _inquiry(make: Callable[[], Awaitable[Asked]], *, by_customer: bool = False, **more: Any) -> Call:
    asked = await make()
    return await of_inquiry(asked, asked.insured.customer if by_customer else asked.service, **more)


@pytest.mark.parametrize("name", RIGHT)
async def test_whoever_may_and_says_it_rightly_is_obeyed(face: Face, name: str) -> None:
    call = await RIGHT[name]()
    answered = await face.data(document(name), call.actor, input=call.given)
    assert answered[name] == {"errors": []}


@cache
def _told() -> str:
    files = [each for each in TESTS.rglob("*") if each.suffix in {".py", ".mjs", ".graphql"} and each.is_file()]
    stories = [each for each in files if "node_modules" not in each.parts and each.name not in REGISTERS]
    return "\n".join(each.read_text() for each in [*stories, TESTS.parent / "commands" / "tour.py"])


@pytest.mark.parametrize("name", sorted(MUTATION.fields))
def test_every_mutation_is_tried_by_a_right_caller_somewhere(name: str) -> None:
    assert name in RIGHT or re.search(rf"\b{name}\b", _told()), "no test sends it"
