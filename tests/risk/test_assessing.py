"""Scoring customers: in another verb's transaction, at the request of staff, and again once a score is old."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.exceptions import OperationalError

from domain.audit.models import AuditEntry
from domain.claims import intake
from domain.claims.models import Claim
from domain.claims.terms import ClaimState
from domain.claims.usage import claims_reported
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.kernel.subject import Subject, SubjectKind
from domain.risk import assessing
from domain.risk.assessing import Told, current_assessment
from domain.risk.models import CreditAssessment, Scorecard
from domain.risk.terms import CreditAction, CreditGrade, DeclaredUse, IdentityStatus
from tests.factories.claims import claim_notified, nothing_open
from tests.factories.credit import FIRST_DAY, assessed, facts
from tests.factories.insured import Insured, insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
D = Decimal
TOLD = Told(0, IdentityStatus.VERIFIED, DeclaredUse.PRIVATE)
VALID = timedelta(days=180)
"""How long a score of the first scorecard counts."""


async def asked(customer_id: UUID, actor: Actor, told: Told = TOLD, reason: str = "a large order") -> CreditAssessment:
    """The customer, scored at the request of staff."""
    return await assessing.assess(customer_id, told=told, claims_reported=claims_reported, reason=reason, actor=actor)


@pytest.mark.parametrize(
    ("changes", "score", "grade", "factor", "action"),
    [
        ({}, "630.41", "A", "0.90", "ACCEPT"),
        ({"tenure_months": 0}, "595.67", "B", "1.00", "ACCEPT"),
        ({"payment_defaults": 1}, "567.01", "C", "1.15", "SURCHARGE"),
        ({"claims_reported": 2, "tenure_months": 0}, "547.82", "D", "1.30", "SURCHARGE_OR_GUARANTEE"),
        ({"claims_reported": 9, "identity": IdentityStatus.UNVERIFIED}, "520.81", "E", None, "REFER"),
    ],
)
async def test_a_customer_is_scored_by_the_scorecard_of_the_day(
    changes: dict[str, Any], score: str, grade: str, factor: str | None, action: str
) -> None:
    covered, underwriter = await insured(), await staff(Role.UNDERWRITER)
    row = await CreditAssessment.get(id=(await assessed(covered, actor=underwriter, **changes)).id)
    assert (row.score, row.grade) == (D(score), CreditGrade(grade))
    assert (row.premium_factor, row.credit_action) == (factor and D(factor), CreditAction(action))
    assert (row.customer_id, row.partner_id) == (covered.customer_id, covered.partner_id)
    assert row.scorecard_id == (await Scorecard.get(applies_from=FIRST_DAY)).id
    assert (row.valid_until, row.actor) == (clock.today() + VALID, underwriter.label)
    assert row.base_points + sum(D(each["points"]) for each in row.points) == row.score


async def test_what_is_kept_says_nothing_of_who_the_customer_is() -> None:
    row = await CreditAssessment.get(id=(await assessed(claims_reported=1)).id)
    assert row.facts == [
        {"characteristic": "CLAIMS_3Y", "value": "1"}, {"characteristic": "PAYMENT_DEFAULTS", "value": "0"},
        {"characteristic": "TENURE_MONTHS", "value": "24"}, {"characteristic": "IDENTITY", "value": "VERIFIED"},
        {"characteristic": "DECLARED_USE", "value": "PRIVATE"},
    ]  # fmt: skip
    assert row.points[0] == {"characteristic": "CLAIMS_3Y", "bin": "[1, 2)", "points": "-11.70", "cost": "27.85"}
    assert {each["cost"] for each in row.points[1:]} == {"0.00"}


async def undone(customer: Customer, subject: Subject, actor: Actor) -> None:
    """A verb that has a customer scored and then says no."""
    async with transaction():
        await assessing.assess_credit(customer, facts(), subject=subject, actor=actor)
        raise AlreadyExists("Application")


async def test_a_score_stands_with_what_it_was_made_for_or_not_at_all() -> None:
    covered = await insured()
    subject, actor = Subject(SubjectKind.POLICY, covered.policy_id), Actor.system("underwriting.auto")
    row = await assessed(covered, subject=subject, actor=actor)
    assert (row.subject_kind, row.subject_id) == (subject.kind, subject.id)
    entry = await AuditEntry.get(action="credit:assess", subject_id=row.id)
    assert entry.after == {
        "customer_id": str(row.customer_id), "scorecard_id": str(row.scorecard_id), "grade": "A",
        "subject_kind": "POLICY", "subject_id": str(subject.id),
    }  # fmt: skip
    customer = await Customer.get(id=covered.customer_id)
    with pytest.raises(AlreadyExists):
        await undone(customer, subject, actor)
    assert await CreditAssessment.all().count() == await AuditEntry.filter(action="credit:assess").count() == 1
    with pytest.raises(NoTransaction):
        await assessing.assess_credit(customer, facts(), subject=subject, actor=actor)
    assert await CreditAssessment.all().count() == 1


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("claims_reported", "claimsReported"), ("payment_defaults", "paymentDefaults"),
        ("tenure_months", "tenureMonths"),
    ],
)  # fmt: skip
async def test_numbers_below_nothing_are_no_facts(name: str, at: str) -> None:
    customer, actor = await Customer.get(id=(await insured()).customer_id), await staff(Role.RISK)
    known = facts(**{name: -1})
    async with refused(Invalid) as raised, transaction():
        await assessing.assess_credit(customer, known, actor=actor)
    assert raised.value.path == ("input", at)


async def test_what_the_system_knows_it_does_not_ask_for() -> None:
    case = await claim_notified()
    customer_id = case.insured.customer_id
    with clock.at(clock.now() + timedelta(days=400)):
        row = await asked(customer_id, await staff(Role.RISK))
    known = {each["characteristic"]: each["value"] for each in row.facts}
    created = clock.day_of((await Customer.get(id=customer_id)).created_at)
    passed = (row.assessed_at.date() - created).days // 30
    assert known["CLAIMS_3Y"] == "1"
    assert int(known["TENURE_MONTHS"]) in {passed - 1, passed}
    entry = await AuditEntry.get(action="credit:assess", subject_id=row.id)
    assert entry.reason == "a large order"


async def test_claims_count_for_three_years_unless_they_were_taken_back() -> None:
    case, other = await claim_notified(), await claim_notified()
    customer_id, reported_on = case.insured.customer_id, clock.today()
    async with transaction():
        assert await claims_reported(customer_id, reported_on) == 1
        assert await claims_reported(customer_id, reported_on + timedelta(days=1)) == 0
        assert await claims_reported(new_id(), reported_on) == 0
    claim = await Claim.get(id=case.claim.id)
    await intake.withdraw(
        claim.id, reason="found", open_work=nothing_open, expected_version=claim.version, actor=case.customer
    )
    assert (await Claim.get(id=claim.id)).state is ClaimState.WITHDRAWN
    async with transaction():
        assert await claims_reported(customer_id, reported_on) == 0
        assert await claims_reported(other.insured.customer_id, reported_on) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.RISK, Role.UNDERWRITER}])
async def test_nobody_else_has_customers_scored(role: Role) -> None:
    covered = await insured()
    actor = {Role.CUSTOMER: covered.customer, Role.PARTNER: covered.partner}.get(role, Actor(frozenset({role})))
    async with refused(Forbidden):
        await asked(covered.customer_id, actor)


async def test_a_score_that_cannot_be_made_changes_nothing() -> None:
    covered, actor = await insured(), await staff(Role.UNDERWRITER)
    async with refused(NotFound):
        await asked(new_id(), actor)
    async with refused(Invalid):
        await asked(covered.customer_id, actor, reason="  ")
    async with refused(Invalid):
        await asked(covered.customer_id, actor, Told(-1, IdentityStatus.VERIFIED, DeclaredUse.PRIVATE))
    with clock.at(clock.start_of(date(2019, 12, 31))):
        customer = await Customer.get(id=covered.customer_id)
        with pytest.raises(LookupError):
            async with transaction():
                await assessing.assess_credit(customer, facts(), actor=actor)
    assert await CreditAssessment.all().count() == 0


async def current(covered: Insured, on: date) -> UUID | None:
    """The id of the assessment that counts."""
    async with transaction():
        found = await current_assessment(covered.customer_id, on)
    return found.id if found else None


async def test_the_newest_score_counts_until_it_is_old() -> None:
    covered, today = await insured(), clock.today()
    first = await assessed(covered)
    await assessed()
    assert await current(covered, today) == first.id
    assert await current(covered, today + VALID - timedelta(days=1)) == first.id
    assert await current(covered, today + VALID) is None
    assert await current(covered, today - timedelta(days=1)) is None
    with clock.at(clock.now() + timedelta(days=100)):
        second = await assessed(covered, claims_reported=2)
    assert await current(covered, today + timedelta(days=99)) == first.id
    assert await current(covered, today + timedelta(days=100)) == second.id
    assert await current(covered, today + VALID) == second.id
    assert await current(covered, today + timedelta(days=100) + VALID) is None


@pytest.mark.parametrize("table", ["credit_assessment", "scorecard", "scorecard_bin", "credit_band"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_was_scored_and_by_what_stands(database: str, table: str, statement: str) -> None:
    await assessed()
    connection = await asyncpg.connect(database)
    before = await connection.fetch(f"SELECT * FROM {table} ORDER BY id")
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await connection.execute(statement.format(table))
    assert await connection.fetch(f"SELECT * FROM {table} ORDER BY id") == before != []
    await connection.close()


async def test_a_model_cannot_change_an_assessment_either() -> None:
    row = await assessed()
    row.grade = CreditGrade.E
    with pytest.raises((OperationalError, asyncpg.RestrictViolationError)):
        await row.save(update_fields=["grade"])
    (kept,) = await Tortoise.get_connection("default").execute_query_dict("SELECT grade FROM credit_assessment")
    assert kept == {"grade": "A"}
