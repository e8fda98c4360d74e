"""Queries of policies."""

from __future__ import annotations

import strawberry

from api.lists import POLICY_ORDER, POLICY_WHERE, REGISTRATION_ORDER
from api.paging import Connection
from api.policies.inputs import PolicyBy
from api.policies.types import Policy, Registration
from api.reading import fields


@strawberry.type
class PoliciesQueries:
    """Reads of policies."""

    policy: Policy | None = fields.by_key("One policy.", PolicyBy, id="id", number="policy_number")
    policies: Connection[Policy] = fields.connection(
        "Policies.",
        order=POLICY_ORDER,
        where=POLICY_WHERE,
    )
    registration: Registration | None = fields.by_id("Many sales that were asked for together.")
    registrations: Connection[Registration] = fields.connection(
        "Sales that were asked for together, by request or file.", order=REGISTRATION_ORDER
    )
