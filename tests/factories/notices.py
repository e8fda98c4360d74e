"""Notifications in the situations that tests start from."""

from __future__ import annotations

import json
from uuid import UUID

from domain.customers import contacts
from domain.customers.models import Customer
from domain.kernel.actor import Actor
from domain.kernel.sealing import unseal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE, notify
from domain.notifications.rendering import render

PARAMETERS = {
    "claim_number": "CL2026000001", "reason": "Not covered.", "documents": "IDENTITY",
    "code": "123456", "minutes": "10",
}  # fmt: skip


async def tell(customer_id: UUID, *, template: str = "CLAIM_NOT_REGISTERED", **parameters: str) -> UUID:
    """Writes to a customer about himself or herself, in the current transaction."""
    customer = await Customer.get(id=customer_id)
    return await notify(
        template=template,
        recipient=await contacts.recipient_of(customer_id),
        parameters=PARAMETERS | parameters,
        subject=Subject(SubjectKind.CUSTOMER, customer_id),
        scope=Scope(customer_id, customer.partner_id),
        actor=Actor.system("test"),
    )


def told(notice: Notification) -> str:
    """What a notification says, in its language."""
    parameters = json.loads(unseal(PARAMETERS_PLACE, notice.id, notice.parameters_sealed))
    return render(notice.template, notice.language, parameters).body
