"""Inquiries in every state for the seeded world, some in the hands of each kind of specialist."""

from __future__ import annotations

from datetime import timedelta

from domain.complaints.terms import ComplaintCategory
from domain.inquiries import asking, converting, following, handling
from domain.inquiries.arriving import take_in
from domain.inquiries.terms import InquiryChannel
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.subject import Subject, SubjectKind
from tests.factories.claims import loss
from tests.factories.inquiries import (
    Asked,
    inquiry_answered,
    inquiry_closed,
    inquiry_escalated,
    inquiry_in_progress,
    inquiry_opened,
    letter,
    question,
)
from tests.factories.insured import Insured

SPECIALISTS = ("SALES", "CLAIMS_HANDLER", "UNDERWRITER")


async def seed_inquiries(covered: list[Insured], actors: dict[str, Actor]) -> None:
    """Some for each customer and partner, urgent and overdue ones among them, and of people nobody knows."""
    service = actors["CUSTOMER_SERVICE"]
    with clock.at(clock.now() - timedelta(days=9)):
        for each in covered:
            about = Subject(SubjectKind.POLICY, each.policy_id)
            asked = await inquiry_opened(each, about=about)
            await handling.hasten(asked.inquiry.id, reason="flood", expected_version=1, actor=service)
            await inquiry_answered(each)
        await take_in(letter(), actor=Actor.system("inquiries.fetch_letters"))
    for each in covered:
        await inquiry_in_progress(each)
        await inquiry_closed(each)
        await asking.open_inquiry(question(channel=InquiryChannel.PARTNER), actor=each.partner)
    for number, name in enumerate(SPECIALISTS):
        await _hand_over(await inquiry_escalated(covered[number % len(covered)]), actors[name])
    await _convert(covered[0], service)
    await asking.open_inquiry(question(channel=InquiryChannel.STORE), actor=service)


async def _hand_over(asked: Asked, specialist: Actor) -> None:
    """To one of the people who ask later on, with an answer that was followed up."""
    inquiry = asked.inquiry
    assert specialist.staff_id is not None
    inquiry = await handling.escalate(
        inquiry.id, specialist_id=specialist.staff_id, promised_reply_at=clock.now() + timedelta(hours=4), note="yours",
        expected_version=inquiry.version, actor=asked.service,
    )  # fmt: skip
    inquiry = await handling.answer(inquiry.id, text="Yes.", expected_version=inquiry.version, actor=specialist)
    await following.follow_up(
        inquiry.id, text="And why?", expected_version=inquiry.version, actor=Actor.system("inquiries.fetch_letters")
    )


async def _convert(covered: Insured, service: Actor) -> None:
    asked = await inquiry_opened(covered)
    await converting.to_complaint(
        asked.inquiry.id, category=ComplaintCategory.SERVICE, expected_version=1, actor=service
    )
    asked = await inquiry_opened(covered)
    await converting.to_claim(
        asked.inquiry.id, policy_id=covered.policy_id, loss=loss(on=clock.today()), expected_version=1, actor=service
    )
