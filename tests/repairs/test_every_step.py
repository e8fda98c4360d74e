"""Every action in every state by every role, tried on a repair order in the database: done as the table says, or no
trace.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from uuid import uuid4

import pytest

from domain.claims.refusals import FraudNotConfirmed
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import NotFound
from domain.products.terms import Peril
from domain.repairs import estimating, invoicing, ordering, repairing, total_loss, unpaid
from domain.repairs.lifecycle import REPAIR_LIFECYCLE
from domain.repairs.models import RepairOrder
from domain.repairs.reading import REPAIR_ORDER
from domain.repairs.terms import LossOutcome, RepairAction, RepairState
from domain.repairs.total_loss import Finding
from tests.factories.claims import claim_assessing, loss
from tests.factories.every_step import Expected, Quiet, Steps, Try, by, everybody, try_steps
from tests.factories.false_claims import repair_unpaid
from tests.factories.repairs import (
    ESTIMATE,
    Repair,
    order_accepted,
    order_approved,
    order_beyond_repair,
    order_completed,
    order_created,
    order_diagnosed,
    order_dispatched,
    order_estimated,
    order_in_repair,
    order_invoiced,
    order_received,
    order_returned,
    order_settled,
)

A, S = RepairAction, RepairState


async def _stolen() -> Repair:
    """Taken by a repairer that is to replace the device: one that was stolen is beyond repair from there on."""
    return await order_accepted(await claim_assessing(reported=loss(cause=Peril.THEFT)))


async def _refused() -> Repair:
    repair = await order_dispatched()
    await repair.by_shop(repairing.refuse, reason="full")
    return repair


async def _rejected() -> Repair:
    repair = await order_estimated()
    await repair.by_handler(estimating.reject, reason="dear")
    return repair


async def _paid() -> Repair:
    repair = await order_invoiced()
    await invoicing.record_paid(repair.id, actor=Actor.system("repairs.record_paid"))
    return repair


async def _cancelled() -> Repair:
    repair = await order_estimated()
    await repair.by_handler(ordering.cancel, reason="no need")
    return repair


STATES: dict[RepairState, Callable[[], Awaitable[Repair]]] = {
    S.CREATED: order_created,
    S.DISPATCHED: order_dispatched,
    S.ACCEPTED: _stolen,
    S.REFUSED: _refused,
    S.DEVICE_RECEIVED: order_received,
    S.DIAGNOSED: order_diagnosed,
    S.ESTIMATE_SUBMITTED: order_estimated,
    S.ESTIMATE_APPROVED: order_approved,
    S.ESTIMATE_REJECTED: _rejected,
    S.IN_REPAIR: order_in_repair,
    S.COMPLETED: order_completed,
    S.RETURNED: order_returned,
    S.INVOICED: order_invoiced,
    S.SETTLED: _paid,
    S.BEYOND_REPAIR: order_beyond_repair,
    S.REPLACEMENT_CHOSEN: lambda: order_settled(LossOutcome.REPLACE),
    S.CASH_CHOSEN: lambda: order_settled(LossOutcome.CASH),
    S.PAYMENT_REFUSED: repair_unpaid,
    S.CANCELLED: _cancelled,
}


async def _dispatch(repair: Repair, order: RepairOrder, actor: Actor) -> object:
    return await by(ordering.dispatch, repairer_id=repair.shop.id)(repair, order, actor)


async def _receive(repair: Repair, order: RepairOrder, actor: Actor) -> object:
    return await by(repairing.receive, serial_number=order.serial_number)(repair, order, actor)


async def _settle(repair: Repair, order: RepairOrder, actor: Actor) -> None:
    await invoicing.record_paid(order.id, actor=actor)


VERBS: dict[StrEnum, Try[Repair]] = {
    A.DISPATCH: _dispatch,
    A.ACCEPT: by(repairing.accept),
    A.REFUSE: by(repairing.refuse, reason="r"),
    A.RECEIVE_DEVICE: _receive,
    A.DIAGNOSE: by(repairing.diagnose, diagnosis="broken"),
    A.SUBMIT_ESTIMATE: by(estimating.submit, lines=ESTIMATE),
    A.APPROVE_ESTIMATE: by(estimating.approve),
    A.REJECT_ESTIMATE: by(estimating.reject, reason="r"),
    A.DECLARE_BEYOND_REPAIR: by(total_loss.declare, finding=Finding(has_parts=False), reason="r"),
    A.CHOOSE_REPLACEMENT: by(total_loss.choose, outcome=LossOutcome.REPLACE, reason="r"),
    A.CHOOSE_CASH: by(total_loss.choose, outcome=LossOutcome.CASH, reason="r"),
    A.RECORD_REPLACEMENT: by(total_loss.record_replacement, serial_number=f"SN{uuid4().hex[:20]}", reason="r"),
    A.START_REPAIR: by(repairing.start),
    A.COMPLETE: by(repairing.complete, parts=[]),
    A.RETURN_DEVICE: by(repairing.give_back),
    A.INVOICE: by(invoicing.invoice, number="INV-1", amount=Money.of("930.00")),
    A.SETTLE: _settle,
    A.REFUSE_PAYMENT: by(unpaid.refuse_payment, reason="r"),
    A.CANCEL: by(ordering.cancel, reason="r"),
}


def _unlike(order: RepairOrder, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """Who sees no repairers cannot name one; what was settled is settled once; an honest repairer is paid."""
    if action is A.REFUSE_PAYMENT and usual is S.PAYMENT_REFUSED:
        return FraudNotConfirmed
    if action is A.DISPATCH and actor.has(Role.CUSTOMER, Role.PARTNER):
        return NotFound
    return Quiet.NO_TRACE if action is A.SETTLE and order.state is S.SETTLED else usual


ORDERS: Steps[Repair] = Steps(REPAIR_LIFECYCLE, REPAIR_ORDER, VERBS, _unlike, blind=[A.SETTLE])


def test_every_action_has_a_verb_and_every_state_an_order() -> None:
    assert set(VERBS) == set(RepairAction)
    assert set(STATES) == set(RepairState)


@pytest.mark.parametrize("state", RepairState)
async def test_each_action_in_a_state_is_done_by_exactly_its_roles_and_leaves_no_trace_of_others(
    database: str, state: RepairState
) -> None:
    repair = await STATES[state]()
    order = await repair.now()
    assert order.state is state
    case = repair.case
    people = await everybody(case.customer, case.insured.partner, repair.shop.actor, case.handler, case.manager)
    await try_steps(ORDERS, repair, order, people)
