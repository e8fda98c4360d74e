"""How inquiries speaks to whoever asked and to whoever answers, in the transaction that causes it."""

from __future__ import annotations

from datetime import datetime

from domain.inquiries.askers import recipient_for
from domain.inquiries.models import Inquiry
from domain.kernel.actor import Actor, Role
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.service_levels.clocks import Matter
from domain.service_levels.terms import ServiceChannel
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff


def subject_of(inquiry: Inquiry) -> Subject:
    """The inquiry as other rooms name it."""
    return Subject(SubjectKind.INQUIRY, inquiry.id)


def scope_of(inquiry: Inquiry) -> Scope:
    """Whom the inquiry concerns."""
    return Scope(customer_id=inquiry.customer_id, partner_id=inquiry.partner_id)


def waiting(inquiry: Inquiry) -> Matter:
    """What is promised to whoever asked is measured by, on the channel on which he or she waits."""
    return Matter(
        subject_of(inquiry), scope_of(inquiry), channel=ServiceChannel(inquiry.channel), priority=inquiry.priority
    )


def in_words(instant: datetime) -> str:
    """An instant as letters say it, in the insurer's time: `2026-12-08 15:00`."""
    return f"{instant.astimezone(INSURER_ZONE):%Y-%m-%d %H:%M}"


async def tell_asker(inquiry: Inquiry, template: str, actor: Actor, **parameters: str) -> None:
    """Writes to whoever asked, if there is an address; a partner reads the answer in its own system."""
    recipient = await recipient_for(inquiry)
    if recipient is not None:
        await notify(
            template=template,
            recipient=recipient,
            parameters={"inquiry_number": inquiry.inquiry_number, **parameters},
            subject=subject_of(inquiry),
            scope=scope_of(inquiry),
            actor=actor,
        )


async def tell_those_in_charge(inquiry: Inquiry, template: str, actor: Actor, **parameters: str) -> None:
    """Writes to whoever has the inquiry in hand, or to all of customer service while nobody has."""
    await write_to_staff(
        await in_charge(inquiry.assignee_id, Role.CUSTOMER_SERVICE),
        template=template,
        parameters={"inquiry_number": inquiry.inquiry_number, **parameters},
        subject=subject_of(inquiry),
        actor=actor,
    )
