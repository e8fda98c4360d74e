"""Every action in every state by every role, tried on the advances and clearances of claims in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeAlias

import pytest

from domain.claims import advance_watching, advances, advancing, assessment, clearing, decision, forfeiting, settlement
from domain.claims.lifecycle import ADVANCE_LIFECYCLE, CLEARANCE_LIFECYCLE, OPEN_ADVANCES
from domain.claims.locks import lock_claim
from domain.claims.models import Advance, Clearance
from domain.claims.reading import ADVANCE, CLAIM, CLEARANCE
from domain.claims.terms import AdvanceAction, AdvanceState, ClearanceAction, ClearanceState, DeclineCode
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden
from domain.kernel.rows import save_changes
from domain.payouts.models import Payout
from tests.factories.advances import SYSTEM, advance_granted, advance_proposed, claim_open_for, send_back, settle
from tests.factories.claims import Case, major_claim, propose_anew
from tests.factories.every_step import Expected, Quiet, Steps, by, everybody, sees, try_steps
from tests.factories.insured import staff

pytestmark = pytest.mark.usefixtures("database")
V, W, L, K = AdvanceAction, AdvanceState, ClearanceAction, ClearanceState
SOME = Money.of("100.00")
Advanced: TypeAlias = tuple[Case, Advance]
Cleared: TypeAlias = tuple[Case, Clearance]


async def _propose(case: Case, advance: Advance, actor: Actor) -> None:
    async with transaction():
        policy, claim = await lock_claim(advance.claim_id, SYSTEM, None)
        await advance_watching._propose(await Advance.get(id=advance.id), claim, policy, actor)


async def _lapse(case: Case, advance: Advance, actor: Actor) -> None:
    async with transaction():
        _, claim = await lock_claim(advance.claim_id, SYSTEM, None)
        await advances.lapse(claim, actor)


async def _forfeit(case: Case, advance: Advance, actor: Actor) -> None:
    async with transaction():
        _, claim = await lock_claim(advance.claim_id, SYSTEM, None)
        if (await forfeiting.forfeit(claim, actor)).minor:
            await save_changes(claim, *forfeiting.COUNTED)


async def _record_paid(case: Case, advance: Advance, actor: Actor) -> None:
    assert advance.payout_id is not None
    await settlement.record_advance_paid(advance.claim_id, advance.payout_id, actor=actor)


async def _void(case: Case, clearance: Clearance, actor: Actor) -> None:
    async with transaction():
        _, claim = await lock_claim(clearance.claim_id, SYSTEM, None)
        await clearing._void(await Clearance.get(id=clearance.id), claim, actor)


def _of_advances(advance: Advance, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """It lapses, or is forfeited, by the machine, whoever ends its claim; its payment is heard of once."""
    if action is V.FORFEIT:
        return W.TAKEN_BACK if advance.state in (W.APPROVED, W.PAID) else Quiet.NO_TRACE
    if action is V.LAPSE:
        return W.LAPSED if advance.state in OPEN_ADVANCES else Quiet.NO_TRACE
    return Quiet.NO_TRACE if action is V.RECORD_PAID and advance.paid_at is not None else usual


def _of_clearances(clearance: Clearance, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """It is void by the machine, whoever proposes anew."""
    return K.VOID if action is L.VOID and usual is Forbidden else usual


ADVANCES: Steps[Case] = Steps(
    ADVANCE_LIFECYCLE,
    ADVANCE,
    {
        V.PROPOSE: _propose,
        V.SECOND: by(advancing.second, reason="r", amount=SOME),
        V.APPROVE: by(advancing.approve, reason="r", amount=SOME),
        V.REFUSE: by(advancing.refuse, reason="r"),
        V.LAPSE: _lapse,
        V.RECORD_PAID: _record_paid,
        V.TAKE_BACK: by(advancing.take_back, reason="r"),
        V.FORFEIT: _forfeit,
    },
    _of_advances,
    blind=[V.PROPOSE, V.LAPSE, V.RECORD_PAID, V.FORFEIT],
)
CLEARANCES: Steps[Case] = Steps(
    CLEARANCE_LIFECYCLE,
    CLEARANCE,
    {L.GIVE: by(clearing.give, reason="r"), L.RETURN: by(clearing.send_back, reason="r"), L.VOID: _void},
    _of_clearances,
    blind=[L.VOID],
)


async def _expected() -> Advanced:
    case = await claim_open_for(51)
    await advance_watching.look(case.claim.id, actor=SYSTEM)
    return case, await Advance.get(claim_id=case.claim.id)


async def _refused() -> Advanced:
    case, found = await advance_proposed()
    await advancing.refuse(found.id, reason="r", expected_version=found.version, actor=case.manager)
    return case, found


async def _lapsed() -> Advanced:
    case, found = await advance_proposed()
    given: dict[str, Any] = {"reason": "r", "actor": case.handler}
    claim = await assessment.propose(case.claim.id, expected_version=(await case.reread()).version, **given)
    await decision.decline(
        claim.id, code=DeclineCode.COSMETIC, clause="5.2", expected_version=claim.version, **given
    )
    return case, found


async def _returned() -> Advanced:
    """Paid, and the payment came back since."""
    case, found = await advance_granted()
    await settle(await Payout.get(id=found.payout_id))
    await _record_paid(case, found, SYSTEM)
    await send_back(found.payout_id)
    return case, await Advance.get(id=found.id)


async def _taken_back() -> Advanced:
    case, found = await _returned()
    await advancing.take_back(found.id, reason="r", expected_version=found.version, actor=case.manager)
    return case, found


async def _judged(verb: Callable[..., Awaitable[Clearance]]) -> Cleared:
    case, found = await major_claim()
    await verb(found.id, reason="r", expected_version=found.version, actor=await staff(Role.COMPLIANCE))
    return case, found


async def _voided() -> Cleared:
    case, found = await major_claim()
    await propose_anew(case, "90200.00")
    return case, found


ADVANCE_STATES: dict[AdvanceState, Callable[[], Awaitable[Advanced]]] = {
    W.EXPECTED: _expected,
    W.PROPOSED: advance_proposed,
    W.APPROVED: advance_granted,
    W.REFUSED: _refused,
    W.LAPSED: _lapsed,
    W.PAID: _returned,
    W.TAKEN_BACK: _taken_back,
}
CLEARANCE_STATES: dict[ClearanceState, Callable[[], Awaitable[Cleared]]] = {
    K.REQUESTED: major_claim,
    K.GIVEN: lambda: _judged(clearing.give),
    K.RETURNED: lambda: _judged(clearing.send_back),
    K.VOID: _voided,
}


def test_every_action_and_every_state_is_tried() -> None:
    assert (set(ADVANCES.verbs), set(CLEARANCES.verbs)) == (set(AdvanceAction), set(ClearanceAction))
    assert (set(ADVANCE_STATES), set(CLEARANCE_STATES)) == (set(AdvanceState), set(ClearanceState))


@pytest.mark.parametrize("state", AdvanceState)
async def test_each_action_on_an_advance_is_done_by_exactly_its_roles(state: AdvanceState) -> None:
    case, made = await ADVANCE_STATES[state]()
    advance = await Advance.get(id=made.id)
    assert advance.state is state
    people = await everybody(case.customer, case.insured.partner, case.handler, case.manager)
    await try_steps(ADVANCES, case, advance, people, [each for each in V if each is not V.RECORD_PAID])
    if advance.payout_id is not None:
        in_sight = [each for each in people if sees(CLAIM, case.claim, each)]
        await try_steps(ADVANCES, case, advance, in_sight, [V.RECORD_PAID])


@pytest.mark.parametrize("state", ClearanceState)
async def test_each_action_on_a_clearance_is_done_by_exactly_its_roles(state: ClearanceState) -> None:
    case, made = await CLEARANCE_STATES[state]()
    clearance = await Clearance.get(id=made.id)
    assert clearance.state is state
    people = await everybody(case.customer, case.insured.partner, case.handler, case.manager)
    await try_steps(CLEARANCES, case, clearance, people)
