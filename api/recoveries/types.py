"""What recoveries show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from api.claims.types import Claim
from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.payouts.types import Payout
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.kernel.money import Currency
from domain.recoveries.reading import RECOVERY_RECEIPT, SALVAGE, SUBROGATION
from domain.recoveries.terms import (
    ReceiptAction,
    ReceiptState,
    SalvageAction,
    SalvageState,
    SubrogationAction,
    SubrogationState,
)

for _kind in (SalvageAction, SalvageState, SubrogationAction, SubrogationState):
    described(_kind)
described(ReceiptAction, "RecoveryReceiptAction")
described(ReceiptState, "RecoveryReceiptState")


@fields.entity_type(SALVAGE)
class Salvage(Node):
    """The old device, or a part of it, of one paid claim 残值; for the customer what was left to him or her."""

    state: SalvageState = fields.bound("Where it stands.")
    available_actions: list[SalvageAction] = fields.bound(
        "What you may do with it in its state; a sale is undone by refusing its receipt."
    )
    description: str = fields.bound("The device or the part.")
    serial_number: str | None = fields.bound(
        "Its serial number; for finance and customer service the last four characters."
    )
    share_rate: Decimal = fields.bound("The insurer's share in it, 0 to 1: less where its device was under-insured.")
    currency: Currency = fields.bound("The currency of its amounts.")
    proceeds: MoneyType | None = fields.bound("What it was sold for.")
    insurer_part: MoneyType | None = fields.bound("What of that is the insurer's.")
    customer_part: MoneyType | None = fields.bound(
        "The rest, which is the customer's: paid out once finance has confirmed the money."
    )
    reason: str | None = fields.bound("Why it was scrapped or left to the customer.")
    created_at: datetime = fields.bound("When it was written down.")
    received_at: datetime | None = fields.bound("When the insurer had it.")
    ended_at: datetime | None = fields.bound("When it was sold, scrapped or left to the customer.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    claim: Claim | None = fields.bound("The claim.")
    customer: Customer | None = fields.bound("The policyholder.")
    recorder: Staff | None = fields.bound("Who wrote it down; for staff.")
    receipts: list[Annotated[RecoveryReceipt, strawberry.lazy("api.recoveries.types")]] = fields.bound(
        "The money of its sale; for staff."
    )
    payouts: list[Payout] = fields.bound("The payment of the customer's part.")


@fields.entity_type(SUBROGATION)
class Subrogation(Node):
    """A demand in the insurer's name against a third party 代位求偿, for one paid claim."""

    state: SubrogationState = fields.bound("Where it stands.")
    available_actions: list[SubrogationAction] = fields.bound(
        "What you may do with it in its state; its money is confirmed by its receipts."
    )
    party_mask: str = fields.bound("The first character of the third party's name.")
    ground: str = fields.bound("Why the third party has to answer for the loss.")
    currency: Currency = fields.bound("The currency of its amounts.")
    demand: MoneyType = fields.bound("What is asked for.")
    recovered: MoneyType = fields.bound("What finance confirmed of it.")
    reason: str | None = fields.bound("Why it ended.")
    created_at: datetime = fields.bound("When it was opened.")
    demanded_at: datetime | None = fields.bound("When the third party was asked to pay.")
    ended_at: datetime | None = fields.bound("When it ended.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    claim: Claim | None = fields.bound("The claim.")
    opener: Staff | None = fields.bound("Who opened it.")
    receipts: list[Annotated[RecoveryReceipt, strawberry.lazy("api.recoveries.types")]] = fields.bound(
        "The money of it that came in, or is said to."
    )


@fields.entity_type(RECOVERY_RECEIPT)
class RecoveryReceipt(Node):
    """Money that came back on a claim 追偿收款; the ledger has it once finance confirmed it."""

    state: ReceiptState = fields.bound("Where it stands.")
    available_actions: list[ReceiptAction] = fields.bound("What you may do with it in its state.")
    currency: Currency = fields.bound("The currency of its amount.")
    amount: MoneyType = fields.bound("The insurer's money.")
    reference: str = fields.bound("The bank's word for it.")
    received_on: date = fields.bound("On which day it came in.")
    refusal_reason: str | None = fields.bound("Why finance refused it.")
    created_at: datetime = fields.bound("When it was written down.")
    judged_at: datetime | None = fields.bound("When finance confirmed or refused it.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    claim: Claim | None = fields.bound("The claim.")
    salvage: Salvage | None = fields.bound("The salvage that was sold, if it is of one.")
    subrogation: Subrogation | None = fields.bound("The demand, if it is of one.")
    recorder: Staff | None = fields.bound("Who wrote it down.")
    judge: Staff | None = fields.bound("Who confirmed or refused it.")
