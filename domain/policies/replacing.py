"""Another device in the place of the insured one 换新: the cover goes over to it, with all that is left of it."""

from __future__ import annotations

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.kernel.actor import Actor
from domain.kernel.masks import mask_serial
from domain.kernel.refusals import Invalid
from domain.kernel.rows import save_changes
from domain.policies import rules
from domain.policies.covers import refuse_covered
from domain.policies.jobs import MakePolicyDocuments
from domain.policies.models import Policy, PolicyCover
from domain.policies.notices import scope_of, subject_of
from domain.policies.selling import MAX_NUMBER, serial_faults

PATH = ("input", "serialNumber")


async def move_covers(policy: Policy, serial_number: str, *, reason: str, actor: Actor) -> None:
    """Moves a policy, which must be locked, and its covers to the device that replaced the insured one.

    In the current transaction; a new policy document is made after it. The old device may be insured again by whoever
    gets it.

    Raises: Invalid for a serial number that breaks its form; DeviceCovered when the new device has a live cover for one
    of the perils already, or is the same.
    """
    new = rules.serial_form(serial_number)
    if not 0 < len(new) <= MAX_NUMBER:
        raise Invalid("length", str(MAX_NUMBER), path=PATH)
    for fault in serial_faults(policy.category, new, PATH):
        raise fault
    covers = await PolicyCover.filter(policy_id=policy.id)
    await refuse_covered(new, [each.peril for each in covers], PATH)
    before, policy.serial_number = policy.serial_number, new
    policy.document_edition += 1
    await PolicyCover.filter(policy_id=policy.id).update(serial_number=new)
    await save_changes(policy, "serial_number", "document_edition")
    await record(
        "policy:replace_device",
        subject_of(policy),
        actor,
        before={"serial_number": mask_serial(before)},
        after={"serial_number": mask_serial(new)},
        reason=reason,
    )
    await enqueue(
        MakePolicyDocuments(policy_id=policy.id), subject=subject_of(policy), scope=scope_of(policy), actor=actor
    )
