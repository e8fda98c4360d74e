"""Queries of quotes."""

from __future__ import annotations

import strawberry

from api.lists import RECOMMENDATION_ORDER, RECOMMENDATION_WHERE
from api.paging import Connection
from api.quotes.recommendations import Recommendation
from api.reading import fields


@strawberry.type
class QuotesQueries:
    """Reads of quotes."""

    recommendation: Recommendation | None = fields.by_id("One recommendation.")
    recommendations: Connection[Recommendation] = fields.connection(
        "Recommendations.", order=RECOMMENDATION_ORDER, where=RECOMMENDATION_WHERE
    )
