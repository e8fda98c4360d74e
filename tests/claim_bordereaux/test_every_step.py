"""Every action in every state by every role, tried on a claims bordereau in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from domain.bordereaux import answering, generating, opening
from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE
from domain.bordereaux.terms import BordereauAction, BordereauState
from domain.claim_bordereaux.claims import CLAIMS
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.claim_bordereaux.rules import Amounts
from domain.documents.keeping import Store
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import AlreadyExists, Forbidden
from gateways.store import FolderStore
from tests.factories.claim_bordereaux import claims_open, claims_submitted, claims_written
from tests.factories.every_step import Expected, Quiet, Steps, Try, everybody, try_steps
from tests.factories.insured import partner_with_a_book

pytestmark = pytest.mark.usefixtures("database")
A, S = BordereauAction, BordereauState


def _by(verb: Callable[..., Awaitable[object]], **given: Any) -> Try[Store]:
    async def tried(store: Store, row: ClaimBordereau, actor: Actor) -> object:
        return await verb(CLAIMS, row.id, expected_version=row.version, actor=actor, **given)

    return tried


async def _generate(store: Store, row: ClaimBordereau, actor: Actor) -> object:
    return await generating.write(CLAIMS, row.id, store=store, actor=actor)


async def _validate(store: Store, row: ClaimBordereau, actor: Actor) -> None:
    async with transaction():
        await generating._judge(CLAIMS, await ClaimBordereau.get(id=row.id), Amounts(), actor)


async def _reopen(store: Store, row: ClaimBordereau, actor: Actor) -> object:
    return await opening.generate(CLAIMS, row.partner_id, month=row.month, currency=row.currency, actor=actor)


def _unlike(row: ClaimBordereau, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """Lines are written once; finance asks for a month anew, and gets another bordereau for one that was rejected."""
    if action is A.GENERATE:
        return usual if row.state is S.OPEN else Quiet.NO_TRACE
    if action is not A.REOPEN:
        return usual
    if not actor.has(Role.FINANCE):
        return Forbidden
    return {S.GENERATED: S.OPEN, S.REJECTED: S.REJECTED}.get(row.state, AlreadyExists)


BORDEREAUX: Steps[Store] = Steps(
    CLAIM_BORDEREAU_LIFECYCLE,
    CLAIM_BORDEREAU,
    {
        A.GENERATE: _generate,
        A.VALIDATE: _validate,
        A.REOPEN: _reopen,
        A.SUBMIT: _by(answering.submit),
        A.ACKNOWLEDGE: _by(answering.acknowledge),
        A.REJECT: _by(answering.reject, reason="r"),
    },
    _unlike,
    lands={A.GENERATE: S.VALIDATED},
    blind=[A.GENERATE, A.VALIDATE],
)


async def _made(state: BordereauState, partner: Actor) -> ClaimBordereau:
    assert partner.partner_id is not None
    if state is S.OPEN:
        return await claims_open(partner.partner_id)
    if state in {S.GENERATED, S.VALIDATED}:
        row = await claims_written(partner.partner_id)
        await ClaimBordereau.filter(id=row.id).update(state=state)  # the ledger differs only where a mistake was made
        return row
    row = await claims_submitted(partner.partner_id)
    given: dict[str, Any] = {"expected_version": row.version, "actor": partner}
    if state is S.ACKNOWLEDGED:
        await answering.acknowledge(CLAIMS, row.id, **given)
    if state is S.REJECTED:
        await answering.reject(CLAIMS, row.id, reason="r", **given)
    return row


def test_every_action_is_tried() -> None:
    assert set(BORDEREAUX.verbs) == set(BordereauAction)


def test_it_is_written_handed_over_and_answered_as_that_of_the_premiums() -> None:
    assert CLAIM_BORDEREAU_LIFECYCLE.steps == BORDEREAU_LIFECYCLE.steps


@pytest.mark.parametrize("state", BordereauState)
async def test_each_action_on_a_bordereau_is_done_by_exactly_its_roles(state: BordereauState, tmp_path: Path) -> None:
    partner = await partner_with_a_book()
    made = await _made(state, partner)
    row = await ClaimBordereau.get(id=made.id)
    assert row.state is state
    await try_steps(BORDEREAUX, FolderStore(tmp_path), row, await everybody(partner))
