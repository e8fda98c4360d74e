"""The compliance review: handed in whole, sent back with a finding, put on sale by somebody else, withdrawn."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

from domain.audit.models import AuditEntry
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.policies.models import Policy
from domain.products import catalogue, review
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductVersion
from domain.products.refusals import OwnTerms
from domain.products.terms import Peril, PerilTerms, ProductKind, VersionState
from tests.factories.insured import (
    WEAR,
    sold,
    staff,
    terms,
    version_drafted,
    version_in_review,
    version_on_sale,
)
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
BOTH = frozenset({Role.UNDERWRITER, Role.COMPLIANCE})


async def drafted_by(actor: Actor, **changes: Any) -> UUID:
    return await catalogue.draft(
        code="CARE", kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen", terms=terms(**changes), actor=actor
    )


async def two_hats() -> Actor:
    """Somebody who underwrites and works in compliance."""
    return Actor(BOTH, staff_id=(await staff(Role.UNDERWRITER)).staff_id)


async def test_a_version_is_submitted_put_on_sale_with_its_parts_and_withdrawn() -> None:
    underwriter, colleague, compliance = [
        await staff(role) for role in (Role.UNDERWRITER, Role.UNDERWRITER, Role.COMPLIANCE)
    ]
    version_id = await drafted_by(underwriter)
    await review.submit(version_id, expected_version=1, actor=colleague)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version, version.submitted_by) == (VersionState.IN_REVIEW, 2, colleague.staff_id)
    assert version.submitted_at is not None
    assert not (await Product.get()).sold
    await review.put_on_sale(version_id, reason="checked", expected_version=2, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version, version.released_by) == (VersionState.ON_SALE, 3, compliance.staff_id)
    assert (await Product.get()).sold
    for rows in (await ProductPeril.all(), await ProductExclusion.all()):
        assert rows
        assert all(row.sold for row in rows)
    await review.withdraw(version_id, reason="old", expected_version=3, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version, (await Product.get()).sold) == (VersionState.WITHDRAWN, 4, True)
    entries = await AuditEntry.filter(subject_id=version.product_id).order_by("id")
    assert [(each.action, each.actor, each.before, each.after, each.reason) for each in entries[1:]] == [
        ("product:submit", colleague.label, {"state": "DRAFT"}, {"state": "IN_REVIEW", "number": 1}, None),
        ("product:put_on_sale", compliance.label, {"state": "IN_REVIEW"}, {"state": "ON_SALE", "number": 1}, "checked"),
        ("product:withdraw", compliance.label, {"state": "ON_SALE"}, {"state": "WITHDRAWN", "number": 1}, "old"),
    ]


async def test_what_is_sent_back_is_revised_and_submitted_again_and_keeps_the_finding() -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    version_id = await drafted_by(underwriter)
    await review.submit(version_id, expected_version=1, actor=underwriter)
    await review.send_back(version_id, finding="5.2 is vague", expected_version=2, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.review_finding, version.version) == (VersionState.DRAFT, "5.2 is vague", 3)
    entry = await AuditEntry.get(action="product:return")
    assert (entry.actor, entry.reason, entry.after) == (
        compliance.label, "5.2 is vague", {"state": "DRAFT", "number": 1},
    )  # fmt: skip
    await catalogue.revise(version_id, terms=terms(months=24), expected_version=3, actor=underwriter)
    await review.submit(version_id, expected_version=4, actor=underwriter)
    await review.put_on_sale(version_id, reason="clear now", expected_version=5, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.months, version.review_finding) == (VersionState.ON_SALE, 24, "5.2 is vague")


async def test_everything_that_terms_lack_is_told_at_once_and_they_stay_a_draft() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    perils = {Peril.DROP: PerilTerms(), Peril.SCREEN: PerilTerms(limit=Money.of("1.00"))}
    one = Decimal(1)
    table = {"category": {"PHONE": one, "BOAT": one}, "moon": {"FULL": one}, "months": {"6": one}}
    version_id = await drafted_by(
        underwriter, perils=perils, per_claim_limit=None, relativities=table,
        exclusions=(replace(WEAR, text_en="  "), replace(WEAR, code="X", text_zh="")),
    )  # fmt: skip
    async with refused_together() as raised:
        await review.submit(version_id, expected_version=1, actor=underwriter)
    assert sorted((each.code, each.message("en")) for each in raised.value.all) == [
        ("EXCLUSION_TEXT_UNFIT", "The exclusion WEAR needs a text of 1 to 500 characters in the language en."),
        ("EXCLUSION_TEXT_UNFIT", "The exclusion X needs a text of 1 to 500 characters in the language zh."),
        ("LIMIT_MISSING", "The peril DROP has no limit for one claim, neither its own nor the version's."),
        ("OWN_RATE_MISSING", "The rate table weighs months and leaves out this version's own: 12."),
        ("RATE_UNFIT", "The rate table has no valid factor at category BOAT."),
        ("RATE_UNFIT", "The rate table has no valid factor at moon FULL."),
    ]
    await catalogue.revise(version_id, terms=terms(), expected_version=1, actor=underwriter)
    await review.submit(version_id, expected_version=2, actor=underwriter)


async def test_who_wrote_or_submitted_the_terms_does_not_put_them_on_sale() -> None:
    writer, submitter, compliance = await two_hats(), await two_hats(), await staff(Role.COMPLIANCE)
    version_id = await drafted_by(writer)
    await review.submit(version_id, expected_version=1, actor=submitter)
    for own in (writer, submitter):
        async with refused(OwnTerms):
            await review.put_on_sale(version_id, reason="x", expected_version=2, actor=own)
    await review.put_on_sale(version_id, reason="x", expected_version=2, actor=compliance)


async def test_who_revised_the_terms_does_not_put_them_on_sale() -> None:
    reviser = await two_hats()
    version_id = await version_drafted()
    await catalogue.revise(version_id, terms=terms(), expected_version=1, actor=reviser)
    await review.submit(version_id, expected_version=2, actor=await staff(Role.UNDERWRITER))
    async with refused(OwnTerms):
        await review.put_on_sale(version_id, reason="x", expected_version=3, actor=reviser)


@pytest.mark.parametrize("column", ["drafted_by", "submitted_by"])
async def test_the_database_itself_keeps_the_duties_apart(column: str) -> None:
    version_id = await drafted_by(await staff(Role.UNDERWRITER))
    await review.submit(version_id, expected_version=1, actor=await staff(Role.UNDERWRITER))
    with pytest.raises(IntegrityError, match="product_version_other_reviewer"):
        await Tortoise.get_connection("default").execute_query(
            f"UPDATE product_version SET state = 'ON_SALE', released_by = {column}, released_at = now() WHERE id = $1",
            [version_id],
        )
    assert (await ProductVersion.get(id=version_id)).state is VersionState.IN_REVIEW


async def test_a_version_on_sale_leaves_the_next_draft_a_draft() -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    first, second = await drafted_by(underwriter), await drafted_by(underwriter)
    await review.submit(first, expected_version=1, actor=underwriter)
    await review.put_on_sale(first, reason="x", expected_version=2, actor=compliance)
    assert (await ProductVersion.get(id=second)).state is VersionState.DRAFT
    assert not any(row.sold for row in await ProductPeril.filter(product_version_id=second))


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_other_staff_see_a_version_and_may_not_move_it(role: Role) -> None:
    draft_id, in_review, on_sale = await version_drafted(), await version_in_review(), await version_on_sale()
    actor = await staff(role)
    if role is not Role.UNDERWRITER:
        async with refused(Forbidden):
            await review.submit(draft_id, expected_version=1, actor=actor)
    if role is not Role.COMPLIANCE:
        async with refused(Forbidden):
            await review.send_back(in_review, finding="x", expected_version=2, actor=actor)
        async with refused(Forbidden):
            await review.put_on_sale(in_review, reason="x", expected_version=2, actor=actor)
        async with refused(Forbidden):
            await review.withdraw(on_sale, reason="x", expected_version=3, actor=actor)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.PARTNER, Role.REPAIRER])
async def test_outsiders_find_nothing_to_move(role: Role) -> None:
    outsider = Actor(frozenset({role}))
    draft_id, in_review = await version_drafted(), await version_in_review()
    async with refused(NotFound):
        await review.submit(draft_id, expected_version=1, actor=outsider)
    async with refused(NotFound):
        await review.put_on_sale(in_review, reason="x", expected_version=2, actor=outsider)


async def test_a_step_from_another_state_or_an_older_version_is_refused() -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    draft_id = await version_drafted()
    given: dict[str, Any] = {"reason": "x", "actor": compliance}
    for step in (review.put_on_sale, review.withdraw):
        async with refused(IllegalStep):
            await step(draft_id, expected_version=1, **given)
    async with refused(StaleVersion):
        await review.submit(draft_id, expected_version=2, actor=underwriter)
    async with refused(NotFound):
        await review.submit(uuid4(), expected_version=1, actor=underwriter)
    await review.submit(draft_id, expected_version=1, actor=underwriter)
    async with refused(IllegalStep):
        await review.submit(draft_id, expected_version=2, actor=underwriter)
    async with refused(IllegalStep):
        await review.withdraw(draft_id, expected_version=2, **given)
    await review.put_on_sale(draft_id, expected_version=2, **given)
    async with refused(IllegalStep):
        await review.send_back(draft_id, finding="x", expected_version=3, actor=compliance)
    await review.withdraw(draft_id, expected_version=3, **given)
    for step in (review.put_on_sale, review.withdraw):
        async with refused(IllegalStep):
            await step(draft_id, expected_version=4, **given)


async def test_two_reviewers_at_once_decide_once() -> None:
    version_id, people = await version_in_review(), [await staff(Role.COMPLIANCE) for _ in range(2)]
    outcomes = await asyncio.gather(
        review.put_on_sale(version_id, reason="x", expected_version=2, actor=people[0]),
        review.send_back(version_id, finding="x", expected_version=2, actor=people[1]),
        return_exceptions=True,
    )
    assert sorted(type(each) is StaleVersion for each in outcomes) == [False, True]


async def test_what_was_sold_before_a_withdrawal_stays_as_it_is() -> None:
    version_id = await version_on_sale()
    policy = await sold(version_id=version_id)
    await review.withdraw(version_id, reason="old", expected_version=3, actor=await staff(Role.COMPLIANCE))
    assert (await Policy.get()).state is policy.state
