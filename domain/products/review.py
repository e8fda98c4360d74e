"""The compliance review of a version 合规审查: handed in, sent back or put on sale, and withdrawn in the end."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import refuse_all
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.products import rules
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.refusals import OwnTerms
from domain.products.terms import Exclusion, PerilTerms, VersionAction, VersionState, VersionTerms


async def submit(version_id: UUID, *, expected_version: int, actor: Actor) -> None:
    """Hands a draft to compliance; its terms stand from now on, until they are sent back.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Refusals with all that the terms lack.
    Source: Measures 二(二); Insurance Law Art. 17.
    """
    async with transaction():
        version, before = await _take(version_id, VersionAction.SUBMIT, expected_version, actor)
        refuse_all(rules.faults(await _terms_of(version)))
        version.submitted_by, version.submitted_at = actor.staff_id, clock.now()
        await save_changes(version, "state", "submitted_by", "submitted_at")
        await _record(VersionAction.SUBMIT, version, before, actor)


async def send_back(version_id: UUID, *, finding: str, expected_version: int, actor: Actor) -> None:
    """Returns a version to its drafters with what compliance found; it may be revised and submitted again.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        version, before = await _take(version_id, VersionAction.RETURN, expected_version, actor)
        version.review_finding = finding
        await save_changes(version, "state", "review_finding")
        await _record(VersionAction.RETURN, version, before, actor, finding)


async def put_on_sale(version_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Releases a reviewed version for sale, by somebody who neither wrote its terms nor handed them in.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnTerms.
    """
    async with transaction():
        version, before = await _take(version_id, VersionAction.PUT_ON_SALE, expected_version, actor)
        if actor.staff_id in {version.drafted_by, version.submitted_by}:
            raise OwnTerms
        version.released_by, version.released_at = actor.staff_id, clock.now()
        await save_changes(version, "state", "released_by", "released_at")
        await Product.filter(id=version.product_id).update(sold=True)
        await ProductPeril.filter(product_version_id=version.id).update(sold=True)
        await ProductExclusion.filter(product_version_id=version.id).update(sold=True)
        await _record(VersionAction.PUT_ON_SALE, version, before, actor, reason)


async def withdraw(version_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Takes a version from sale; policies sold on it stay as they are.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        version, before = await _take(version_id, VersionAction.WITHDRAW, expected_version, actor)
        await save_changes(version, "state")
        await _record(VersionAction.WITHDRAW, version, before, actor, reason)


async def _take(
    version_id: UUID, action: VersionAction, expected_version: int, actor: Actor
) -> tuple[ProductVersion, VersionState]:
    """The version, locked and moved but not written yet, and the state that it leaves."""
    version = await lock_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
    expect_version(version, expected_version)
    before = version.state
    version.state = VERSION_LIFECYCLE.step(before, action, actor)
    return version, before


async def _record(
    action: VersionAction, version: ProductVersion, before: VersionState, actor: Actor, reason: str | None = None
) -> None:
    await record(
        f"product:{action.lower()}",
        Subject(SubjectKind.PRODUCT, version.product_id),
        actor,
        before={"state": before},
        after={"state": version.state, "number": version.number},
        reason=reason,
    )


async def _terms_of(version: ProductVersion) -> VersionTerms:
    """The terms as they are kept, of a version that is locked, so that nobody changes them meanwhile."""

    def amount(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, version.currency)

    table: dict[str, dict[str, Decimal]] = {}
    for row in await ProductRelativity.filter(product_version_id=version.id).order_by("id"):
        table.setdefault(row.dimension, {})[row.key] = row.factor
    return VersionTerms(
        grade=version.grade,
        months=version.months,
        base_rate=version.base_rate,
        minimum_premium=Money(version.minimum_premium_minor, version.currency),
        per_claim_limit=amount(version.per_claim_limit_minor),
        deductible=Money(version.deductible_minor, version.currency),
        perils={
            row.peril: PerilTerms(amount(row.limit_minor), amount(row.deductible_minor), row.max_claims_a_year)
            for row in await ProductPeril.filter(product_version_id=version.id).order_by("id")
        },
        exclusions=tuple(
            Exclusion(row.code, row.text_zh, row.text_en, row.disclosure)
            for row in await ProductExclusion.filter(product_version_id=version.id).order_by("id")
        ),
        relativities=table,
    )
