"""Finding policies by what a caller knows of the insured device."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.actor import Actor, Fact
from domain.kernel.database import fetch
from domain.kernel.projection.visibility import predicate_sql, seen_by_roles
from domain.policies.reading import POLICY
from domain.policies.rules import serial_form
from domain.policies.terms import PolicyState

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A policy that insures, or insured, a device."""

    id: UUID
    policy_number: str
    is_in_force: bool


async def insured_as(serial_number: str, actor: Actor) -> list[Found]:
    """The policies on a device by its serial number, however it was written, that the actor sees; the newest first."""
    arguments: list[object] = [serial_form(serial_number)]

    def bind(fact: Fact) -> str:
        arguments.append(getattr(actor, fact))
        return f"${len(arguments)}::uuid"

    in_sight = predicate_sql(seen_by_roles(POLICY.seen_by, actor.roles), "p", bind)
    rows = await fetch(
        f"SELECT p.id, p.policy_number, p.state FROM policy p WHERE p.serial_number = $1 AND {in_sight} "
        f"ORDER BY p.id DESC LIMIT {MOST_FOUND}",
        *arguments,
    )
    return [Found(UUID(str(each["id"])), each["policy_number"], each["state"] == PolicyState.IN_FORCE) for each in rows]
