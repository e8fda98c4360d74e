"""What callers say of claims."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.claims.terms import DeclineCode, DocumentKind, Emergency, ReopenReason
from domain.evidence.rules import MAX_BYTES, MAX_NAME
from domain.evidence.terms import FileType
from domain.products.terms import Peril

CLAIM = "The claim."
DOCUMENT = "The paper."
NOTICE = "The first notice."
ADVANCE = "The advance."
CLEARANCE = "The compliance review."
ADVANCED = "The amount, in the claim's currency."
OF_CLAIM = "The row's version, which is the claim's, that the change was decided on; another one is a conflict."


@strawberry.input(description="A loss to report.")
class ClaimReportInput:
    """A loss to report."""

    policy_id: strawberry.ID = inputs.plain("The policy.")
    loss_on: date = inputs.plain("The day of the loss, not after today.")
    cause: Peril = inputs.plain("What happened.")
    place: str = inputs.text("Where it happened.", 200)
    description: str = inputs.lines("What happened, in the reporter's words.", 2_000)
    claimed: MoneyInput = inputs.plain("What is asked for, in the policy's currency.")


@strawberry.input(description="Parts of a first notice; what is left out stays as it is.")
class FirstNoticePartsInput:
    """Parts of a first notice."""

    loss_on: strawberry.Maybe[date | None] = inputs.plain("The day of the loss, not after today.")
    cause: strawberry.Maybe[Peril | None] = inputs.plain("What happened.")
    place: strawberry.Maybe[str | None] = inputs.text("Where it happened.", 200)
    description: strawberry.Maybe[str | None] = inputs.lines("What happened, in the reporter's words.", 2_000)
    claimed: strawberry.Maybe[MoneyInput | None] = inputs.plain("What is asked for, in the policy's currency.")
    emergency: strawberry.Maybe[Emergency | None] = inputs.plain("Why it takes the green channel, if it does.")


@strawberry.input(description="A first notice to begin: of a policy, or of the device with a serial number.")
class FirstNoticeBeginInput:
    """A first notice to begin."""

    policy_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The policy.")
    serial_number: strawberry.Maybe[str | None] = inputs.text("The device's serial number, as it stands on it.", 40)
    parts: strawberry.Maybe[FirstNoticePartsInput | None] = inputs.plain("What is known already.")


@strawberry.input(description="A first notice to go on with.")
class FirstNoticeUpdateInput:
    """A first notice to go on with."""

    first_notice_id: strawberry.ID = inputs.plain(NOTICE)
    parts: FirstNoticePartsInput = inputs.plain("What is filled in.")
    expected_version: int = inputs.version()


@strawberry.input(description="A first notice to submit.")
class FirstNoticeSubmitInput:
    """A first notice to submit."""

    first_notice_id: strawberry.ID = inputs.plain(NOTICE)
    parts: strawberry.Maybe[FirstNoticePartsInput | None] = inputs.plain("The last parts, if any.")
    expected_version: int = inputs.version()


@strawberry.input(description="A first notice to give up.")
class FirstNoticeAbandonInput:
    """A first notice to give up."""

    first_notice_id: strawberry.ID = inputs.plain(NOTICE)
    expected_version: int = inputs.version()


@strawberry.input(description="A reported loss to take up.")
class ClaimRegisterInput:
    """A reported loss to take up."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reserve: strawberry.Maybe[MoneyInput | None] = inputs.plain("The case reserve; what was claimed if none is given.")
    expected_version: int = inputs.version()


@strawberry.input(description="A reported loss not to take up.")
class ClaimRefuseRegistrationInput:
    """A reported loss not to take up."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason("Why; told to the customer.")
    expected_version: int = inputs.version()


@strawberry.input(description="A claim to give to a handler.")
class ClaimAssignInput:
    """A claim to give to a handler."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    handler_id: strawberry.ID = inputs.plain("A member of staff who handles claims.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="One paper to ask for.")
class WantedDocumentInput:
    """One paper to ask for."""

    kind: DocumentKind = inputs.plain("What it is.")
    note: strawberry.Maybe[str | None] = inputs.lines("What it must show.", 500)


@strawberry.input(description="Everything that is missing, in one notice.")
class ClaimRequestDocumentsInput:
    """Everything that is missing."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    documents: list[WantedDocumentInput] = inputs.many("All missing papers, each kind once.", "kind")
    reason: strawberry.Maybe[str | None] = inputs.reason("Why there is a second notice; a manager must give it.")
    expected_version: int = inputs.version()


@strawberry.input(description="Papers that came in.")
class ClaimReceiveDocumentsInput:
    """Papers that came in."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    documents: list[DocumentKind] = inputs.many("The papers, of those that were asked for.")
    expected_version: int = inputs.version()


@strawberry.input(description="A file that is to be handed in.")
class ClaimPaperTicketInput:
    """A file that is to be handed in."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    kind: DocumentKind = inputs.plain("What it shows.")
    file_name: str = inputs.text("Its name, without a folder.", MAX_NAME)
    file_type: FileType = inputs.plain("Its type, which its name and its content must be of.")
    size: int = inputs.number("Its size in bytes, exactly.", 1, MAX_BYTES)


@strawberry.input(description="A paper that does.")
class ClaimAcceptDocumentInput:
    """A paper that does."""

    claim_document_id: strawberry.ID = inputs.plain(DOCUMENT)
    expected_version: int = inputs.plain(OF_CLAIM)


@strawberry.input(description="A paper that does not do.")
class ClaimRejectDocumentInput:
    """A paper that does not do."""

    claim_document_id: strawberry.ID = inputs.plain(DOCUMENT)
    reason: str = inputs.reason("Why; told to the customer.")
    expected_version: int = inputs.plain(OF_CLAIM)


@strawberry.input(description="A paper to go on without.")
class ClaimWaiveDocumentInput:
    """A paper to go on without."""

    claim_document_id: strawberry.ID = inputs.plain(DOCUMENT)
    reason: str = inputs.reason()
    expected_version: int = inputs.plain(OF_CLAIM)


@strawberry.input(description="A claim to begin to assess.")
class ClaimStartAssessmentInput:
    """A claim to begin to assess."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: strawberry.Maybe[str | None] = inputs.reason("Why papers that did not come are done without.")
    expected_version: int = inputs.version()


