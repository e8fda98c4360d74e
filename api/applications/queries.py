"""Queries of applications."""

from __future__ import annotations

import strawberry

from api.applications.types import Application
from api.lists import APPLICATION_ORDER, APPLICATION_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class ApplicationsQueries:
    """Reads of applications."""

    application: Application | None = fields.by_id("One application.")
    applications: Connection[Application] = fields.connection(
        "Applications.", order=APPLICATION_ORDER, where=APPLICATION_WHERE
    )
