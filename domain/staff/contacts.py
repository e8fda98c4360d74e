"""How a member of staff is written to: by mail, in the language of the house."""

from __future__ import annotations

from uuid import UUID

from domain.kernel.actor import Role
from domain.kernel.masks import mask_mail
from domain.kernel.sealing import seal
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.terms import Channel, Recipient
from domain.staff.models import Staff

MAIL_PLACE = "staff:email"
LANGUAGE = "zh"


def recipient_of(staff: Staff) -> Recipient:
    """The address of a member of staff, sealed like everybody's."""
    return Recipient(
        party=Subject(SubjectKind.STAFF, staff.id),
        channel=Channel.MAIL,
        address_sealed=seal(MAIL_PLACE, staff.id, staff.email),
        address_place=MAIL_PLACE,
        language=LANGUAGE,
        address_mask=mask_mail(staff.email),
    )


async def in_charge(assignee_id: UUID | None, role: Role) -> list[Staff]:
    """Whoever has a matter in hand, or all active staff of a role while nobody has."""
    if assignee_id is not None:
        return await Staff.filter(id=assignee_id)
    return [each for each in await Staff.filter(active=True) if role in each.roles]
