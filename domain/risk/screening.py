"""By what claims are screened: the standard of a day, another one from a later day on, and signals that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, refuse_all
from domain.kernel.subject import Subject, SubjectKind
from domain.risk import fraud
from domain.risk.fraud import FraudFacts, Signal
from domain.risk.models import FraudRule, FraudStandard
from domain.risk.terms import FraudCode, FraudMeasure

SETTERS = (Role.RISK,)
"""Who changes how claims are screened."""
IN_FORCE = """
SELECT s.id, s.refer_at, r.code, r.points, r.threshold FROM fraud_rule r JOIN fraud_standard s ON s.id = r.standard_id
WHERE s.id = (SELECT id FROM fraud_standard WHERE applies_from <= $1::date ORDER BY applies_from DESC LIMIT 1)
ORDER BY r.id
"""
KEEP = """
INSERT INTO fraud_signal (id, subject_kind, subject_id, standard_id, code, points, evidence, found_at)
SELECT i, $2::text, $3::uuid, $4::uuid, c, p, e, $8::timestamptz
FROM unnest($1::uuid[], $5::text[], $6::int[], $7::text[]) AS t (i, c, p, e)
ON CONFLICT (subject_id, code) DO NOTHING
"""
TOGETHER = "SELECT least(100, coalesce(sum(points), 0))::int AS score FROM fraud_signal WHERE subject_id = $1::uuid"


async def screen(subject: Subject, facts: FraudFacts) -> tuple[int, bool]:
    """Keeps the signals that a claim gives, each once; its score, and whether a person must look at it.

    Signals that were found before count on. In the current transaction, which holds the subject's lock.
    """
    rows = await fetch(IN_FORCE, clock.today())
    measures = [FraudMeasure(FraudCode(each["code"]), each["points"], each["threshold"]) for each in rows]
    found = fraud.signals(facts, measures)
    if found:
        await _keep(subject, UUID(str(rows[0]["id"])), found)
    (together,) = await fetch(TOGETHER, subject.id)
    return together["score"], fraud.is_suspicious(together["score"], rows[0]["refer_at"])


async def _keep(subject: Subject, standard_id: UUID, found: Sequence[Signal]) -> None:
    await fetch(
        KEEP, [new_id() for _ in found], subject.kind, subject.id, standard_id, [each.code for each in found],
        [each.points for each in found], [each.evidence for each in found], clock.now(),
    )  # fmt: skip


async def set_standard(
    measures: Sequence[FraudMeasure], *, refer_at: int, applies_from: date, reason: str, actor: Actor
) -> FraudStandard:
    """Screens claims otherwise from a later day on; what was found before stands.

    Raises: Forbidden; Invalid for a day that has begun; Refusals for codes that are missing or come twice;
    AlreadyExists when another one begins on the day.
    """
    if not actor.has(*SETTERS):
        raise Forbidden(permission="fraud_standard:set")
    if applies_from <= clock.today():
        raise Invalid("future", path=("input", "appliesFrom"))
    refuse_all(fraud.faults_of(measures))
    async with transaction():
        await take_turns(f"fraud_standard:{applies_from}")
        if await FraudStandard.filter(applies_from=applies_from).exists():
            raise AlreadyExists("FraudStandard")
        row = await FraudStandard.create(applies_from=applies_from, refer_at=refer_at, set_by=actor.staff_id)
        await FraudRule.bulk_create(
            FraudRule(standard_id=row.id, code=each.code, points=each.points, threshold=each.threshold)
            for each in measures
        )
        after: dict[str, object] = {
            "applies_from": applies_from, "refer_at": refer_at,
            "measures": [[each.code, each.points, each.threshold] for each in measures],
        }  # fmt: skip
        subject = Subject(SubjectKind.FRAUD_STANDARD, row.id)
        await record("fraud_standard:set", subject, actor, after=after, reason=reason)
    return row
