"""How verbs take hold of a claim: its policy first where amounts are at stake, and only what is in sight."""

from __future__ import annotations

from uuid import UUID

from domain.claims.lifecycle import OVER
from domain.claims.models import Claim
from domain.claims.reading import CLAIM
from domain.claims.refusals import AssignedToAnother, OwnClaim
from domain.customers.payee import is_member_of_staff
from domain.kernel.actor import Actor, Fact, Role
from domain.kernel.database import fetch_one
from domain.kernel.projection.visibility import EVERYTHING, predicate_sql, seen_by_roles
from domain.kernel.refusals import NotFound
from domain.kernel.rows import expect_version, from_database, lock_visible
from domain.policies.models import Policy


async def lock_claim(claim_id: UUID, actor: Actor, expected_version: int | None) -> tuple[Policy, Claim]:
    """The claim and its policy, the policy locked first, so that what claims use of it cannot change meanwhile.

    Raises: NotFound for a missing claim and for one out of sight alike; StaleVersion.
    """
    arguments: list[object] = [claim_id]

    def bind(fact: Fact) -> str:
        arguments.append(getattr(actor, fact))
        return f"${len(arguments)}::uuid"

    predicate = EVERYTHING if actor.has(Role.SYSTEM) else seen_by_roles(CLAIM.seen_by, actor.roles)
    in_sight = f"SELECT c.policy_id FROM claim c WHERE c.id = $1::uuid AND {predicate_sql(predicate, 'c', bind)}"
    statement = f"SELECT p.* FROM policy p WHERE p.id = ({in_sight}) FOR NO KEY UPDATE"
    row = await fetch_one(statement, *arguments)
    if row is None:
        raise NotFound(kind=CLAIM.name)
    claim = await lock_visible(Claim, CLAIM, claim_id, actor)
    expect_version(claim, expected_version)
    return from_database(Policy, row), claim


async def lock_work(claim_id: UUID, actor: Actor, expected_version: int | None) -> Claim:
    """The claim, locked, for whoever works on it where no amount is at stake.

    Raises: NotFound; StaleVersion; AssignedToAnother.
    """
    claim = await lock_visible(Claim, CLAIM, claim_id, actor)
    expect_version(claim, expected_version)
    expect_own_work(claim, actor)
    return claim


async def lock_work_with_policy(claim_id: UUID, actor: Actor, expected_version: int | None) -> tuple[Policy, Claim]:
    """The same behind the policy's lock, where an amount is at stake.

    Raises: NotFound; StaleVersion; AssignedToAnother.
    """
    policy, claim = await lock_claim(claim_id, actor, expected_version)
    expect_own_work(claim, actor)
    return policy, claim


def expect_own_work(claim: Claim, actor: Actor) -> None:
    """Lets a handler work only on the claims assigned to him or her; managers and other roles pass.

    A claim without a handler is nobody's: its steps say what a handler may do with it.

    Raises: AssignedToAnother.
    """
    if not actor.has(Role.CLAIMS_HANDLER) or actor.has(Role.CLAIMS_MANAGER):
        return
    if claim.handler_id not in {None, actor.staff_id}:
        raise AssignedToAnother


async def refuse_own_claim(claim: Claim, staff_id: UUID | None) -> None:
    """Keeps whoever is the customer of a claim, by the same mail address, from working on it.

    Raises: OwnClaim.
    """
    if await is_member_of_staff(claim.customer_id, staff_id):
        raise OwnClaim


async def works_for(customer_id: UUID, actor: Actor) -> bool:
    """Whether a handler has a claim of this customer to work on, or a manager one to answer for."""
    open_ones = Claim.filter(customer_id=customer_id).exclude(state__in=OVER)
    return await (open_ones if actor.has(Role.CLAIMS_MANAGER) else open_ones.filter(handler_id=actor.staff_id)).exists()
