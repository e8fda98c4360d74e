"""Handing a bordereau over, and the partner's answer."""

from __future__ import annotations

import pytest

from domain.audit.models import AuditEntry
from domain.bordereaux import answering
from domain.bordereaux.premiums import PREMIUMS
from domain.bordereaux.terms import BordereauState as S
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from tests.factories.bordereaux import (
    bordereau_open,
    bordereau_submitted,
    bordereau_written,
    month_ago,
    on_day,
    posted_wrongly,
)
from tests.factories.insured import partner_with_a_book, sold, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_partner_agrees_to_what_was_handed_over_once() -> None:
    partner = await partner_with_a_book()
    row = await bordereau_submitted(partner)
    done = await answering.acknowledge(PREMIUMS, row.id, expected_version=row.version, actor=partner)
    assert (done.state, done.answered_at is not None) == (S.ACKNOWLEDGED, True)
    audit = [each.action for each in await AuditEntry.filter(subject_id=row.id).order_by("id")]
    assert audit == [
        f"bordereau:{each}" for each in ("open", "generate", "validate", "submit", "acknowledge")
    ]
    async with refused(IllegalStep):
        await answering.reject(PREMIUMS, row.id, reason="late", expected_version=done.version, actor=partner)


async def test_a_rejection_is_final_and_says_why() -> None:
    partner = await partner_with_a_book()
    row = await bordereau_submitted(partner)
    done = await answering.reject(
        PREMIUMS, row.id, reason="one is missing", expected_version=row.version, actor=partner
    )
    assert (done.state, done.rejection_reason) == (S.REJECTED, "one is missing")
    async with refused(IllegalStep):
        await answering.acknowledge(PREMIUMS, row.id, expected_version=done.version, actor=partner)


async def test_nothing_is_handed_over_before_its_totals_are_the_ledger_s() -> None:
    partner, other, finance = await partner_with_a_book(), await partner_with_a_book(), await staff(Role.FINANCE)
    with on_day(month_ago()):
        policy = await sold(partner=partner)
    await posted_wrongly(policy.id)
    for row in (await bordereau_written(partner), await bordereau_open(other)):
        async with refused(IllegalStep):
            await answering.submit(PREMIUMS, row.id, expected_version=row.version, actor=finance)


async def test_a_partner_answers_its_own_only_and_nothing_before_it_was_handed_over() -> None:
    partner, other = await partner_with_a_book(), await partner_with_a_book()
    early, row = await bordereau_written(partner, month_ago(2)), await bordereau_submitted(partner)
    for actor, found in ((partner, early), (other, row)):
        async with refused(NotFound):
            await answering.acknowledge(PREMIUMS, found.id, expected_version=found.version, actor=actor)
    finance = await staff(Role.FINANCE)
    async with refused(Forbidden):
        await answering.acknowledge(PREMIUMS, row.id, expected_version=row.version, actor=finance)
    async with refused(StaleVersion):
        await answering.acknowledge(PREMIUMS, row.id, expected_version=row.version - 1, actor=partner)
