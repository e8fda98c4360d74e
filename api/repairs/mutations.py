"""Changes of repairs: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import money, row_id, value_of
from api.repairs import inputs
from api.repairs.types import Repairer, RepairOrder
from domain.access.terms import ApiScope
from domain.claims.reading import CLAIM
from domain.kernel.actor import Actor, Role
from domain.partners.reading import PARTNER
from domain.repairs import (
    contacting,
    estimating,
    invoicing,
    network,
    ordering,
    rate_cards,
    repairing,
    total_loss,
    unpaid,
)
from domain.repairs.contacting import CONTACTERS
from domain.repairs.lifecycle import REPAIR_LIFECYCLE, STAFF
from domain.repairs.network import KEEPERS, Service
from domain.repairs.ordering import Wanted
from domain.repairs.rate_cards import NewRate
from domain.repairs.reading import REPAIR_ORDER, REPAIRER
from domain.repairs.repairing import ReplacedPart
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import RepairAction as Action
from domain.repairs.total_loss import Finding


def _who_may(*actions: Action) -> frozenset[Role]:
    return takers(REPAIR_LIFECYCLE, *actions)


def service_of(given: inputs.RepairServiceInput) -> Service:
    """What a repairer serves, as the verbs take it."""
    return Service(given.name, given.cities, given.brands, given.daily_capacity)


@change(*KEEPERS, repairer=Repairer)
async def repairer_add(given: inputs.RepairerAddInput, actor: Actor) -> Changed:
    """Takes a repairer on 新增维修网点; it is sent orders from now on."""
    found = await network.add(
        row_id(PARTNER.prefix, given.partner_id), service=service_of(given.service), actor=actor
    )
    return changed(repairer=found.id)


@change(*KEEPERS, repairer=Repairer)
async def repairer_change(given: inputs.RepairerChangeInput, actor: Actor) -> Changed:
    """Changes what a repairer serves; orders that it has stay with it."""
    found = await network.change(
        row_id(REPAIRER.prefix, given.repairer_id),
        service=service_of(given.service),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(repairer=found.id)


@change(*KEEPERS, repairer=Repairer)
async def repairer_suspend(given: inputs.RepairerSuspendInput, actor: Actor) -> Changed:
    """Sends no more orders to a repairer 停用维修网点; those that it has stay with it."""
    found = await network.suspend(
        row_id(REPAIRER.prefix, given.repairer_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(repairer=found.id)


@change(*KEEPERS, repairer=Repairer)
async def repairer_resume(given: inputs.RepairerResumeInput, actor: Actor) -> Changed:
    """Sends orders to a repairer again 恢复维修网点."""
    found = await network.resume(
        row_id(REPAIRER.prefix, given.repairer_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(repairer=found.id)


@change(*KEEPERS, repairer=Repairer)
async def rate_card_set(given: inputs.RateCardSetInput, actor: Actor) -> Changed:
    """Sets prices of a repairer from a day on 设定价目表; a price that is set stands."""
    rates = [
        NewRate(each.kind, each.code, each.description, each.price.money("input", "rates", str(index), "price"))
        for index, each in enumerate(given.rates)
    ]
    found = await rate_cards.set_rates(
        row_id(REPAIRER.prefix, given.repairer_id),
        rates=rates,
        valid_from=given.valid_from,
        reason=given.reason,
        actor=actor,
    )
    return changed(repairer=found.id)


@change(*STAFF, order=RepairOrder)
async def repair_order_create(given: inputs.RepairOrderCreateInput, actor: Actor) -> Changed:
    """Makes a repair order for the device of a claim 创建维修工单; a claim has one at a time."""
    found = await ordering.create(
        row_id(CLAIM.prefix, given.claim_id),
        wanted=Wanted(given.city, value_of(given.instructions)),
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.DISPATCH), order=RepairOrder)
async def repair_order_dispatch(given: inputs.RepairOrderDispatchInput, actor: Actor) -> Changed:
    """Offers an order to a repairer 派单 that serves the city and the brand, and has room today."""
    found = await ordering.dispatch(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        repairer_id=row_id(REPAIRER.prefix, given.repairer_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.ACCEPT), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_accept(given: inputs.RepairOrderAcceptInput, actor: Actor) -> Changed:
    """Takes an order 接单."""
    found = await repairing.accept(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*CONTACTERS, scope=ApiScope.REPAIR, keyed=False, order=RepairOrder, phone=str)
async def repair_order_reveal_contact(given: inputs.RepairOrderRevealContactInput, actor: Actor) -> Changed:
    """Shows the repairer the customer's phone number 联系客户 while the order is live; the audit keeps who saw it."""
    order_id = row_id(REPAIR_ORDER.prefix, given.order_id)
    phone = await contacting.reveal_phone(order_id, actor=actor)
    return Changed(ids={"order": order_id}, values={"phone": phone})


