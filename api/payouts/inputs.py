"""What callers say of payouts."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.payouts.statements import MAX_BYTES
from domain.payouts.terms import HoldReason

PAYOUT = "The payout."


@strawberry.input(description="A payout to put up for approval.")
class PayoutMakeReadyInput:
    """A payout to put up for approval."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: strawberry.Maybe[str | None] = inputs.reason("A remark for the audit.")
    expected_version: int = inputs.version()


@strawberry.input(description="A payout to approve.")
class PayoutApproveInput:
    """A payout to approve."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: strawberry.Maybe[str | None] = inputs.reason("A remark for the audit.")
    expected_version: int = inputs.version()


@strawberry.input(description="A payout to send back to its maker.")
class PayoutRejectInput:
    """A payout to send back to its maker."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: str = inputs.reason("Why; shown to its maker.")
    expected_version: int = inputs.version()


@strawberry.input(description="A released payout to keep back.")
class PayoutHoldInput:
    """A released payout to keep back."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    hold_reason: HoldReason = inputs.plain("Why: FRAUD, SANCTION or OTHER; the rest is the system's to say.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A payout to let go on.")
class PayoutReleaseInput:
    """A payout to let go on."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A failed payout to try again.")
class PayoutRetryInput:
    """A failed payout to try again."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A payment that came back.")
class PayoutReverseInput:
    """A payment that came back."""

    payout_id: strawberry.ID = inputs.plain(PAYOUT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Payouts to put into one payment file.")
class PaymentFileMakeInput:
    """Payouts to put into one payment file."""

    payout_ids: strawberry.Maybe[list[strawberry.ID] | None] = inputs.many(
        "The payouts, each approved; without them all that are approved and in no worker's hands, 200 at most."
    )


@strawberry.input(description="A bank statement that is to be sent.")
class BankStatementTicketInput:
    """A bank statement that is to be sent."""

    sha256: str = inputs.text("The SHA-256 of the file, in hex: no other file is let in.", 64)
    size: int = inputs.number("The size of the file, in bytes.", 1, MAX_BYTES)


@strawberry.input(description="Who is to explain a difference.")
class PayoutExceptionAssignInput:
    """Who is to explain a difference."""

    exception_id: strawberry.ID = inputs.plain("The difference.")
    owner_id: strawberry.ID = inputs.plain("Who of finance explains it.")
    expected_version: int = inputs.version()


@strawberry.input(description="A difference that is explained.")
class PayoutExceptionCloseInput:
    """A difference that is explained."""

    exception_id: strawberry.ID = inputs.plain("The difference.")
    explanation: str = inputs.reason("What it was, for whoever looks at it later.")
    expected_version: int = inputs.version()
