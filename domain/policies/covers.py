"""The live covers of a device: one for each peril, whoever sold it; let go and taken again as a policy pays or not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.kernel.database import fetch, take_turns
from domain.kernel.ids import new_id
from domain.kernel.subject import Subject
from domain.policies.models import CoverHold, Policy, PolicyCover
from domain.policies.refusals import DeviceCovered
from domain.products.terms import Peril

TAKEN = """
SELECT serial_number, peril FROM policy_cover WHERE serial_number = ANY($1::text[]) AND live
UNION SELECT serial_number, peril FROM cover_hold
WHERE serial_number = ANY($1::text[]) AND holder_id IS DISTINCT FROM $2::uuid
"""


async def refuse_covered(
    serial_number: str, perils: Sequence[Peril], path: tuple[str, ...] = (), *, holder: Subject | None = None
) -> None:
    """Refuses a second live cover of a device, and one that is kept free for somebody other than the `holder`.

    Two changes of one device wait for each other here, until the commit.

    Raises: DeviceCovered.
    """
    await wait_for_device(serial_number)
    taken = await covered_perils(serial_number, perils, holder=holder)
    if taken:
        raise DeviceCovered(perils=taken, path=path)


async def wait_for_device(serial_number: str) -> None:
    """Lets changes of the covers of one device wait for each other, until the commit."""
    await take_turns(device_key(serial_number))


async def covered_perils(
    serial_number: str, perils: Sequence[Peril], *, holder: Subject | None = None
) -> tuple[str, ...]:
    """Which of these perils a device is covered against, or promised to be to somebody other than the `holder`."""
    taken = await taken_perils([serial_number], holder=holder)
    return tuple(sorted(taken.get(serial_number, set()) & {each.value for each in perils}))


async def taken_perils(serial_numbers: Sequence[str], *, holder: Subject | None = None) -> dict[str, set[str]]:
    """What devices are covered against, or promised to be to somebody other than the `holder`, by serial number."""
    taken: dict[str, set[str]] = {}
    for row in await fetch(TAKEN, list(serial_numbers), holder.id if holder else None):
        taken.setdefault(row["serial_number"], set()).add(row["peril"])
    return taken


async def hold_covers(serial_number: str, perils: Sequence[Peril], *, holder: Subject) -> None:
    """Keeps the covers of a device free for a holder, in the current transaction; the same again changes nothing.

    Raises: DeviceCovered.
    """
    await refuse_covered(serial_number, perils, holder=holder)
    held = {each.peril for each in await CoverHold.filter(holder_id=holder.id)}
    await CoverHold.bulk_create(
        CoverHold(id=new_id(), serial_number=serial_number, peril=peril, holder_kind=holder.kind, holder_id=holder.id)
        for peril in perils
        if peril not in held
    )


async def release_holds(holder: Subject) -> None:
    """Lets go what was kept free for a holder."""
    await CoverHold.filter(holder_id=holder.id).delete()


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
