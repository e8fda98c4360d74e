"""The live covers of a device: one for each peril, whoever sold it; let go and taken again as a policy pays or not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.kernel.database import take_turns
from domain.policies.models import Policy, PolicyCover
from domain.policies.refusals import DeviceCovered
from domain.products.terms import Peril


async def refuse_covered(serial_number: str, perils: Sequence[Peril], path: tuple[str, ...] = ()) -> None:
    """Refuses a second live cover of a device. Two changes of one device wait for each other here, until the commit.

    Raises: DeviceCovered.
    """
    await take_turns(device_key(serial_number))
    taken = await PolicyCover.filter(serial_number=serial_number, live=True, peril__in=perils).order_by("peril")
    if taken:
        raise DeviceCovered(perils=tuple(each.peril.value for each in taken), path=path)


def device_key(serial_number: str) -> str:
    """What those wait for each other by who change the covers of one device."""
    return f"policy:device:{serial_number}"


async def release_covers(policy_ids: list[UUID]) -> None:
    """Lets the devices of policies that pay no more be insured again."""
    await PolicyCover.filter(policy_id__in=policy_ids, live=True).update(live=False)


async def take_covers_again(policy: Policy) -> None:
    """Takes up again the covers that a policy let go.

    Raises: DeviceCovered when the device was insured otherwise meanwhile.
    """
    covers = await PolicyCover.filter(policy_id=policy.id)
    await refuse_covered(policy.serial_number, [each.peril for each in covers])
    await PolicyCover.filter(policy_id=policy.id).update(live=True)
