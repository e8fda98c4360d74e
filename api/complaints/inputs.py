"""What callers say of complaints."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.complaints.terms import ComplaintCategory, ComplaintChannel, ComplaintResult

COMPLAINT = "The complaint."


@strawberry.input(description="A complaint to take down.")
class ComplaintReceiveInput:
    """A complaint to take down."""

    customer_id: strawberry.ID = inputs.plain("The customer who complains.")
    channel: ComplaintChannel = inputs.plain("How it came in.")
    category: ComplaintCategory = inputs.plain("What it is about.")
    description: str = inputs.lines("What is complained of.", 4_000)
    subject_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The claim, policy or member of staff that it is about; the service as a whole if none is given."
    )


@strawberry.input(description="A complaint to take up.")
class ComplaintAcceptInput:
    """A complaint to take up."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    expected_version: int = inputs.version()


@strawberry.input(description="A complaint not to take up.")
class ComplaintRefuseInput:
    """A complaint not to take up."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason("Why; told to the complainant.")
    expected_version: int = inputs.version()


@strawberry.input(description="A complaint to give to somebody.")
class ComplaintAssignInput:
    """A complaint to give to somebody."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    assignee_id: strawberry.ID = inputs.plain("A member of staff who has no interest in it.")
    expected_version: int = inputs.version()


@strawberry.input(description="The findings, and the reply as it should go out.")
class ComplaintDraftReplyInput:
    """The findings and the reply."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    result: ComplaintResult = inputs.plain("What came out of it.")
    text: str = inputs.lines("The reply.", 8_000)
    root_cause: strawberry.Maybe[str | None] = inputs.lines("Why it came to this; needed when it is upheld.", 2_000)
    expected_version: int = inputs.version()


@strawberry.input(description="A draft to send back.")
class ComplaintReturnReplyInput:
    """A draft to send back."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A draft to let go out.")
class ComplaintApproveReplyInput:
    """A draft to let go out."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    expected_version: int = inputs.version()


@strawberry.input(description="A complaint whose reply needs more time.")
class ComplaintExtendInput:
    """A complaint whose reply needs more time."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason("Why; told to the complainant.")
    expected_version: int = inputs.version()


@strawberry.input(description="A reply to be reviewed.")
class ComplaintRequestReviewInput:
    """A reply to be reviewed."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason("Why the reply does not do.")
    expected_version: int = inputs.version()


@strawberry.input(description="What a review found.")
class ComplaintCompleteReviewInput:
    """What a review found."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    finding: str = inputs.lines("What it found.", 4_000)
    expected_version: int = inputs.version()


@strawberry.input(description="A complaint to end.")
class ComplaintCloseInput:
    """A complaint to end."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A complaint to take back.")
class ComplaintWithdrawInput:
    """A complaint to take back."""

    complaint_id: strawberry.ID = inputs.plain(COMPLAINT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