@change(*_who_may(Action.REFUSE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_refuse(given: inputs.RepairOrderRefuseInput, actor: Actor) -> Changed:
    """Does not take an order 拒单; it may be offered to another repairer."""
    found = await repairing.refuse(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.RECEIVE_DEVICE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_receive_device(given: inputs.RepairOrderReceiveDeviceInput, actor: Actor) -> Changed:
    """Takes the device in 签收设备, by its serial number; the customer is told."""
    found = await repairing.receive(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        serial_number=given.serial_number,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.DIAGNOSE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_diagnose(given: inputs.RepairOrderDiagnoseInput, actor: Actor) -> Changed:
    """Says what is broken 检测."""
    found = await repairing.diagnose(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        diagnosis=given.diagnosis,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.SUBMIT_ESTIMATE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_submit_estimate(given: inputs.RepairOrderSubmitEstimateInput, actor: Actor) -> Changed:
    """Hands an estimate in 提交报价, along the rate card of today; the customer is told that it waits."""
    lines = [_line(index, each) for index, each in enumerate(given.lines)]
    found = await estimating.submit(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        lines=lines,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


def _line(index: int, given: inputs.EstimateLineInput) -> EstimatedLine:
    return EstimatedLine(
        given.kind,
        given.description,
        given.price.money("input", "lines", str(index), "price"),
        value_of(given.code),
        given.quantity,
        value_of(given.exclusion),
        value_of(given.off_card_reason),
    )


@change(*_who_may(Action.APPROVE_ESTIMATE), for_ever=True, order=RepairOrder)
async def repair_order_approve_estimate(given: inputs.RepairOrderApproveEstimateInput, actor: Actor) -> Changed:
    """Lets the repair begin 批准报价, within your authority; its lines become those of the claim.

    One that makes its claim a major one is approved once compliance has cleared it, which the estimate asks for.
    """
    found = await estimating.approve(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.REJECT_ESTIMATE), order=RepairOrder)
async def repair_order_reject_estimate(given: inputs.RepairOrderRejectEstimateInput, actor: Actor) -> Changed:
    """Sends an estimate back 驳回报价; the repairer makes another."""
    found = await estimating.reject(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.REFUSE_PAYMENT), for_ever=True, order=RepairOrder)
async def repair_order_refuse_payment(given: inputs.RepairOrderRefusePaymentInput, actor: Actor) -> Changed:
    """Does not pay a repairer 拒付 who had a part in a claim that risk found false; its payout is cancelled."""
    found = await unpaid.refuse_payment(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.DECLARE_BEYOND_REPAIR), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_declare_beyond_repair(
    given: inputs.RepairOrderDeclareBeyondRepairInput, actor: Actor
) -> Changed:
    """Says that a device is beyond repair 无法维修, if the total-loss test agrees; the insurer chooses what follows."""
    found = await total_loss.declare(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        finding=Finding(given.has_parts, money(given.repair_cost)),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.CHOOSE_REPLACEMENT, Action.CHOOSE_CASH), for_ever=True, order=RepairOrder)
async def repair_order_choose_outcome(given: inputs.RepairOrderChooseOutcomeInput, actor: Actor) -> Changed:
    """Chooses another device or money for one that is beyond repair 选择换新或现金."""
    found = await total_loss.choose(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        outcome=given.outcome,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.RECORD_REPLACEMENT), for_ever=True, order=RepairOrder)
async def repair_order_record_replacement(given: inputs.RepairOrderRecordReplacementInput, actor: Actor) -> Changed:
    """Names the device that the customer gets instead 登记换新设备; the cover goes over to it."""
    found = await total_loss.record_replacement(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        serial_number=given.serial_number,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.START_REPAIR), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_start_repair(given: inputs.RepairOrderStartRepairInput, actor: Actor) -> Changed:
    """Begins the repair that was approved 开始维修."""
    found = await repairing.start(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.COMPLETE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_complete(given: inputs.RepairOrderCompleteInput, actor: Actor) -> Changed:
    """Says that the device is repaired 完成维修, and which parts were replaced; the customer is told."""
    found = await repairing.complete(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        parts=[
            ReplacedPart(each.position, each.old_serial_number, each.new_serial_number) for each in given.parts
        ],
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.RETURN_DEVICE), scope=ApiScope.REPAIR, order=RepairOrder)
async def repair_order_return_device(given: inputs.RepairOrderReturnDeviceInput, actor: Actor) -> Changed:
    """Says that the customer has the device 返还设备; from now on the replaced parts are warranted."""
    found = await repairing.give_back(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.INVOICE), scope=ApiScope.REPAIR, for_ever=True, order=RepairOrder)
async def repair_order_invoice(given: inputs.RepairOrderInvoiceInput, actor: Actor) -> Changed:
    """Sends the invoice 开票, for no more than was approved."""
    found = await invoicing.invoice(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        number=given.invoice_number,
        amount=given.amount.money("input", "amount"),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@change(*_who_may(Action.CANCEL), order=RepairOrder)
async def repair_order_cancel(given: inputs.RepairOrderCancelInput, actor: Actor) -> Changed:
    """Cancels an order under which nothing was promised yet 取消工单."""
    found = await ordering.cancel(
        row_id(REPAIR_ORDER.prefix, given.order_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(order=found.id)


@strawberry.type
class RepairsMutations:
    """Changes of repairs."""

    repairer_add = repairer_add
    repairer_change = repairer_change
    repairer_suspend = repairer_suspend
    repairer_resume = repairer_resume
    rate_card_set = rate_card_set
    repair_order_create = repair_order_create
    repair_order_dispatch = repair_order_dispatch
    repair_order_accept = repair_order_accept
    repair_order_refuse = repair_order_refuse
    repair_order_reveal_contact = repair_order_reveal_contact
    repair_order_receive_device = repair_order_receive_device
    repair_order_diagnose = repair_order_diagnose
    repair_order_submit_estimate = repair_order_submit_estimate
    repair_order_approve_estimate = repair_order_approve_estimate
    repair_order_reject_estimate = repair_order_reject_estimate
    repair_order_refuse_payment = repair_order_refuse_payment
    repair_order_declare_beyond_repair = repair_order_declare_beyond_repair
    repair_order_choose_outcome = repair_order_choose_outcome
    repair_order_record_replacement = repair_order_record_replacement
    repair_order_start_repair = repair_order_start_repair
    repair_order_complete = repair_order_complete
    repair_order_return_device = repair_order_return_device
    repair_order_invoice = repair_order_invoice
    repair_order_cancel = repair_order_cancel
