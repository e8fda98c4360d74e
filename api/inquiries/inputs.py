"""What callers say of inquiries."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from api import inputs
from api.applications.inputs import CoverWantedInput
from api.policies.inputs import PolicyholderInput
from api.scalars import MoneyInput
from domain.complaints.terms import ComplaintCategory
from domain.inquiries.terms import InquiryChannel, InquiryTopic
from domain.products.terms import Peril

INQUIRY = "The inquiry."
MOST = 8_000


@strawberry.input(description="An inquiry to take down.")
class InquiryOpenInput:
    """An inquiry to take down."""

    channel: InquiryChannel = inputs.plain("How it came in.")
    topic: InquiryTopic = inputs.plain("What it is about.")
    subject_line: str = inputs.text("What it is about, in a line.", 300)
    text: str = inputs.lines("What is asked, in the asker's words.", MOST)
    customer_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The customer who asks; yourself, or nobody we know, if none is given."
    )
    mail: strawberry.Maybe[str | None] = inputs.text("Where to answer somebody who is no customer.", 254)
    subject_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The claim or policy that it is about.")


@strawberry.input(description="An inquiry to take into your hands.")
class InquiryTakeUpInput:
    """An inquiry to take into one's hands."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry whose customer is known now.")
class InquiryIdentifyInput:
    """An inquiry whose customer is known now."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    customer_id: strawberry.ID = inputs.plain("The customer who asked.")
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry to hand to a specialist.")
class InquiryEscalateInput:
    """An inquiry to hand to a specialist."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    specialist_id: strawberry.ID = inputs.plain("Who answers it.")
    promised_reply_at: datetime = inputs.plain("By when; told to whoever asked, and in the future.")
    note: strawberry.Maybe[str | None] = inputs.lines("What the specialist should know.", MOST)
    expected_version: int = inputs.version()


@strawberry.input(description="The answer to an inquiry.")
class InquiryAnswerInput:
    """The answer to an inquiry."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    text: str = inputs.lines("The answer, as whoever asked reads it.", MOST)
    expected_version: int = inputs.version()


@strawberry.input(description="A note for colleagues.")
class InquiryAddNoteInput:
    """A note for colleagues."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    text: str = inputs.lines("What colleagues should know; never shown to whoever asked.", MOST)
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry for the green channel.")
class InquiryHastenInput:
    """An inquiry for the green channel."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    reason: str = inputs.reason("Why: a disaster, somebody vulnerable, a medical need; for the audit.")
    expected_version: int = inputs.version()


@strawberry.input(description="What is asked further.")
class InquiryFollowUpInput:
    """What is asked further."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    text: str = inputs.lines("What is asked further.", MOST)
    expected_version: int = inputs.version()


@strawberry.input(description="An answered inquiry to end.")
class InquiryCloseInput:
    """An answered inquiry to end."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An ended inquiry to take up again.")
class InquiryReopenInput:
    """An ended inquiry to take up again."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    text: str = inputs.lines("What is asked further.", MOST)
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry that is a complaint.")
class InquiryConvertToComplaintInput:
    """An inquiry that is a complaint."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    category: ComplaintCategory = inputs.plain("What the complaint is about.")
    description: strawberry.Maybe[str | None] = inputs.lines(
        "What is complained of; the asker's own words if none is given.", 4_000
    )
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry of somebody who wants to be insured.")
class InquiryConvertToApplicationInput:
    """An inquiry of somebody who wants to be insured."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    wanted: CoverWantedInput = inputs.plain("What is applied for.")
    customer: strawberry.Maybe[PolicyholderInput | None] = inputs.plain("Whoever asked, where that is no customer yet.")
    partner_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("In whose book a new customer is entered.")
    expected_version: int = inputs.version()


@strawberry.input(description="An inquiry that is the first notice of a loss.")
class InquiryConvertToClaimInput:
    """An inquiry that is the first notice of a loss."""

    inquiry_id: strawberry.ID = inputs.plain(INQUIRY)
    policy_id: strawberry.ID = inputs.plain("The policy, of the customer who asked.")
    loss_on: date = inputs.plain("The day of the loss, not after today.")
    cause: Peril = inputs.plain("What happened.")
    place: str = inputs.text("Where it happened.", 200)
    description: str = inputs.lines("What happened, in the reporter's words.", 2_000)
    claimed: MoneyInput = inputs.plain("What is asked for, in the policy's currency.")
    expected_version: int = inputs.version()
