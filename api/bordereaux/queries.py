"""Queries of bordereaux."""

from __future__ import annotations

import strawberry

from api.bordereaux.types import Bordereau
from api.lists import BORDEREAU_ORDER, BORDEREAU_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class BordereauxQueries:
    """Reads of bordereaux."""

    bordereau: Bordereau | None = fields.by_id("One bordereau.")
    bordereaux: Connection[Bordereau] = fields.connection("Bordereaux.", order=BORDEREAU_ORDER, where=BORDEREAU_WHERE)
