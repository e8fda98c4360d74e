"""Subscriptions of policies."""

from __future__ import annotations

import strawberry

from api.policies.types import Policy
from api.reading import fields


@strawberry.type
class PoliciesSubscriptions:
    """What can be watched of policies."""

    policy_updated: Policy = fields.watched("One policy as it stands, and again after every change.")