@strawberry.input(description="One line of the bill.")
class AssessedLineInput:
    """One line of the bill."""

    description: str = inputs.text("What it is for.", 200)
    bill: MoneyInput = inputs.plain("What it costs, in the claim's currency.")
    exclusion: strawberry.Maybe[DeclineCode | None] = inputs.plain("Why it is not covered; covered if none is given.")


@strawberry.input(description="The whole bill; it replaces what was set before.")
class ClaimSetLinesInput:
    """The whole bill."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    lines: list[AssessedLineInput] = inputs.many("The lines, in their order.")
    expected_version: int = inputs.version()


@strawberry.input(description="What a third party has to do with a loss.")
class ClaimRecordThirdPartyInput:
    """What a third party has to do with a loss."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    paid: MoneyInput = inputs.plain("What it has paid the customer for the loss; the loss is less by it (Art. 60).")
    waived: MoneyInput = inputs.plain(
        "What the customer gave up against it before the payment; for that the insurer does not pay (Art. 61)."
    )
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An assessed claim to put up for decision.")
class ClaimProposeInput:
    """An assessed claim to put up for decision."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A proposal to take back.")
class ClaimReturnToAssessmentInput:
    """A proposal to take back."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A first manager's word for an amount above what one manager may decide.")
class ClaimSecondInput:
    """A first manager's word."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    amount: MoneyInput = inputs.plain("The amount, in the claim's currency.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A claim to grant.")
class ClaimApproveInput:
    """A claim to grant."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    amount: strawberry.Maybe[MoneyInput | None] = inputs.plain("The amount; all the contract pays if none is given.")
    reason: strawberry.Maybe[str | None] = inputs.reason("Why less than the contract pays is granted.")
    expected_version: int = inputs.version()


@strawberry.input(description="A claim to decline.")
class ClaimDeclineInput:
    """A claim to decline."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    code: DeclineCode = inputs.plain("The coded reason.")
    clause: str = inputs.text("The clause of the contract.", 200)
    reason: str = inputs.reason("Why, in a text; told to the customer.")
    expected_version: int = inputs.version()


@strawberry.input(description="A granted claim that risk found false since.")
class ClaimRescindInput:
    """A granted claim to decline for fraud."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    clause: str = inputs.text("The clause of the contract.", 200)
    reason: str = inputs.reason("Why, in a text; told to the customer.")
    expected_version: int = inputs.version()


@strawberry.input(description="The customer's agreement to the approved amount.")
class ClaimAgreeInput:
    """The customer's agreement."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    expected_version: int = inputs.version()


@strawberry.input(description="An answered claim to close.")
class ClaimCloseInput:
    """An answered claim to close."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A closed claim to take up again.")
class ClaimReopenInput:
    """A closed claim to take up again."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    code: ReopenReason = inputs.plain("The coded reason.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A claim for risk to look at.")
class ClaimReferInput:
    """A claim for risk to look at."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A suspicion that risk found nothing in.")
class ReferralClearInput:
    """A suspicion that risk found nothing in."""

    referral_id: strawberry.ID = inputs.plain("The referral.")
    judgement: str = inputs.reason("What was found.")
    expected_version: int = inputs.version()


@strawberry.input(description="A suspicion that risk found right.")
class ReferralConfirmInput:
    """A suspicion that risk found right."""

    referral_id: strawberry.ID = inputs.plain("The referral.")
    judgement: str = inputs.reason("What was found.")
    expected_version: int = inputs.version()


@strawberry.input(description="A claim to take back before it is decided.")
class ClaimWithdrawInput:
    """A claim to take back."""

    claim_id: strawberry.ID = inputs.plain(CLAIM)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A first manager's word for an advance above what one manager may decide.")
class AdvanceSecondInput:
    """A first manager's word for an advance."""

    advance_id: strawberry.ID = inputs.plain(ADVANCE)
    amount: MoneyInput = inputs.plain(ADVANCED)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An advance to grant.")
class AdvanceApproveInput:
    """An advance to grant."""

    advance_id: strawberry.ID = inputs.plain(ADVANCE)
    amount: MoneyInput = inputs.plain(ADVANCED)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An advance to refuse.")
class AdvanceRefuseInput:
    """An advance to refuse."""

    advance_id: strawberry.ID = inputs.plain(ADVANCE)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An advance whose payment came back.")
class AdvanceTakeBackInput:
    """An advance whose payment came back."""

    advance_id: strawberry.ID = inputs.plain(ADVANCE)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A major claim that compliance clears.")
class ClearanceGiveInput:
    """A major claim that compliance clears."""

    clearance_id: strawberry.ID = inputs.plain(CLEARANCE)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A major claim that compliance returns.")
class ClearanceReturnInput:
    """A major claim that compliance returns."""

    clearance_id: strawberry.ID = inputs.plain(CLEARANCE)
    reason: str = inputs.reason("What was found.")
    expected_version: int = inputs.version()
