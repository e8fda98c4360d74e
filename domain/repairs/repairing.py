"""The repairer's side of a repair order: taken or refused, the device received, repaired and returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid
from domain.policies.rules import is_serial, serial_form
from domain.policies.selling import MAX_NUMBER
from domain.repairs import limits
from domain.repairs.locks import subject_of, take
from domain.repairs.models import EstimateLine, RepairOrder
from domain.repairs.notices import tell_customer
from domain.repairs.refusals import NoSuchPart, OtherDevice
from domain.repairs.terms import RepairAction, RepairLimit, WorkKind
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage


@dataclass(frozen=True, slots=True)
class ReplacedPart:
    """A part that was replaced: its place in the estimate, and its serial numbers."""

    position: int
    old_serial_number: str
    new_serial_number: str


async def accept(order_id: UUID, *, expected_version: int, actor: Actor) -> RepairOrder:
    """The repairer takes an order.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await take(order_id, RepairAction.ACCEPT, expected_version=expected_version, actor=actor)
        found.order.accepted_at = clock.now()
        await found.write("accepted_at", actor=actor)
        await clocks.stop(subject_of(found.order), ServiceStage.FIRST_RESPONSE)
    return found.order


async def refuse(order_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> RepairOrder:
    """The repairer does not take an order; it may be offered to another.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await take(order_id, RepairAction.REFUSE, expected_version=expected_version, actor=actor)
        found.order.refusal_reason = reason
        await found.write("refusal_reason", actor=actor, reason=reason)
        await clocks.drop(subject_of(found.order))
    return found.order


async def receive(order_id: UUID, *, serial_number: str, expected_version: int, actor: Actor) -> RepairOrder:
    """The repairer takes the device in, by the serial number that stands on it; the customer is told.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OtherDevice.
    """
    async with transaction():
        found = await take(order_id, RepairAction.RECEIVE_DEVICE, expected_version=expected_version, actor=actor)
        order = found.order
        if serial_form(serial_number) != order.serial_number:
            raise OtherDevice(path=("input", "serialNumber"))
        order.received_at = clock.now()
        await found.write("received_at", actor=actor)
        await tell_customer(order, "REPAIR_DEVICE_RECEIVED", actor)
    return order


async def diagnose(order_id: UUID, *, diagnosis: str, expected_version: int, actor: Actor) -> RepairOrder:
    """The repairer says what is broken.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await take(order_id, RepairAction.DIAGNOSE, expected_version=expected_version, actor=actor)
        found.order.diagnosis = diagnosis
        await found.write("diagnosis", actor=actor)
    return found.order


async def start(order_id: UUID, *, expected_version: int, actor: Actor) -> RepairOrder:
    """The repairer begins the repair that was approved.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await take(order_id, RepairAction.START_REPAIR, expected_version=expected_version, actor=actor)
        await found.write(actor=actor)
    return found.order


async def complete(
    order_id: UUID, *, parts: Sequence[ReplacedPart], expected_version: int, actor: Actor
) -> RepairOrder:
    """The device is repaired; the customer is told. `parts` are those replaced that have serial numbers.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; NoSuchPart.
    """
    async with transaction():
        found = await take(order_id, RepairAction.COMPLETE, expected_version=expected_version, actor=actor)
        order = found.order
        await _note_parts(order, parts)
        order.completed_at = clock.now()
        await found.write("completed_at", actor=actor, replaced=[part.position for part in parts])
        await tell_customer(order, "REPAIR_COMPLETED", actor)
    return order


async def _note_parts(order: RepairOrder, parts: Sequence[ReplacedPart]) -> None:
    lines = {line.position: line for line in await EstimateLine.filter(order_id=order.id, kind=WorkKind.PART)}
    for index, part in enumerate(parts):
        line = lines.pop(part.position, None)
        if line is None:
            raise NoSuchPart(position=part.position, path=("input", "parts", str(index), "position"))
        line.old_serial_number = _serial(part.old_serial_number, index, "oldSerialNumber")
        line.new_serial_number = _serial(part.new_serial_number, index, "newSerialNumber")
        await line.save(update_fields=["old_serial_number", "new_serial_number"])


async def give_back(order_id: UUID, *, expected_version: int, actor: Actor) -> RepairOrder:
    """The customer has the device; from now on the parts that were replaced are warranted.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await take(order_id, RepairAction.RETURN_DEVICE, expected_version=expected_version, actor=actor)
        order = found.order
        order.returned_at = clock.now()
        has_parts = await EstimateLine.filter(order_id=order.id, kind=WorkKind.PART).exists()
        if order.outcome is None and has_parts:
            today = clock.day_of(order.returned_at)
            order.parts_warranty_until = today + timedelta(days=await limits.days(RepairLimit.PARTS_WARRANTY, today))
        await found.write("returned_at", "parts_warranty_until", actor=actor)
    return order


def _serial(given: str, index: int, name: str) -> str:
    form = serial_form(given)
    if not is_serial(form) or len(form) > MAX_NUMBER:
        raise Invalid("serial_number_form", path=("input", "parts", str(index), name))
    return form
