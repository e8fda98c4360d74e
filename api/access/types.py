"""What access shows: sessions, one's own among them."""

from __future__ import annotations

from datetime import datetime

from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.staff.types import Staff
from domain.access.reading import SESSION
from domain.access.terms import ApiScope, EndReason, Principal
from domain.kernel.actor import Role

described(Principal)
described(ApiScope)
described(Role)
described(EndReason, "SessionEndReason")


@fields.entity_type(SESSION)
class Session(Node):
    """Somebody who is signed in 会话, or an API key of a partner."""

    principal: Principal = fields.bound("Whose it is.")
    roles: list[Role] = fields.bound("What its owner may be in it.")
    label: str | None = fields.bound("The name of an API key.")
    scopes: list[ApiScope] = fields.bound("What an API key may be used for; empty for people.")
    is_live: bool = fields.bound("Whether it has neither ended nor run out.")
    created_at: datetime = fields.bound("When it began.")
    expires_at: datetime = fields.bound("When it ends by itself.")
    refreshed_at: datetime | None = fields.bound("When it was renewed last.")
    revoked_at: datetime | None = fields.bound("When it was ended before its time.")
    revoked_reason: EndReason | None = fields.bound("Why it was ended before its time.")
    staff: Staff | None = fields.bound("The member of staff, if it is one's.")
    customer: Customer | None = fields.bound("The customer, if it is one's.")
    partner: Partner | None = fields.bound("The partner, if it is an API key.")
    version: int = fields.bound("How often it was changed.")
