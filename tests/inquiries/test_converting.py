"""An inquiry becomes what it leads to, and the link is kept on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.claims.intake import Loss
from domain.claims.models import Claim
from domain.complaints.models import Complaint
from domain.complaints.terms import ComplaintCategory, ComplaintChannel
from domain.inquiries import asking, converting
from domain.inquiries.refusals import AskerUnknown
from domain.inquiries.terms import InquiryChannel, InquiryState
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid
from domain.kernel.subject import Subject, SubjectKind
from domain.products.terms import Peril
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState
from tests.factories.inquiries import Asked, inquiry_closed, inquiry_escalated, inquiry_opened, question
from tests.factories.insured import insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


def loss() -> Loss:
    return Loss(clock.today(), Peril.SCREEN, "at home", "It fell.", Money.of("800.00"))


async def complain(asked: Asked, description: str | None = None) -> converting.Converted:
    return await converting.to_complaint(
        asked.inquiry.id, category=ComplaintCategory.SERVICE, expected_version=asked.inquiry.version,
        actor=asked.service, description=description,
    )  # fmt: skip


async def test_a_complaint_has_the_askers_own_words_and_what_it_was_about() -> None:
    covered = await insured()
    about = Subject(SubjectKind.POLICY, covered.policy_id)
    asked = await inquiry_opened(covered, channel=InquiryChannel.CHAT, about=about)
    found = await complain(asked)
    inquiry, complaint = await asked.reread(), await Complaint.get()
    assert (inquiry.state, inquiry.outcome_kind, inquiry.outcome_id) == (
        InquiryState.CONVERTED, SubjectKind.COMPLAINT, complaint.id,
    )  # fmt: skip
    assert found.outcome == Subject(SubjectKind.COMPLAINT, complaint.id)
    assert question().text in complaint.description
    assert (complaint.channel, complaint.subject_id) == (ComplaintChannel.APP, covered.policy_id)
    assert await ServiceClock.filter(subject_id=inquiry.id, state=ClockState.MET).count() == 2


async def test_other_words_may_be_given_for_a_complaint() -> None:
    await complain(await inquiry_opened(), description="Nobody calls back.")
    assert (await Complaint.get()).description == "Nobody calls back."


async def test_a_claim_is_reported_for_the_asker_and_every_promise_is_kept() -> None:
    asked = await inquiry_escalated()
    await converting.to_claim(
        asked.inquiry.id, policy_id=asked.insured.policy_id, loss=loss(), expected_version=asked.inquiry.version,
        actor=asked.service,
    )  # fmt: skip
    claim, inquiry = await Claim.get(), await asked.reread()
    assert (claim.customer_id, claim.reporter_id) == (asked.insured.customer_id, asked.insured.customer_id)
    assert (inquiry.outcome_kind, inquiry.outcome_id) == (SubjectKind.CLAIM, claim.id)
    assert await ServiceClock.filter(subject_id=inquiry.id).exclude(state=ClockState.MET).count() == 0


async def test_the_policy_tells_who_an_unknown_asker_is_but_never_somebody_else_than_was_known() -> None:
    covered, service = await insured(), await staff(Role.CUSTOMER_SERVICE)
    unknown = await asking.open_inquiry(question(channel=InquiryChannel.STORE), actor=service)
    found = await converting.to_claim(
        unknown.id, policy_id=covered.policy_id, loss=loss(), expected_version=unknown.version, actor=service
    )
    assert found.inquiry.customer_id == covered.customer_id
    stranger = await inquiry_opened()
    async with refused(Invalid):
        await converting.to_claim(
            stranger.inquiry.id, policy_id=covered.policy_id, loss=loss(), expected_version=1, actor=stranger.service
        )


async def test_a_complaint_needs_a_customer_and_an_open_inquiry() -> None:
    service = await staff(Role.CUSTOMER_SERVICE)
    unknown = await asking.open_inquiry(question(channel=InquiryChannel.STORE), actor=service)
    async with refused(AskerUnknown):
        await converting.to_complaint(
            unknown.id, category=ComplaintCategory.SALES, expected_version=unknown.version, actor=service
        )
    ended = await inquiry_closed()
    async with refused(IllegalStep):
        await complain(ended)
    asked = await inquiry_opened()
    async with refused(Forbidden):
        await complain(replace(asked, service=asked.insured.customer))


async def test_a_claim_that_is_refused_leaves_the_inquiry_as_it_was() -> None:
    asked = await inquiry_opened()
    async with refused(Invalid, "service_clock"):
        await converting.to_claim(
            asked.inquiry.id, policy_id=asked.insured.policy_id,
            loss=replace(loss(), claimed=Money(100, Currency.USD)), expected_version=1, actor=asked.service,
        )  # fmt: skip
    assert (await asked.reread()).state is InquiryState.NEW
