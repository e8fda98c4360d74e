"""Changes of recoveries: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.recoveries import inputs
from api.recoveries.types import RecoveryReceipt, Salvage, Subrogation
from domain.claims.reading import CLAIM
from domain.kernel.actor import Actor
from domain.recoveries import receipts, revealing, salvaging, subrogating
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, STAFF, SUBROGATION_LIFECYCLE
from domain.recoveries.reading import RECOVERY_RECEIPT, SALVAGE, SUBROGATION
from domain.recoveries.receipts import Received
from domain.recoveries.salvaging import Thing
from domain.recoveries.subrogating import Liability
from domain.recoveries.terms import ReceiptAction, SalvageAction, SubrogationAction


@change(*STAFF, salvage=Salvage)
async def salvage_expect(given: inputs.SalvageExpectInput, actor: Actor) -> Changed:
    """Writes down what passes to the insurer with the payment of a claim 登记残值."""
    found = await salvaging.expect(
        row_id(CLAIM.prefix, given.claim_id),
        thing=Thing(given.description, value_of(given.serial_number)),
        actor=actor,
    )
    return changed(salvage=found.id)


@change(*takers(SALVAGE_LIFECYCLE, SalvageAction.RECEIVE), salvage=Salvage)
async def salvage_receive(given: inputs.SalvageReceiveInput, actor: Actor) -> Changed:
    """Takes salvage in 收回残值."""
    found = await salvaging.receive(
        row_id(SALVAGE.prefix, given.salvage_id), expected_version=given.expected_version, actor=actor
    )
    return changed(salvage=found.id)


@change(*takers(SALVAGE_LIFECYCLE, SalvageAction.SELL), for_ever=True, salvage=Salvage)
async def salvage_sell(given: inputs.SalvageSellInput, actor: Actor) -> Changed:
    """Sells salvage 变卖残值, once; finance confirms the money by its receipt.

    What is above the insurer's share, or above what may still come back to it, is the customer's.
    """
    found = await salvaging.sell(
        row_id(SALVAGE.prefix, given.salvage_id),
        proceeds=given.proceeds.money("input", "proceeds"),
        received=Received(given.reference, given.received_on),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(salvage=found.id)


@change(*takers(SALVAGE_LIFECYCLE, SalvageAction.SCRAP), salvage=Salvage)
async def salvage_scrap(given: inputs.SalvageScrapInput, actor: Actor) -> Changed:
    """Throws salvage away that is worth nothing 报废残值."""
    found = await salvaging.scrap(
        row_id(SALVAGE.prefix, given.salvage_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(salvage=found.id)


@change(*takers(SALVAGE_LIFECYCLE, SalvageAction.LEAVE_TO_CUSTOMER), salvage=Salvage)
async def salvage_leave(given: inputs.SalvageLeaveInput, actor: Actor) -> Changed:
    """Leaves salvage to the customer 残值留归客户, who sees it from now on."""
    found = await salvaging.leave_to_customer(
        row_id(SALVAGE.prefix, given.salvage_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(salvage=found.id)


@change(*STAFF, subrogation=Subrogation)
async def subrogation_open(given: inputs.SubrogationOpenInput, actor: Actor) -> Changed:
    """Opens a demand in the insurer's name against a third party 代位求偿立项, once the claim was paid."""
    found = await subrogating.start(
        row_id(CLAIM.prefix, given.claim_id),
        liability=Liability(given.party, given.ground),
        demand=given.demand.money("input", "demand"),
        actor=actor,
    )
    return changed(subrogation=found.id)


@change(*takers(SUBROGATION_LIFECYCLE, SubrogationAction.DEMAND), subrogation=Subrogation)
async def subrogation_demand(given: inputs.SubrogationDemandInput, actor: Actor) -> Changed:
    """Says that the third party was asked to pay 发出追偿函."""
    found = await subrogating.demand_payment(
        row_id(SUBROGATION.prefix, given.subrogation_id), expected_version=given.expected_version, actor=actor
    )
    return changed(subrogation=found.id)


