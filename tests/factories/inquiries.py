"""Inquiries in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from domain.inquiries import asking, following, handling
from domain.inquiries.asking import Question
from domain.inquiries.letters import Letter
from domain.inquiries.models import Inquiry
from domain.inquiries.terms import InquiryChannel, InquiryTopic
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from tests.factories.insured import Insured, insured, staff


@dataclass
class Asked:
    """An inquiry with the people around it."""

    inquiry: Inquiry
    insured: Insured
    service: Actor
    specialist: Actor

    async def reread(self) -> Inquiry:
        """The inquiry as it stands in the database."""
        return await Inquiry.get(id=self.inquiry.id)


def question(**changes: object) -> Question:
    """Somebody wants to know what is covered."""
    usual = Question(
        InquiryChannel.APP, InquiryTopic.PRODUCT, "屏幕碎裂 covered?", "我的手机屏幕摔碎了，请问是否在保障范围内。"
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


async def inquiry_opened(covered: Insured | None = None, **changes: object) -> Asked:
    """Asked by a customer in the app."""
    found = covered or await insured()
    inquiry = await asking.open_inquiry(question(**changes), actor=found.customer)
    return Asked(inquiry, found, await staff(Role.CUSTOMER_SERVICE), await staff(Role.UNDERWRITER))


async def inquiry_in_progress(covered: Insured | None = None) -> Asked:
    """In the hands of customer service."""
    asked = await inquiry_opened(covered)
    asked.inquiry = await handling.take_up(
        asked.inquiry.id, expected_version=asked.inquiry.version, actor=asked.service
    )
    return asked


async def inquiry_escalated(covered: Insured | None = None, promised: datetime | None = None) -> Asked:
    """In the hands of a specialist, who answers within two hours."""
    asked = await inquiry_in_progress(covered)
    assert asked.specialist.staff_id is not None
    asked.inquiry = await handling.escalate(
        asked.inquiry.id,
        specialist_id=asked.specialist.staff_id,
        promised_reply_at=promised or clock.now() + timedelta(hours=2),
        note="the customer is in a hurry",
        expected_version=asked.inquiry.version,
        actor=asked.service,
    )
    return asked


async def inquiry_answered(covered: Insured | None = None) -> Asked:
    """Answered by customer service."""
    asked = await inquiry_in_progress(covered)
    asked.inquiry = await handling.answer(
        asked.inquiry.id, text="是的，屏幕碎裂在保障之内。", expected_version=asked.inquiry.version, actor=asked.service
    )
    return asked


async def inquiry_closed(covered: Insured | None = None) -> Asked:
    """Ended by the customer."""
    asked = await inquiry_answered(covered)
    asked.inquiry = await following.close(
        asked.inquiry.id, reason="all clear", expected_version=asked.inquiry.version, actor=asked.insured.customer
    )
    return asked


def letter(**changes: object) -> Letter:
    """A letter of somebody who is no customer."""
    usual = Letter(
        message_id=f"<{uuid4().hex}@mail.example>",
        sender=f"{uuid4().hex}@example.com",
        sender_name="Li Si",
        subject="Is water damage covered?",
        text="My phone fell into the sink. Does your cover pay for that?",
        sent_at=None,
        in_reply_to=(),
        attachments=(),
        is_automatic=False,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]
