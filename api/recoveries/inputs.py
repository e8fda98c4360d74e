"""What callers say of recoveries."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from api.scalars import MoneyInput

SALVAGE = "The salvage."
SUBROGATION = "The demand."
RECEIPT = "The receipt."
REFERENCE = "The bank's word for the money; it stands once."
NAME, SERIAL, GROUND, WORD = 200, 40, 500, 64


@strawberry.input(description="Salvage that passes to the insurer.")
class SalvageExpectInput:
    """Salvage that passes to the insurer."""

    claim_id: strawberry.ID = inputs.plain("The claim; it was paid.")
    description: str = inputs.text("The device or the part.", NAME)
    serial_number: strawberry.Maybe[str | None] = inputs.text("Its serial number, if it has one.", SERIAL)


@strawberry.input(description="Salvage that came in.")
class SalvageReceiveInput:
    """Salvage that came in."""

    salvage_id: strawberry.ID = inputs.plain(SALVAGE)
    expected_version: int = inputs.version()


@strawberry.input(description="Salvage that was sold.")
class SalvageSellInput:
    """Salvage that was sold."""

    salvage_id: strawberry.ID = inputs.plain(SALVAGE)
    proceeds: MoneyInput = inputs.plain("What it was sold for in all; the insurer's part of it is taken in.")
    reference: str = inputs.text(REFERENCE, WORD)
    received_on: date = inputs.plain("On which day the money came in, not after today.")
    expected_version: int = inputs.version()


@strawberry.input(description="Salvage that is worth nothing.")
class SalvageScrapInput:
    """Salvage that is worth nothing."""

    salvage_id: strawberry.ID = inputs.plain(SALVAGE)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Salvage to leave to the customer.")
class SalvageLeaveInput:
    """Salvage to leave to the customer."""

    salvage_id: strawberry.ID = inputs.plain(SALVAGE)
    reason: str = inputs.reason("Why; the customer reads it.")
    expected_version: int = inputs.version()


@strawberry.input(description="A demand against a third party.")
class SubrogationOpenInput:
    """A demand against a third party."""

    claim_id: strawberry.ID = inputs.plain("The claim; it was paid.")
    party: str = inputs.text("The name of the third party; it is sealed.", NAME)
    ground: str = inputs.lines("Why the third party has to answer for the loss, without its name.", GROUND)
    demand: MoneyInput = inputs.plain("What is asked for, at most what was paid and did not come back yet.")


@strawberry.input(description="A demand that was sent.")
class SubrogationDemandInput:
    """A demand that was sent."""

    subrogation_id: strawberry.ID = inputs.plain(SUBROGATION)
    expected_version: int = inputs.version()


@strawberry.input(description="Money of a third party.")
class SubrogationRecordReceiptInput:
    """Money of a third party."""

    subrogation_id: strawberry.ID = inputs.plain(SUBROGATION)
    amount: MoneyInput = inputs.plain("What came in, all of it or a part.")
    reference: str = inputs.text(REFERENCE, WORD)
    received_on: date = inputs.plain("On which day the money came in, not after today.")
    expected_version: int = inputs.version()


@strawberry.input(description="A demand of which nothing more is expected.")
class SubrogationCloseInput:
    """A demand of which nothing more is expected."""

    subrogation_id: strawberry.ID = inputs.plain(SUBROGATION)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A demand to give up.")
class SubrogationWaiveInput:
    """A demand to give up."""

    subrogation_id: strawberry.ID = inputs.plain(SUBROGATION)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="The name of a third party to show.")
class SubrogationRevealInput:
    """The name of a third party to show."""

    subrogation_id: strawberry.ID = inputs.plain(SUBROGATION)
    reason: str = inputs.reason()


@strawberry.input(description="Money that is at the bank.")
class RecoveryReceiptConfirmInput:
    """Money that is at the bank."""

    receipt_id: strawberry.ID = inputs.plain(RECEIPT)
    expected_version: int = inputs.version()


@strawberry.input(description="Money that is not at the bank.")
class RecoveryReceiptRefuseInput:
    """Money that is not at the bank."""

    receipt_id: strawberry.ID = inputs.plain(RECEIPT)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