@change(
    *takers(SUBROGATION_LIFECYCLE, SubrogationAction.RECORD_RECEIPT),
    for_ever=True,
    subrogation=Subrogation,
    receipt=RecoveryReceipt,
)
async def subrogation_record_receipt(given: inputs.SubrogationRecordReceiptInput, actor: Actor) -> Changed:
    """Writes down what the third party paid 登记追回款, all of it or a part; finance confirms it."""
    subrogation_id = row_id(SUBROGATION.prefix, given.subrogation_id)
    found = await subrogating.record_receipt(
        subrogation_id,
        amount=given.amount.money("input", "amount"),
        received=Received(given.reference, given.received_on),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(subrogation=subrogation_id, receipt=found.id)


@change(*takers(SUBROGATION_LIFECYCLE, SubrogationAction.CLOSE), subrogation=Subrogation)
async def subrogation_close(given: inputs.SubrogationCloseInput, actor: Actor) -> Changed:
    """Ends a demand of which nothing more is expected 结束追偿."""
    found = await subrogating.close(
        row_id(SUBROGATION.prefix, given.subrogation_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(subrogation=found.id)


@change(*takers(SUBROGATION_LIFECYCLE, SubrogationAction.WAIVE), subrogation=Subrogation)
async def subrogation_waive(given: inputs.SubrogationWaiveInput, actor: Actor) -> Changed:
    """Gives a demand up of which nothing came in 放弃追偿."""
    found = await subrogating.waive(
        row_id(SUBROGATION.prefix, given.subrogation_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(subrogation=found.id)


@change(*STAFF, subrogation=Subrogation, value=str)
async def subrogation_reveal(given: inputs.SubrogationRevealInput, actor: Actor) -> Changed:
    """Shows the third party's name in plain, at most 30 times an hour; the audit keeps who and why.

    A replay does not show it.
    """
    subrogation_id = row_id(SUBROGATION.prefix, given.subrogation_id)
    value = await revealing.reveal_party(subrogation_id, reason=given.reason, actor=actor)
    return Changed(ids={"subrogation": subrogation_id}, values={"value": value})


@change(*takers(RECEIPT_LIFECYCLE, ReceiptAction.CONFIRM), for_ever=True, receipt=RecoveryReceipt)
async def recovery_receipt_confirm(given: inputs.RecoveryReceiptConfirmInput, actor: Actor) -> Changed:
    """Confirms that money which came back is at the bank 确认追偿收款, and posts it; not by whoever wrote it down.

    The payment of what of a sale is the customer's is requested with it.
    """
    found = await receipts.confirm(
        row_id(RECOVERY_RECEIPT.prefix, given.receipt_id), expected_version=given.expected_version, actor=actor
    )
    return changed(receipt=found.id)


@change(*takers(RECEIPT_LIFECYCLE, ReceiptAction.REFUSE), for_ever=True, receipt=RecoveryReceipt)
async def recovery_receipt_refuse(given: inputs.RecoveryReceiptRefuseInput, actor: Actor) -> Changed:
    """Says that money is not at the bank 否认追偿收款: what was said to be sold is to be sold again."""
    found = await receipts.refuse(
        row_id(RECOVERY_RECEIPT.prefix, given.receipt_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(receipt=found.id)


@strawberry.type
class RecoveriesMutations:
    """Changes of recoveries."""

    salvage_expect = salvage_expect
    salvage_receive = salvage_receive
    salvage_sell = salvage_sell
    salvage_scrap = salvage_scrap
    salvage_leave = salvage_leave
    subrogation_open = subrogation_open
    subrogation_demand = subrogation_demand
    subrogation_record_receipt = subrogation_record_receipt
    subrogation_close = subrogation_close
    subrogation_waive = subrogation_waive
    subrogation_reveal = subrogation_reveal
    recovery_receipt_confirm = recovery_receipt_confirm
    recovery_receipt_refuse = recovery_receipt_refuse
