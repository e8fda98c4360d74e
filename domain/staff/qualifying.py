"""Granting the right to sell products up to a grade 销售资质."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import Staff
from domain.staff.reading import STAFF
from domain.staff.refusals import OwnQualification
from domain.staff.terms import ProductGrade

GRANTERS = (Role.HR, Role.SYSTEM)
"""Who grants it: human resources, and the system for whoever passed an examination."""


async def grant_qualification(
    staff_id: UUID, *, grade: ProductGrade, until: date, reason: str, expected_version: int | None, actor: Actor
) -> None:
    """Lets somebody sell products up to a grade, up to and including a day; it replaces what was granted before.

    Granted until today it ends with the day. Raises: Forbidden, NotFound, StaleVersion; OwnQualification; Invalid for
    a day that is over. Source: NFRA Order 2025-7 arts. 32-35; Measures 六(一).
    """
    if not actor.has(*GRANTERS):
        raise Forbidden(permission="staff:grant_qualification")
    if until < (today := clock.today()):
        raise Invalid("min", today.isoformat(), path=("input", "qualifiedUntil"))
    if actor.staff_id == staff_id:
        raise OwnQualification(path=("input", "staffId"))
    async with transaction():
        row = await lock_visible(Staff, STAFF, staff_id, actor)
        expect_version(row, expected_version)
        before: dict[str, object] = {"sales_grade": row.sales_grade, "qualified_until": row.qualified_until}
        row.sales_grade, row.qualified_until = grade, until
        await save_changes(row, "sales_grade", "qualified_until")
        after: dict[str, object] = {"sales_grade": grade, "qualified_until": until}
        subject = Subject(SubjectKind.STAFF, row.id)
        await record("staff:grant_qualification", subject, actor, before=before, after=after, reason=reason)
