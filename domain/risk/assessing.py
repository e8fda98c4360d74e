"""Scoring a customer: called by rooms in whose transactions it matters, or asked for by staff; never a decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import current, transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import get_visible
from domain.kernel.subject import Subject, SubjectKind
from domain.risk import rules
from domain.risk.models import CreditAssessment
from domain.risk.scorecards import in_force
from domain.risk.terms import CreditFacts, DeclaredUse, IdentityStatus

ASSESSORS = (Role.RISK, Role.UNDERWRITER)
"""Who may have a customer scored without an application."""

ClaimsReported = Callable[[UUID, date], Awaitable[int]]
"""How many claims a customer has reported since a day; an upper room knows."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the system does not know by itself, as whoever asks for a score says it."""

    payment_defaults: int
    identity: IdentityStatus
    declared_use: DeclaredUse


async def assess(
    customer_id: UUID, *, told: Told, claims_reported: ClaimsReported, reason: str, actor: Actor
) -> CreditAssessment:
    """Scores a customer at the request of staff; claims and months as a customer are what the system knows.

    Raises: Forbidden; NotFound; Invalid without a reason, or for a number below 0.
    """
    if not actor.has(*ASSESSORS):
        raise Forbidden(permission="credit:assess")
    if not reason.strip():
        raise Invalid("required", path=("input", "reason"))
    async with transaction():
        customer, today = await get_visible(Customer, CUSTOMER, customer_id, actor), clock.today()
        facts = CreditFacts(
            claims_reported=await claims_reported(customer.id, rules.years_back(today)),
            payment_defaults=told.payment_defaults,
            tenure_months=rules.whole_months(clock.day_of(customer.created_at), today),
            identity=told.identity,
            declared_use=told.declared_use,
        )
        return await assess_credit(customer, facts, actor=actor, reason=reason)


async def assess_credit(
    customer: Customer,
    facts: CreditFacts,
    *,
    subject: Subject | None = None,
    reason: str | None = None,
    actor: Actor,
) -> CreditAssessment:
    """Scores a customer by the scorecard of the day, in the caller's transaction, and keeps what the score is made of.

    `subject` is what it is made for. Nobody is refused by it: its action is at worst to have a person look.
    Raises: NoTransaction outside of one; Invalid for a number below 0; LookupError when no scorecard is in force.
    Source: Measures 三(三); PIPL Art. 24.
    """
    current()  # the first row written must not stand alone
    for name, number in (
        ("claimsReported", facts.claims_reported),
        ("paymentDefaults", facts.payment_defaults),
        ("tenureMonths", facts.tenure_months),
    ):
        if number < 0:
            raise Invalid("min", "0", path=("input", name))
    scorecard_id, terms = await in_force(clock.today())
    rating = rules.rate(terms, facts.values())
    found = await CreditAssessment.create(
        customer_id=customer.id, partner_id=customer.partner_id, scorecard_id=scorecard_id,
        subject_kind=subject.kind if subject else None, subject_id=subject.id if subject else None,
        score=rating.score, base_points=rating.base_points, grade=rating.band.grade,
        premium_factor=rating.band.premium_factor, credit_action=rating.band.credit_action,
        facts=[{"characteristic": each.value, "value": str(value)} for each, value in facts.values().items()],
        points=[
            {"characteristic": each.characteristic.value, "bin": each.bin, "points": f"{each.points:f}",
             "cost": f"{each.cost:f}"}
            for each in rating.points
        ],
        assessed_at=clock.now(), valid_until=clock.today() + timedelta(days=terms.valid_days), actor=actor.label,
    )  # fmt: skip
    after: dict[str, object] = {"customer_id": customer.id, "scorecard_id": scorecard_id, "grade": found.grade}
    if subject is not None:
        after |= {"subject_kind": subject.kind, "subject_id": subject.id}
    await record(
        "credit:assess", Subject(SubjectKind.CREDIT_ASSESSMENT, found.id), actor, after=after, reason=reason
    )
    return found


async def current_assessment(customer_id: UUID, on: date) -> CreditAssessment | None:
    """The newest assessment of a customer that counts on a day; None when a new one is due.

    Source: Measures 三(三), periodic refresh.
    """
    made_before = clock.start_of(on + timedelta(days=1))
    counting = CreditAssessment.filter(customer_id=customer_id, assessed_at__lt=made_before, valid_until__gt=on)
    return await counting.order_by("-assessed_at", "-id").first()
