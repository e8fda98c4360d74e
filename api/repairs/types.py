"""What repairs show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.claims.types import Claim
from api.customers.types import Customer
from api.enums import described
from api.lists import RATE_CARD_ORDER, REPAIR_ORDER_ORDER, REPAIR_ORDER_WHERE
from api.node import Node
from api.paging import Connection
from api.partners.types import Partner
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.claims.terms import DeclineCode
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.products.terms import DeviceCategory
from domain.repairs.reading import ESTIMATE_LINE, INSIDERS, RATE_CARD_LINE, REPAIR_ORDER, REPAIRER
from domain.repairs.terms import LossGround, LossOutcome, LossProposal, RepairAction, RepairState, WorkKind

if TYPE_CHECKING:
    from api.notifications.types import Notification
    from api.payouts.types import Payout

for _kind in (DeclineCode, DeviceCategory, LossGround, LossOutcome, LossProposal, RepairAction, RepairState):
    described(_kind)
described(WorkKind, "RepairWorkKind")
WORKERS = (Role.REPAIRER, *INSIDERS)
"""Who settles accounts with a repairer."""


@strawberry.type(description="The device that is repaired.")
class RepairedDevice:
    """The device that is repaired."""

    category: DeviceCategory = fields.bound("Its kind.")
    brand: str = fields.bound("Its brand.")
    model: str = fields.bound("Its model.")
    serial_number: str = fields.bound(
        "Its serial number; for the repairer its last four characters once the order is over."
    )
    replacement_serial_number: str | None = fields.bound("That of the device that replaced it, shown alike.")


@fields.entity_type(REPAIRER)
class Repairer(Node):
    """A repair shop 维修网点, whose system is a partner's."""

    name: str = fields.bound("The name of the shop.")
    cities: list[str] = fields.bound("The cities it serves.")
    brands: list[str] = fields.bound("The brands it repairs.")
    daily_capacity: int = fields.bound("How many orders it takes a day.")
    active: bool = fields.bound("Whether it is sent orders.")
    completed_orders: int = fields.bound("How many devices it has repaired or replaced, and returned.")
    average_turnaround_days: Decimal | None = fields.bound(
        "Days from the receipt of a device to its return, on average; null before the first."
    )
    repeat_repairs: int = fields.bound("How many of its repairs came back within 30 days of the return.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    partner: Partner | None = fields.bound("The partner whose system is the repairer's.")
    rate_card: Connection[Annotated[RateCardLine, strawberry.lazy("api.repairs.types")]] = fields.connection(
        "Its prices, those of former and of later days too; not for customer service.", order=RATE_CARD_ORDER
    )
    orders: Connection[Annotated[RepairOrder, strawberry.lazy("api.repairs.types")]] = fields.connection(
        "The orders that it was sent.", order=REPAIR_ORDER_ORDER, where=REPAIR_ORDER_WHERE
    )


@fields.entity_type(RATE_CARD_LINE)
class RateCardLine(Node):
    """One price of a repairer 价目表, from a day on; the one that began last counts."""

    kind: WorkKind = fields.bound("Labour or a part.")
    code: str = fields.bound("The code of the labour or the part.")
    description: str = fields.bound("What it is.")
    currency: Currency = fields.bound("The currency of its price.")
    price: MoneyType = fields.bound("What one of it costs at most.")
    valid_from: date = fields.bound("The first day on which it counts.")
    created_at: datetime = fields.bound("When it was set.")
    setter: Staff | None = fields.bound("Who set it; for staff.")
    repairer: Repairer | None = fields.bound("The repairer.")


@fields.entity_type(REPAIR_ORDER)
class RepairOrder(Node):
    """One repair 维修工单 of the insured device for one claim."""

    order_number: str = fields.bound("The number for people, as on letters.")
    state: RepairState = fields.bound("Where it stands.")
    available_actions: list[RepairAction] = fields.bound("What you may do with it in its state.")
    device: RepairedDevice = fields.group("The device.")
    city: str = fields.bound("In which city it is to be repaired.")
    instructions: str | None = fields.bound("What the repairer should know.")
    contact_name: str | None = fields.bound(
        "Whom to reach, for the repairer while the order is live.", roles=(Role.REPAIRER,)
    )
    contact_phone: str | None = fields.bound(
        "The phone number as a mask, for the repairer while the order is live; `repairOrderRevealContact` shows it.",
        roles=(Role.REPAIRER,),
    )
    repairer_name: str | None = fields.bound("The name of the shop that has it.")
    is_repeat: bool = fields.bound("Whether the same device was repaired shortly before: 30 days by default.")
    in_parts_warranty: bool = fields.bound("Whether parts of the repair before were warranted when it was made.")
    parts_warranty_until: date | None = fields.bound("Until which day the replaced parts are warranted, inclusive.")
    turnaround_days: int | None = fields.bound("Whole days from the receipt of the device to its return.")
    diagnosis: str | None = fields.bound("What is broken.")
    currency: Currency = fields.bound("The currency of its amounts.")
    estimate: MoneyType | None = fields.bound("What the estimate comes to.")
    covered: MoneyType | None = fields.bound("What of it the contract covers, before deductible and limits.")
    approved: MoneyType | None = fields.bound("What was approved, for the repair or for another device.")
    invoiced: MoneyType | None = fields.bound("What the repairer has invoiced.", roles=WORKERS)
    invoice_number: str | None = fields.bound("The number of that invoice.", roles=WORKERS)
    payable: MoneyType | None = fields.bound(
        "What the insurer pays of it to the repairer: as promised with the approval, and as due once it is invoiced."
    )
    actual_value: MoneyType | None = fields.bound("What the device was worth in the total-loss test 实际价值.")
    replacement_rate: Decimal | None = fields.bound("Above which share of it, 0 to 1, it is not repaired.")
    proposal: LossProposal | None = fields.bound("What the total-loss test proposes.")
    grounds: list[LossGround] = fields.bound("Why; empty without a test.")
    outcome: LossOutcome | None = fields.bound("What was chosen, whatever was proposed.")
    outcome_reason: str | None = fields.bound("Why it was chosen.", roles=INSIDERS)
    refusal_reason: str | None = fields.bound("Why the repairer did not take it.", roles=WORKERS)
    rejection_reason: str | None = fields.bound(
        "Why the latest estimate was sent back, or the invoice is not paid.", roles=WORKERS
    )
    created_at: datetime = fields.bound("When it was made.")
    dispatched_at: datetime | None = fields.bound("When it was offered to the repairer.")
    accepted_at: datetime | None = fields.bound("When the repairer took it.")
    received_at: datetime | None = fields.bound("When the repairer received the device.")
    estimated_at: datetime | None = fields.bound("When the latest estimate was handed in.")
    approved_at: datetime | None = fields.bound("When that was approved.")
    completed_at: datetime | None = fields.bound("When the device was repaired or replaced.")
    returned_at: datetime | None = fields.bound("When the customer had it.")
    closed_at: datetime | None = fields.bound("When nothing was left to do for the device.")
    settled_at: datetime | None = fields.bound("When the repairer had its money.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    claim: Claim | None = fields.bound("The claim; not for the repairer.")
    customer: Customer | None = fields.bound("The policyholder; not for the repairer.")
    partner: Partner | None = fields.bound("The partner that sold the policy.")
    repairer: Repairer | None = fields.bound("The repairer; for staff and itself.")
    approver: Staff | None = fields.bound("Who approved the estimate, or chose the outcome; for staff.")
    repeat_of: Annotated[RepairOrder, strawberry.lazy("api.repairs.types")] | None = fields.bound(
        "The repair shortly before, if it is in sight."
    )
    repeats: list[Annotated[RepairOrder, strawberry.lazy("api.repairs.types")]] = fields.bound(
        "Repairs of the same device shortly after."
    )
    lines: list[Annotated[EstimateLine, strawberry.lazy("api.repairs.types")]] = fields.bound(
        "The lines of the latest estimate."
    )
    payouts: list[Annotated[Payout, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "What is paid to the repairer for it; for whoever sees payouts."
    )
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )


@fields.entity_type(ESTIMATE_LINE)
class EstimateLine(Node):
    """One line of an estimate 报价明细."""

    position: int = fields.bound("Its place in the estimate, from 1.")
    kind: WorkKind = fields.bound("Labour or a part.")
    code: str | None = fields.bound("Its code on the rate card.")
    description: str = fields.bound("What it is for.")
    quantity: int = fields.bound("How many of it.")
    currency: Currency = fields.bound("The currency of its amounts.")
    price: MoneyType = fields.bound("What one of it costs.")
    bill: MoneyType = fields.bound("What the line comes to.")
    card_price: MoneyType | None = fields.bound("What the rate card said on that day.", roles=WORKERS)
    off_card_reason: str | None = fields.bound(
        "Why it does not follow the rate card.", roles=WORKERS
    )
    covered: bool = fields.bound("Whether the contract covers it.")
    exclusion: DeclineCode | None = fields.bound("Why it is not covered.")
    old_serial_number: str | None = fields.bound("The serial number of the part that was taken out.")
    new_serial_number: str | None = fields.bound("The serial number of the part that was put in.")
    order: RepairOrder | None = fields.bound("The repair order.")
