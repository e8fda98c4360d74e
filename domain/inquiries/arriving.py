"""Mail that arrives becomes an inquiry, or goes on with one; each letter once, however often it is delivered."""

from __future__ import annotations

import re

from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.inquiries import rules
from domain.inquiries.askers import Asker, customer_of, is_address, known
from domain.inquiries.asking import Question, add_inquiry
from domain.inquiries.following import go_on, reopened_until
from domain.inquiries.letters import Letter
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.models import Inquiry, InquiryLetter
from domain.inquiries.notices import in_words, tell_asker
from domain.inquiries.reading import INQUIRY
from domain.inquiries.terms import Arrival, InquiryAction, InquiryChannel, InquiryState, InquiryTopic
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, take_turns, transaction
from domain.kernel.ids import own_id
from domain.kernel.rows import lock_row
from domain.kernel.sealing import blind_index
from domain.notifications.models import Notification
from domain.notifications.reading import NOTIFICATION

NO_SUBJECT = "—"
OWN_MESSAGE = re.compile(r"<([a-z]{3}_[0-9a-f]{32})@")
"""The Message-ID of a letter that this house sent."""
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
MOST_CHARACTERS = 8_000


async def take_in(letter: Letter, *, actor: Actor, run: Run | None = None) -> Arrival:
    """Takes one letter in: it opens an inquiry, or goes on with the one that it answers, of the same sender.

    A sender is recognised by the address alone, which anybody can forge: nothing is told but to the address on file.
    What a machine wrote opens nothing and is answered by nothing. Source: RFC 3834.
    """
    async with transaction(run):
        blind = blind_index("message_id", letter.message_id)
        await take_turns(f"inquiry:letter:{blind.hex()}")
        if await InquiryLetter.filter(message_blind=blind).exists():
            return Arrival.KNOWN
        if letter.is_automatic or not is_address(letter.sender):
            return Arrival.AUTOMATIC
        customer = await customer_of(letter.sender)
        inquiry = await _answered_by(letter, customer)
        action = await _goes_on(inquiry) if inquiry is not None else None
        if inquiry is not None and action is not None:
            await go_on(inquiry, action, _text(letter), actor)
            arrival = Arrival.ADDED
        else:
            inquiry = await _open(letter, customer, actor)
            arrival = Arrival.OPENED
        await InquiryLetter.create(inquiry_id=inquiry.id, message_blind=blind)
    return arrival


async def _open(letter: Letter, customer: Customer | None, actor: Actor) -> Inquiry:
    asker = known(customer) if customer else Asker(language=_language(letter), mail=letter.sender)
    subject_line = letter.subject.strip() or NO_SUBJECT
    question = Question(InquiryChannel.MAIL, InquiryTopic.OTHER, subject_line, _text(letter))
    inquiry = await add_inquiry(question, asker, actor)
    await tell_asker(inquiry, "INQUIRY_RECEIVED", actor, due=in_words(inquiry.due_at))
    return inquiry


async def _goes_on(inquiry: Inquiry) -> InquiryAction | None:
    """What a further letter does to an inquiry; None when that is over and the letter opens another."""
    if inquiry.state is InquiryState.CLOSED:
        return InquiryAction.REOPEN if clock.now() <= await reopened_until(inquiry) else None
    found = INQUIRY_LIFECYCLE.find(inquiry.state, InquiryAction.FOLLOW_UP)
    return InquiryAction.FOLLOW_UP if found and len(inquiry.entries) < rules.MOST_ENTRIES else None


async def _answered_by(letter: Letter, customer: Customer | None) -> Inquiry | None:
    """The inquiry that a letter goes on with, locked: one that it refers to or names, and that its sender asked."""
    found = await _referred_to(letter)
    if found is None:
        return None
    inquiry = await lock_row(Inquiry, found.id)
    if inquiry is None:
        return None
    is_of_customer = customer is not None and inquiry.customer_id == customer.id
    is_of_sender = inquiry.sender_blind is not None and bytes(inquiry.sender_blind) == blind_index(
        "mail", letter.sender
    )
    return inquiry if is_of_customer or is_of_sender else None


async def _referred_to(letter: Letter) -> Inquiry | None:
    """By the letter that it answers, ours or an earlier one of the sender's, else by the number in its subject."""
    ours = [own_id(NOTIFICATION.prefix, match[1]) for each in letter.in_reply_to if (match := OWN_MESSAGE.match(each))]
    notice = await Notification.filter(id__in=[each for each in ours if each], subject_kind=INQUIRY.kind).first()
    if notice is not None:
        return await Inquiry.get_or_none(id=notice.subject_id)
    blinds = [blind_index("message_id", each) for each in letter.in_reply_to]
    earlier = await InquiryLetter.filter(message_blind__in=blinds).order_by("id").first()
    if earlier is not None:
        return await Inquiry.get_or_none(id=earlier.inquiry_id)
    number = rules.number_in(letter.subject)
    return await Inquiry.get_or_none(inquiry_number=number) if number else None


def _text(letter: Letter) -> str:
    """What was written, with the names of what was enclosed."""
    enclosed = [f"[{each.name}, {each.size:,} bytes]" for each in letter.attachments]
    return "\n".join([letter.text.strip() or NO_SUBJECT, *enclosed])[:MOST_CHARACTERS]


def _language(letter: Letter) -> Language:
    """The language of somebody who is not known: Chinese where there is a Chinese character."""
    return Language.ZH if IDEOGRAPH.search(letter.subject + letter.text) else Language.EN
