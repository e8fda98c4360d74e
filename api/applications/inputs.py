"""What callers say of applications."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from api import inputs
from api.policies.inputs import DeviceInput, PolicyholderInput
from domain.applications.rules import LOADINGS
from domain.applications.terms import DeclineReason, DisclosureChannel, OfferChoice
from domain.billing.rules import MOST_INSTALMENTS
from domain.customers.terms import Language
from domain.risk.terms import DeclaredUse

APPLICATION = "The application."
FLAG = "The flag."
TEXT = 2_000


@strawberry.input(description="What is applied for.")
class CoverWantedInput:
    """What is applied for."""

    product_version_id: strawberry.ID = inputs.plain("The product, which must be on sale.")
    device: DeviceInput = inputs.plain("The device.")
    declared_use: DeclaredUse = inputs.plain("What the device is used for 如实告知.")
    recommendation_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The advice after which the applicant chose this product; needed before it is handed in."
    )
    instalments: int = inputs.number("In how many parts the premium is paid.", 1, MOST_INSTALMENTS, default=1)


@strawberry.input(description="An application to take down, for a customer who is known or one who is new.")
class ApplicationDraftInput:
    """An application to take down."""

    wanted: CoverWantedInput = inputs.plain("What is applied for.")
    customer_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The applicant; customers apply for themselves.")
    customer: strawberry.Maybe[PolicyholderInput | None] = inputs.plain("An applicant who is new, instead of an id.")
    partner_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "In whose book a new applicant is entered; staff name it, partners need not."
    )


@strawberry.input(description="Something else to apply for instead.")
class ApplicationReviseInput:
    """Something else to apply for instead."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    wanted: CoverWantedInput = inputs.plain("What is applied for now, all of it.")
    expected_version: int = inputs.version()


@strawberry.input(description="An application to price.")
class ApplicationPriceInput:
    """An application to price."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    expected_version: int = inputs.version()


@strawberry.input(description="Exclusions that were shown to an applicant, who understood them.")
class ApplicationDiscloseInput:
    """Exclusions that were shown to an applicant."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    exclusions: list[str] = inputs.texts("Their codes.", 32)
    language: Language = inputs.plain("The language in which they were shown.")
    channel: DisclosureChannel = inputs.plain("How they were shown.")
    expected_version: int = inputs.version()


@strawberry.input(description="An application to hand in.")
class ApplicationSubmitInput:
    """An application to hand in."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    expected_version: int = inputs.version()


@strawberry.input(description="What an applicant is asked for, all of it at once.")
class ApplicationRequestInfoInput:
    """What an applicant is asked for."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    items: list[str] = inputs.texts("What is missing, one after another.", 200, most=20)
    expected_version: int = inputs.version()


@strawberry.input(description="What an applicant was asked for.")
class ApplicationSupplyInfoInput:
    """What an applicant was asked for."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    answer: str = inputs.lines("What is given.", 4_000)
    expected_version: int = inputs.version()


@strawberry.input(description="An application to insure as priced.")
class ApplicationAcceptInput:
    """An application to insure as priced."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Other terms for an application.")
class ApplicationCounterOfferInput:
    """Other terms for an application."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    loading_factor: Decimal = inputs.number("What the premium is multiplied by.", *map(str, LOADINGS))
    guarantee: bool = strawberry.field(
        default=False, description="Whether a guarantee is taken instead of the higher premium."
    )
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="An application to decline.")
class ApplicationDeclineInput:
    """An application to decline."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    decline_reason: DeclineReason = inputs.plain("Why, as a code.")
    text: str = inputs.lines("Why, in words that the applicant reads.", TEXT)
    expected_version: int = inputs.version()


@strawberry.input(description="Which of the offered terms are agreed to.")
class ApplicationAgreeInput:
    """Which of the offered terms are agreed to."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    choice: OfferChoice = inputs.plain("The higher premium, or a guarantee where that was offered.")
    guarantor_name: strawberry.Maybe[str | None] = inputs.text("Who answers for the premium.", 100)
    expected_version: int = inputs.version()


@strawberry.input(description="An application to take back.")
class ApplicationWithdrawInput:
    """An application to take back."""

    application_id: strawberry.ID = inputs.plain(APPLICATION)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A flag to accept although it holds.")
class UnderwritingFlagApproveInput:
    """A flag to accept although it holds."""

    flag_id: strawberry.ID = inputs.plain(FLAG)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A flag that does not hold.")
class UnderwritingFlagClearInput:
    """A flag that does not hold."""

    flag_id: strawberry.ID = inputs.plain(FLAG)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A flag that holds and is not accepted.")
class UnderwritingFlagRejectInput:
    """A flag that holds and is not accepted."""

    flag_id: strawberry.ID = inputs.plain(FLAG)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
