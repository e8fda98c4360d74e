"""What callers say of repairs."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.claims.terms import DeclineCode
from domain.repairs.estimating import MOST_OF_A_LINE
from domain.repairs.network import MOST_ORDERS
from domain.repairs.terms import LossOutcome, WorkKind

ORDER = "The repair order."
REPAIRER = "The repairer."
NAME, PLACE, CODE, SERIAL = 100, 60, 40, 40
LISTED = 200


@strawberry.input(description="What a repairer serves.")
class RepairServiceInput:
    """What a repairer serves."""

    name: str = inputs.text("The name of the shop.", NAME)
    cities: list[str] = inputs.texts("The cities it serves.", PLACE, most=LISTED)
    brands: list[str] = inputs.texts("The brands it repairs.", PLACE, most=LISTED)
    daily_capacity: int = inputs.number("How many orders it takes a day.", 1, MOST_ORDERS)


@strawberry.input(description="A repairer to take on.")
class RepairerAddInput:
    """A repairer to take on."""

    partner_id: strawberry.ID = inputs.plain("The partner whose system is the repairer's; one that repairs.")
    service: RepairServiceInput = inputs.plain("What it serves.")


@strawberry.input(description="A repairer that serves something else from now on.")
class RepairerChangeInput:
    """A repairer that serves something else from now on."""

    repairer_id: strawberry.ID = inputs.plain(REPAIRER)
    service: RepairServiceInput = inputs.plain("What it serves now, all of it.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A repairer to send no more orders to.")
class RepairerSuspendInput:
    """A repairer to send no more orders to."""

    repairer_id: strawberry.ID = inputs.plain(REPAIRER)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A repairer to send orders to again.")
class RepairerResumeInput:
    """A repairer to send orders to again."""

    repairer_id: strawberry.ID = inputs.plain(REPAIRER)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="One price of a rate card.")
class RepairRateInput:
    """One price of a rate card."""

    kind: WorkKind = inputs.plain("Labour or a part.")
    code: str = inputs.text("The code of the labour or the part.", CODE)
    description: str = inputs.text("What it is.", 200)
    price: MoneyInput = inputs.plain("What one of it costs.")


@strawberry.input(description="Prices of a repairer from a day on.")
class RateCardSetInput:
    """Prices of a repairer from a day on."""

    repairer_id: strawberry.ID = inputs.plain(REPAIRER)
    valid_from: date = inputs.plain("The first day, not before today.")
    rates: list[RepairRateInput] = inputs.many("The prices, each code once.", "kind", "code")
    reason: str = inputs.reason()


@strawberry.input(description="A repair order to make.")
class RepairOrderCreateInput:
    """A repair order to make."""

    claim_id: strawberry.ID = inputs.plain("The claim, which is taken up or being assessed.")
    city: str = inputs.text("In which city the device is to be repaired.", PLACE)
    instructions: strawberry.Maybe[str | None] = inputs.lines("What the repairer should know.", 2_000)


@strawberry.input(description="A repair order to offer to a repairer.")
class RepairOrderDispatchInput:
    """A repair order to offer to a repairer."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    repairer_id: strawberry.ID = inputs.plain(REPAIRER)
    expected_version: int = inputs.version()


@strawberry.input(description="A repair order to take.")
class RepairOrderAcceptInput:
    """A repair order to take."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    expected_version: int = inputs.version()


@strawberry.input(description="A repair order whose customer is to be reached.")
class RepairOrderRevealContactInput:
    """A repair order whose customer is to be reached."""

    order_id: strawberry.ID = inputs.plain("The repair order.")


@strawberry.input(description="A repair order not to take.")
class RepairOrderRefuseInput:
    """A repair order not to take."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    reason: str = inputs.reason("Why; the insurer reads it.")
    expected_version: int = inputs.version()


@strawberry.input(description="A device that came in.")
class RepairOrderReceiveDeviceInput:
    """A device that came in."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    serial_number: str = inputs.text("The serial number that stands on the device.", SERIAL)
    expected_version: int = inputs.version()


@strawberry.input(description="What is broken.")
class RepairOrderDiagnoseInput:
    """What is broken."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    diagnosis: str = inputs.lines("What was found.", 2_000)
    expected_version: int = inputs.version()


