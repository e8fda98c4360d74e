"""Drafting, pricing, disclosing and handing in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.applications import (
    disclosing,
    drafting,
    submitting,
)
from domain.applications.disclosing import Shown
from domain.applications.drafting import Applicant
from domain.applications.models import Application, Disclosure
from domain.applications.refusals import (
    AdviceDiffers,
    AdviceMissing,
    AdviceUsed,
    DisclosuresMissing,
    NoSuchExclusion,
)
from domain.applications.terms import (
    ApplicationState,
    DisclosureChannel,
)
from domain.customers.refusals import ConsentMissing
from domain.customers.terms import Language
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, NotFound, Refusals, StaleVersion
from domain.risk.terms import DeclaredUse
from domain.staff.models import Staff
from domain.staff.refusals import NotQualified
from domain.staff.terms import ProductGrade
from tests.factories.applications import (
    disclosed,
    drafted,
    priced,
    underwriter,
    wanted,
)
from tests.factories.insured import WEAR, insured, person, staff, version_on_sale
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
S = ApplicationState
async def test_a_priced_application_is_locked_until_it_is_revised() -> None:
    applied = await priced()
    found = await applied.now()
    assert (found.state, found.sum_insured_minor, found.premium_minor) == (S.PRICED, 300_000, 18_000)
    assert found.expires_on == clock.today() + timedelta(days=30)
    with pytest.raises(Exception, match="locked"):
        await Application.filter(id=applied.id).update(price_minor=1)
    with pytest.raises(Exception, match="kept"):
        await Application.filter(id=applied.id).delete()
    other = wanted(applied.version_id, found.recommendation_id, price=Money.of("4000.00"))
    await drafting.revise(applied.id, wanted=other, expected_version=2, actor=applied.customer)
    found = await applied.now()
    assert (found.state, found.premium_minor, found.priced_on) == (S.DRAFT, None, None)
    await drafting.quote(applied.id, expected_version=3, actor=applied.customer)
    assert (await applied.now()).premium_minor == 24_000


async def test_staff_sell_what_they_are_qualified_for() -> None:
    version_id, seller, covered = await version_on_sale(), await staff(Role.SALES), await insured()
    applicant = Applicant(covered.customer_id)
    async with refused(NotQualified):
        await drafting.draft(wanted(version_id), applicant=applicant, actor=seller)
    await Staff.filter(id=seller.staff_id).update(sales_grade=ProductGrade.P2, qualified_until=clock.today())
    found = await drafting.draft(wanted(version_id), applicant=applicant, actor=seller)
    assert (found.seller_id, found.partner_id) == (seller.staff_id, covered.partner_id)


async def test_a_partner_enters_a_new_customer_with_the_application() -> None:
    applied = await drafted()
    applicant = Applicant(details=person())
    found = await drafting.draft(wanted(applied.version_id), applicant=applicant, actor=applied.partner)
    assert (found.partner_id, found.seller_id) == (applied.partner.partner_id, None)
    covered = await insured()
    async with refused(NotFound):
        stranger = Applicant(covered.customer_id)
        await drafting.draft(wanted(applied.version_id), applicant=stranger, actor=applied.partner)


async def test_one_advice_leads_to_one_application_at_a_time() -> None:
    applied = await drafted()
    advice = (await applied.now()).recommendation_id
    async with refused(AdviceUsed):
        await drafting.draft(wanted(applied.version_id, advice), applicant=Applicant(), actor=applied.customer)
    await submitting.withdraw(applied.id, reason="other device", expected_version=1, actor=applied.customer)
    again = await drafting.draft(wanted(applied.version_id, advice), applicant=Applicant(), actor=applied.customer)
    assert again.state is S.DRAFT


async def test_what_was_shown_is_kept_word_by_word_and_once() -> None:
    applied = await priced()
    shown = Shown([WEAR.code, WEAR.code], Language.ZH, DisclosureChannel.SPOKEN)
    await disclosing.disclose(applied.id, shown=shown, expected_version=2, actor=applied.customer)
    await disclosing.disclose(applied.id, shown=shown, expected_version=3, actor=applied.customer)
    (kept,) = await Disclosure.filter(application_id=applied.id)
    assert (kept.text, kept.shown_by) == ("自然磨损。", applied.customer.label)
    with pytest.raises(Exception, match="stands"):
        await Disclosure.filter(id=kept.id).update(text="other")
    unknown = Shown(["NONE"], Language.ZH, DisclosureChannel.SCREEN)
    with pytest.raises(Refusals) as raised:
        await disclosing.disclose(applied.id, shown=unknown, expected_version=4, actor=applied.customer)
    assert isinstance(raised.value.all[0], NoSuchExclusion)


async def test_all_that_is_missing_is_told_at_once() -> None:
    applied = await priced()
    await Application.filter(id=applied.id).update(recommendation_id=None)
    with pytest.raises(Refusals) as raised:
        await submitting.submit(applied.id, expected_version=2, actor=applied.customer)
    assert [type(each) for each in raised.value.all] == [AdviceMissing, DisclosuresMissing, ConsentMissing]
    assert (await applied.now()).state is S.PRICED


COMMERCIAL = DeclaredUse.COMMERCIAL


async def test_advice_about_another_device_does_not_count() -> None:
    applied = await disclosed()
    found = await applied.now()
    dearer = wanted(applied.version_id, found.recommendation_id, price=Money.of("9000.00"), declared_use=COMMERCIAL)
    await drafting.revise(applied.id, wanted=dearer, expected_version=3, actor=applied.customer)
    await drafting.quote(applied.id, expected_version=4, actor=applied.customer)
    with pytest.raises(Refusals) as raised:
        await submitting.submit(applied.id, expected_version=5, actor=applied.customer)
    assert [each.what for each in raised.value.all if isinstance(each, AdviceDiffers)] == ["price", "declaredUse"]


async def test_a_stale_version_and_a_stranger_change_nothing() -> None:
    applied, other = await priced(), await insured()
    async with refused(StaleVersion):
        await submitting.submit(applied.id, expected_version=1, actor=applied.customer)
    judge = await underwriter()
    for stranger in (other.customer, other.partner, await staff(Role.SALES), await staff(Role.HR)):
        async with refused(NotFound):
            await submitting.submit(applied.id, expected_version=2, actor=stranger)
    async with refused(Forbidden):
        await submitting.submit(applied.id, expected_version=2, actor=judge)


