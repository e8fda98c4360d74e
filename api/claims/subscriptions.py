"""Subscriptions of claims."""

from __future__ import annotations

import strawberry

from api.claims.types import Claim
from api.reading import fields


@strawberry.type
class ClaimsSubscriptions:
    """What can be watched of claims."""

    claim_updated: Claim = fields.watched("One claim as it stands, and again after every change.")
