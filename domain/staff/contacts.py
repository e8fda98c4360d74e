"""How a member of staff is written to: by mail, in the language of the house."""

from __future__ import annotations

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
