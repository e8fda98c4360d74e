"""Every action in every state by every role, tried on salvage, demands and receipts in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import pytest

from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.recoveries import receipts, salvaging, subrogating
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, SUBROGATION_LIFECYCLE
from domain.recoveries.models import RecoveryReceipt, Salvage, Subrogation
from domain.recoveries.reading import RECOVERY_RECEIPT, SALVAGE, SUBROGATION
from domain.recoveries.terms import (
    ReceiptAction,
    ReceiptState,
    SalvageAction,
    SalvageState,
    SubrogationAction,
    SubrogationState,
)
from tests.factories.every_step import Steps, by, everybody, try_steps
from tests.factories.recoveries import (
    Came,
    received,
    salvage_expected,
    salvage_received,
    salvage_sold,
    subrogation_demanded,
    subrogation_opened,
    subrogation_receipted,
    subrogation_recovered,
)

pytestmark = pytest.mark.usefixtures("database")
A, S, B, D, C, R = SalvageAction, SalvageState, SubrogationAction, SubrogationState, ReceiptAction, ReceiptState
SOME = Money.of("100.00")
Make = Callable[[], Awaitable[Came]]


def _after(make: Make, verb: Callable[..., Awaitable[object]], *, by_manager: bool = False) -> Make:
    """What comes back, after one more step."""

    async def made() -> Came:
        came = await make()
        await came.do(verb, actor=came.case.manager if by_manager else came.handler, reason="r")
        return came

    return made


def _judged(make: Make, verb: Callable[..., Awaitable[object]], **given: Any) -> Make:
    async def made() -> Came:
        came = await make()
        await came.judge(verb, **given)
        return came

    return made


async def _sell(came: Came, thing: Salvage, actor: Actor) -> object:
    return await by(salvaging.sell, proceeds=SOME, received=received())(came, thing, actor)


async def _undo_sale(came: Came, thing: Salvage, actor: Actor) -> None:
    async with transaction():
        await receipts._unsold(thing.id, actor, "r")


async def _write_down(came: Came, demand: Subrogation, actor: Actor) -> object:
    return await by(subrogating.record_receipt, amount=SOME, received=received())(came, demand, actor)


async def _confirm_receipt(came: Came, demand: Subrogation, actor: Actor) -> None:
    async with transaction():
        await receipts._recovered(RecoveryReceipt(amount_minor=SOME.minor), demand.id, actor)


SALVAGES: Steps[Came] = Steps(
    SALVAGE_LIFECYCLE,
    SALVAGE,
    {
        A.RECEIVE: by(salvaging.receive), A.SELL: _sell, A.SCRAP: by(salvaging.scrap, reason="r"),
        A.LEAVE_TO_CUSTOMER: by(salvaging.leave_to_customer, reason="r"), A.UNDO_SALE: _undo_sale,
    },
    blind=[A.UNDO_SALE],
)  # fmt: skip
DEMANDS: Steps[Came] = Steps(
    SUBROGATION_LIFECYCLE,
    SUBROGATION,
    {
        B.DEMAND: by(subrogating.demand_payment), B.RECORD_RECEIPT: _write_down, B.CONFIRM_RECEIPT: _confirm_receipt,
        B.CLOSE: by(subrogating.close, reason="r"), B.WAIVE: by(subrogating.waive, reason="r"),
    },
    blind=[B.CONFIRM_RECEIPT],
)  # fmt: skip
RECEIPTS: Steps[Came] = Steps(
    RECEIPT_LIFECYCLE,
    RECOVERY_RECEIPT,
    {C.CONFIRM: by(receipts.confirm), C.REFUSE: by(receipts.refuse, reason="r")},
)
SALVAGE_STATES: dict[SalvageState, Make] = {
    S.EXPECTED: salvage_expected,
    S.RECEIVED: salvage_received,
    S.SOLD: salvage_sold,
    S.SCRAPPED: _after(salvage_expected, salvaging.scrap),
    S.LEFT_TO_CUSTOMER: _after(salvage_expected, salvaging.leave_to_customer),
}
DEMAND_STATES: dict[SubrogationState, Make] = {
    D.OPEN: subrogation_opened,
    D.DEMANDED: subrogation_demanded,
    D.RECOVERED: subrogation_recovered,
    D.CLOSED: _after(subrogation_demanded, subrogating.close),
    D.WAIVED: _after(subrogation_opened, subrogating.waive, by_manager=True),
}
RECEIPT_STATES: dict[ReceiptState, tuple[Make, ...]] = {
    R.RECORDED: (salvage_sold, subrogation_receipted),
    R.CONFIRMED: (_judged(salvage_sold, receipts.confirm), subrogation_recovered),
    R.REFUSED: (
        _judged(salvage_sold, receipts.refuse, reason="r"), _judged(subrogation_receipted, receipts.refuse, reason="r")
    ),
}  # fmt: skip


async def _try(steps: Steps[Came], came: Came, row: Any, state: StrEnum) -> None:
    assert row.state is state
    case = came.case
    people = await everybody(case.customer, case.insured.partner, case.handler, case.manager, came.finance)
    await try_steps(steps, came, row, people)


def test_every_action_and_every_state_is_tried() -> None:
    for steps, actions in ((SALVAGES, SalvageAction), (DEMANDS, SubrogationAction), (RECEIPTS, ReceiptAction)):
        assert set(steps.verbs) == set(actions)
    assert set(SALVAGE_STATES) == set(SalvageState)
    assert set(DEMAND_STATES) == set(SubrogationState)
    assert set(RECEIPT_STATES) == set(ReceiptState)


@pytest.mark.parametrize("state", SalvageState)
async def test_each_action_on_salvage_is_done_by_exactly_its_roles(state: SalvageState) -> None:
    came = await SALVAGE_STATES[state]()
    await _try(SALVAGES, came, await came.thing(), state)


@pytest.mark.parametrize("state", SubrogationState)
async def test_each_action_on_a_demand_is_done_by_exactly_its_roles(state: SubrogationState) -> None:
    came = await DEMAND_STATES[state]()
    await _try(DEMANDS, came, await came.demand(), state)


@pytest.mark.parametrize("state", ReceiptState)
async def test_each_action_on_a_receipt_is_done_by_exactly_its_roles(state: ReceiptState) -> None:
    for make in RECEIPT_STATES[state]:
        came = await make()
        await _try(RECEIPTS, came, await came.receipt(), state)
