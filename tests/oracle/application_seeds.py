"""Applications in every state for the seeded world, with disclosures, flags, invoices and a policy issued on one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.applications import (
    agreeing,
    deciding,
    disclosing,
    drafting,
    insuring,
    judging,
    requesting,
    submitting,
    underwriting,
)
from domain.applications.deciding import Decline
from domain.applications.disclosing import Shown
from domain.applications.drafting import Applicant
from domain.applications.models import Application, UnderwritingFlag
from domain.applications.terms import NEEDED_CONSENTS, DeclineReason, DisclosureChannel, OfferChoice
from domain.claims.usage import claims_reported
from domain.customers import consents, identity
from domain.customers.terms import ConsentChannel, Language
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.quotes import advising
from domain.risk.terms import DeclaredUse
from domain.staff.models import Staff
from domain.staff.terms import ProductGrade
from tests.factories.applications import Applied, underwriter, wanted
from tests.factories.identity import AlwaysMatches
from tests.factories.insured import OFFICE, WEAR, Insured, version_on_sale
from tests.factories.recommendations import needs, thing


async def seed_applications(covered: list[Insured], seller: Actor) -> None:
    """Each customer has one in every state; a seller took one down, and one was entered by a partner."""
    await Staff.filter(id=seller.staff_id).update(sales_grade=ProductGrade.P3, qualified_until=clock.today())
    version_id, judge = await version_on_sale(), await underwriter()
    for each in covered:
        await _known(each)
        await drafting.draft(wanted(version_id), applicant=Applicant(each.customer_id), actor=seller)
        sold = await drafting.draft(wanted(version_id), applicant=Applicant(each.customer_id), actor=seller)
        await drafting.quote(sold.id, expected_version=1, actor=seller)
        shown = Shown([WEAR.code], Language.ZH, DisclosureChannel.SPOKEN)
        await disclosing.disclose(sold.id, shown=shown, expected_version=2, actor=seller)
        await drafting.draft(wanted(version_id), applicant=Applicant(each.customer_id), actor=each.partner)
        await _priced(each, version_id)
        await _submitted(each, version_id)
        withdrawn = await _submitted(each, version_id)
        await _end(withdrawn)
        await _referred(each, version_id, judge)
        await _declined(each, version_id, judge)
        await _offered(each, version_id)
        await _paid_for(each, version_id)


async def _known(each: Insured) -> None:
    await consents.give(
        each.customer_id, purposes=NEEDED_CONSENTS, channel=ConsentChannel.APP, actor=each.customer
    )
    async with transaction():
        await identity.request_check(each.customer_id, actor=OFFICE)
    await identity.verify(each.customer_id, gateway=AlwaysMatches(), actor=Actor.system("customers.verify_identity"))


async def _priced(each: Insured, version_id: UUID, **changes: Any) -> Applied:
    use, price = changes.get("declared_use", DeclaredUse.PRIVATE), changes.get("price", Money.of("3000.00"))
    advice = await advising.advise(
        needs(declared_use=use), thing(price=price), customer_id=each.customer_id, actor=each.customer
    )
    await advising.choose(
        advice.id, version_id=version_id, reason="I want it.", expected_version=1, actor=each.customer
    )
    found = await drafting.draft(
        wanted(version_id, advice.id, **changes), applicant=Applicant(), actor=each.customer
    )
    await drafting.quote(found.id, expected_version=1, actor=each.customer)
    return Applied(found.id, each.customer, each.partner, version_id)


async def _submitted(each: Insured, version_id: UUID, **changes: Any) -> Applied:
    applied = await _priced(each, version_id, **changes)
    shown = Shown([WEAR.code], Language.EN, DisclosureChannel.PAPER)
    await disclosing.disclose(applied.id, shown=shown, expected_version=2, actor=each.customer)
    await submitting.submit(applied.id, expected_version=3, actor=each.customer)
    return applied


async def _underwritten(each: Insured, version_id: UUID, **changes: Any) -> Applied:
    applied = await _submitted(each, version_id, **changes)
    await underwriting.underwrite(applied.id, claims_reported=claims_reported, actor=OFFICE)
    return applied


async def _end(applied: Applied) -> None:
    version = await applied.version()
    await submitting.withdraw(applied.id, reason="not any more", expected_version=version, actor=applied.customer)


async def _referred(each: Insured, version_id: UUID, judge: Actor) -> None:
    """One whose flags are approved, cleared and rejected and that is asked about, another that waits."""
    applied = await _underwritten(each, version_id, price=Money.of("12000.00"))
    verbs = (judging.approve, judging.clear, judging.reject)
    for verb, flag in zip(verbs, (await applied.flags()).values(), strict=False):
        await verb(flag.id, reason="looked at it", expected_version=1, actor=judge)
    version = await applied.version()
    await requesting.request_info(applied.id, items=["Receipt"], expected_version=version, actor=judge)
    await requesting.supply_info(applied.id, answer="here", expected_version=version + 1, actor=each.customer)
    await requesting.request_info(applied.id, items=["Photo"], expected_version=version + 2, actor=judge)
    await _underwritten(each, version_id, price=Money.of("13000.00"))


async def _declined(each: Insured, version_id: UUID, judge: Actor) -> None:
    applied = await _underwritten(each, version_id, price=Money.of("14000.00"))
    why = Decline(DeclineReason.CLAIMS_EXPERIENCE, "Too many losses.")
    await deciding.decline(applied.id, decline=why, expected_version=await applied.version(), actor=judge)


async def _clear(applied: Applied) -> Actor:
    """Everything that was found is approved."""
    judge = await underwriter()
    for flag in await UnderwritingFlag.filter(application_id=applied.id, state="OPEN"):
        await judging.approve(flag.id, reason="fine", expected_version=1, actor=judge)
    return judge


async def _offered(each: Insured, version_id: UUID) -> None:
    """One on other terms by an underwriter that waits, another that was agreed to with a guarantee."""
    for is_agreed in (False, True):
        applied = await _underwritten(each, version_id, price=Money.of("15000.00"))
        judge = await _clear(applied)
        await deciding.counter_offer(
            applied.id, loading_factor=Decimal("1.2"), guarantee=True, reason="r",
            expected_version=await applied.version(), actor=judge,
        )  # fmt: skip
        if is_agreed:
            await agreeing.agree(
                applied.id, choice=OfferChoice.GUARANTEE, guarantor_name="王五",
                expected_version=await applied.version(), actor=each.customer,
            )  # fmt: skip


async def _paid_for(each: Insured, version_id: UUID) -> None:
    """One that was billed, another that was paid for and issued."""
    for is_paid in (False, True):
        applied = await _underwritten(each, version_id, price=Money.of("16000.00"))
        judge = await _clear(applied)
        row = await Application.get(id=applied.id)
        await deciding.accept(applied.id, reason="fine", expected_version=row.version, actor=judge)
        await insuring.bill(applied.id, actor=OFFICE)
        if is_paid:
            invoice = await applied.invoice()
            await applied.pay(f"A-{applied.id}")
            await insuring.issue(applied.id, invoice.id, actor=OFFICE)
