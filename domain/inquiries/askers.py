"""Who asks: a customer, a partner, or a sender of mail whose address is kept sealed until the customer is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.customers.contacts import recipient
from domain.customers.details import SEALED
from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.inquiries.models import Inquiry
from domain.kernel.masks import mask_mail
from domain.kernel.refusals import Invalid
from domain.kernel.sealing import blind_index, seal
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.terms import Channel, Recipient

SENDER_PLACE = "inquiry:sender"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever asks, as far as is known. `mail` is the address of somebody who is no customer yet."""

    customer_id: UUID | None = None
    partner_id: UUID | None = None
    language: Language = Language.ZH
    mail: str | None = field(default=None, repr=False)


def known(customer: Customer) -> Asker:
    """A customer who asks."""
    return Asker(customer.id, customer.partner_id, customer.language)


def checked_mail(given: str) -> str:
    """An address in the form in which it is kept and found.

    Raises: Invalid.
    """
    address = SEALED["mail"].normalise(given)
    if not SEALED["mail"].fits(address):
        raise Invalid("mail_form", path=("input", "mail"))
    return address


def is_address(given: str) -> bool:
    """Whether letters can be sent to a sender's address."""
    return SEALED["mail"].fits(SEALED["mail"].normalise(given))


async def customer_of(address: str) -> Customer | None:
    """The customer of an address; of several entries the one that has had it longest, as with sign-in."""
    return await Customer.filter(mail_blind=blind_index("mail", address)).order_by("mail_since", "id").first()


def sender_columns(inquiry_id: UUID, address: str | None) -> dict[str, object]:
    """The sealed, masked and indexed forms of a sender's address, as columns of an inquiry."""
    if address is None:
        return {}
    return {
        "sender_sealed": seal(SENDER_PLACE, inquiry_id, address),
        "sender_mask": mask_mail(address),
        "sender_blind": blind_index("mail", address),
    }


async def recipient_for(inquiry: Inquiry) -> Recipient | None:
    """How whoever asked is written to: as the customer on file, else at the sender's address, else not at all."""
    if inquiry.customer_id is not None:
        return recipient(await Customer.get(id=inquiry.customer_id))
    if inquiry.sender_sealed is None or inquiry.sender_mask is None:
        return None
    return Recipient(
        party=Subject(SubjectKind.INQUIRY, inquiry.id),
        channel=Channel.MAIL,
        address_sealed=inquiry.sender_sealed,
        address_place=SENDER_PLACE,
        language=inquiry.language,
        address_mask=inquiry.sender_mask,
    )
