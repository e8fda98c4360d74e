"""Queries of billing."""

from __future__ import annotations

import strawberry

from api.billing.types import Invoice, PremiumException
from api.listing import order_of, where_of
from api.lists import INVOICE_ORDER, INVOICE_WHERE
from api.paging import Connection
from api.reading import fields
from domain.billing.reading import PREMIUM_EXCEPTION
from domain.billing.terms import PremiumExceptionKind, PremiumExceptionState


@strawberry.type
class BillingQueries:
    """Reads of billing."""

    invoice: Invoice | None = fields.by_id("One invoice.")
    invoices: Connection[Invoice] = fields.connection("Invoices.", order=INVOICE_ORDER, where=INVOICE_WHERE)
    premium_exceptions: Connection[PremiumException] = fields.connection(
        "Money that came in and fits nothing.",
        order=order_of(PREMIUM_EXCEPTION),
        where=where_of(PREMIUM_EXCEPTION, state=PremiumExceptionState, kind=PremiumExceptionKind),
    )
