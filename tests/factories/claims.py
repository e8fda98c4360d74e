"""Claims in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.claims import assessment, clearing, decision, documents, intake, registration, reopening, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.documents import Wanted
from domain.claims.intake import Loss
from domain.claims.models import Claim, Clearance
from domain.claims.terms import ClaimState, DeclineCode, DocumentKind
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.products.terms import Peril
from tests.factories.insured import Insured, handler, insured, insured_dearly, manager, staff

BILL = (
    AssessedLine("Mainboard", Money.of("1700.00")),
    AssessedLine("Protective film", Money.of("160.00"), DeclineCode.CONSUMABLE),
)


async def nothing_open(_: UUID) -> bool:
    """No other room has anything under way for a claim."""
    return False


@dataclass
class Case:
    """A claim with the people around it."""

    claim: Claim
    insured: Insured
    handler: Actor
    manager: Actor

    @property
    def customer(self) -> Actor:
        """The policyholder."""
        return self.insured.customer

    async def reread(self) -> Claim:
        """The claim as it stands in the database."""
        return await Claim.get(id=self.claim.id)


def loss(
    *, on: date | None = None, cause: Peril = Peril.DROP, claimed: str = "1860.00", place: str = "Shanghai"
) -> Loss:
    """A loss of yesterday."""
    day = on or clock.today() - timedelta(days=1)
    return Loss(on=day, cause=cause, place=place, description="It fell down the stairs.", claimed=Money.of(claimed))


async def claim_notified(
    covered: Insured | None = None, *, reported: Loss | None = None, limit: str = "5000.00"
) -> Case:
    """Reported by the customer and not taken up yet; the handler may decide up to `limit`."""
    found = covered or await insured()
    claim = await intake.report(found.policy_id, loss=reported or loss(), actor=found.customer)
    return Case(claim, found, await handler(limit), await manager())


async def claim_registered(covered: Insured | None = None, **options: object) -> Case:
    """Taken up by the handler."""
    case = await claim_notified(covered, **options)  # type: ignore[arg-type]
    case.claim = await registration.register(
        case.claim.id, reserve=None, expected_version=case.claim.version, actor=case.handler
    )
    return case


async def claim_awaiting_documents(covered: Insured | None = None) -> Case:
    """Two papers are missing and were asked for."""
    case = await claim_registered(covered)
    wanted = [Wanted(DocumentKind.PROOF_OF_PURCHASE), Wanted(DocumentKind.DAMAGE_PHOTOS, "the whole device")]
    case.claim = await documents.request_documents(
        case.claim.id, wanted=wanted, expected_version=case.claim.version, actor=case.handler
    )
    return case


async def claim_assessing(covered: Insured | None = None, **options: object) -> Case:
    """Being assessed, without a line so far."""
    case = await claim_registered(covered, **options)
    case.claim = await assessment.start(case.claim.id, expected_version=case.claim.version, actor=case.handler)
    return case


async def claim_awaiting_decision(covered: Insured | None = None, **options: object) -> Case:
    """Proposed by the handler: a bill of 1,860.00, of which 160.00 are not covered."""
    case = await claim_assessing(covered, **options)
    case.claim = await assessment.set_lines(
        case.claim.id, lines=BILL, expected_version=case.claim.version, actor=case.handler
    )
    case.claim = await assessment.propose(
        case.claim.id, reason="as repaired", expected_version=case.claim.version, actor=case.handler
    )
    return case


async def claim_approved(covered: Insured | None = None, **options: object) -> Case:
    """Approved in full; the customer has not agreed yet."""
    case = await claim_awaiting_decision(covered, **options)
    case.claim = await decision.approve(
        case.claim.id, amount=None, expected_version=case.claim.version, actor=case.handler
    )
    return case


async def claim_declined() -> Case:
    """Declined with its reason."""
    case = await claim_awaiting_decision()
    case.claim = await decision.decline(
        case.claim.id,
        code=DeclineCode.COSMETIC,
        clause="5.2",
        reason="Scratches only.",
        expected_version=case.claim.version,
        actor=case.handler,
    )
    return case


async def claim_payment_pending(covered: Insured | None = None) -> Case:
    """Agreed by the customer; the payout is requested."""
    case = await claim_approved(covered)
    case.claim = await settlement.agree(case.claim.id, expected_version=case.claim.version, actor=case.customer)
    return case


async def claim_paid(covered: Insured | None = None) -> Case:
    """Settled by the bank."""
    case = await claim_payment_pending(covered)
    await settlement.record_paid(
        case.claim.id,
        decision_no=case.claim.decision_no,
        amount=Money(case.claim.approved_minor or 0, case.claim.currency),
        actor=Actor.system("claims.record_paid"),
    )
    case.claim = await case.reread()
    return case


async def claim_closed() -> Case:
    """Paid and closed."""
    case = await claim_paid()
    case.claim = await reopening.close(
        case.claim.id, reason="done", open_work=nothing_open, expected_version=case.claim.version, actor=case.handler
    )
    return case


async def propose_anew(case: Case, bill: str) -> Clearance | None:
    """Proposes a bill of one line, taking back what was proposed; the clearance that it waits for, or has."""
    claim = await case.reread()
    if claim.state is ClaimState.DECISION_PENDING:
        claim = await assessment.return_to_assessment(
            claim.id, reason="anew", expected_version=claim.version, actor=case.handler
        )
    lines = [AssessedLine("Device", Money.of(bill))]
    claim = await assessment.set_lines(claim.id, lines=lines, expected_version=claim.version, actor=case.handler)
    await assessment.propose(claim.id, reason="total loss", expected_version=claim.version, actor=case.handler)
    return await Clearance.filter(claim_id=claim.id, state__in=clearing.LIVE).first()


async def major_claim(bill: str = "80200.00", covered: Insured | None = None) -> tuple[Case, Clearance]:
    """Proposed with a bill that is over the limit after the deductible; the manager may decide it."""
    case = await claim_assessing(covered or await insured_dearly())
    case.manager = await manager("1000000.00")
    found = await propose_anew(case, bill)
    assert found is not None
    return case, found


async def give(clearance: Clearance, actor: Actor | None = None) -> Clearance:
    """Compliance, or somebody else, clears the amount."""
    return await clearing.give(
        clearance.id, reason="in order", expected_version=clearance.version,
        actor=actor or await staff(Role.COMPLIANCE),
    )  # fmt: skip