@strawberry.input(description="One line of an estimate.")
class EstimateLineInput:
    """One line of an estimate."""

    kind: WorkKind = inputs.plain("Labour or a part.")
    code: strawberry.Maybe[str | None] = inputs.text("Its code on the rate card.", CODE)
    description: str = inputs.text("What it is for.", 190)
    quantity: int = inputs.number("How many of it.", 1, MOST_OF_A_LINE, default=1)
    price: MoneyInput = inputs.plain("What one of it costs, in the order's currency.")
    exclusion: strawberry.Maybe[DeclineCode | None] = inputs.plain("Why it is not covered; covered if none is given.")
    off_card_reason: strawberry.Maybe[str | None] = inputs.text("Why it does not follow the rate card.", 500)


@strawberry.input(description="The whole estimate; it replaces the one before.")
class RepairOrderSubmitEstimateInput:
    """The whole estimate."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    lines: list[EstimateLineInput] = inputs.many("The lines, in their order.")
    expected_version: int = inputs.version()


@strawberry.input(description="An estimate to approve.")
class RepairOrderApproveEstimateInput:
    """An estimate to approve."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    expected_version: int = inputs.version()


@strawberry.input(description="An estimate to send back.")
class RepairOrderRejectEstimateInput:
    """An estimate to send back."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    reason: str = inputs.reason("Why; the repairer reads it.")
    expected_version: int = inputs.version()


@strawberry.input(description="An invoice of a repairer who had a part in a fraud.")
class RepairOrderRefusePaymentInput:
    """An invoice not to pay."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    reason: str = inputs.reason("Why; the repairer reads it.")
    expected_version: int = inputs.version()


@strawberry.input(description="A device that is beyond repair.")
class RepairOrderDeclareBeyondRepairInput:
    """A device that is beyond repair."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    has_parts: bool = inputs.plain("Whether there are parts for it.")
    repair_cost: strawberry.Maybe[MoneyInput | None] = inputs.plain(
        "What the repair would cost; an estimate that was submitted goes before it."
    )
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="What becomes of a device that is beyond repair.")
class RepairOrderChooseOutcomeInput:
    """What becomes of a device that is beyond repair."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    outcome: LossOutcome = inputs.plain("Another device, or money.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="The device that replaces the insured one.")
class RepairOrderRecordReplacementInput:
    """The device that replaces the insured one."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    serial_number: str = inputs.text("Its serial number.", SERIAL)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A repair to begin.")
class RepairOrderStartRepairInput:
    """A repair to begin."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    expected_version: int = inputs.version()


@strawberry.input(description="A part that was replaced.")
class ReplacedPartInput:
    """A part that was replaced."""

    position: int = inputs.number("Its place in the estimate.", 1, inputs.MAX_LISTED)
    old_serial_number: str = inputs.text("The serial number of the part that was taken out.", SERIAL)
    new_serial_number: str = inputs.text("The serial number of the part that was put in.", SERIAL)


@strawberry.input(description="A repair that is done.")
class RepairOrderCompleteInput:
    """A repair that is done."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    parts: list[ReplacedPartInput] = inputs.many("The parts that have serial numbers, each once.", "position")
    expected_version: int = inputs.version()


@strawberry.input(description="A device that the customer has again.")
class RepairOrderReturnDeviceInput:
    """A device that the customer has again."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    expected_version: int = inputs.version()


@strawberry.input(description="The invoice of a repairer.")
class RepairOrderInvoiceInput:
    """The invoice of a repairer."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    invoice_number: str = inputs.text("The number of the invoice.", 40)
    amount: MoneyInput = inputs.plain("What is invoiced, no more than was approved.")
    expected_version: int = inputs.version()


@strawberry.input(description="A repair order to cancel.")
class RepairOrderCancelInput:
    """A repair order to cancel."""

    order_id: strawberry.ID = inputs.plain(ORDER)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
