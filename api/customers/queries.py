"""Queries of customers."""

from __future__ import annotations

import strawberry

from api.customers.types import Customer
from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Fact


@strawberry.type
class CustomersQueries:
    """Reads of customers."""

    me: Customer | None = fields.mine("The customer who asks; null for everybody else.", Fact.CUSTOMER_ID)
    customer: Customer | None = fields.by_id("One customer.")
    customers: Connection[Customer] = fields.connection(
        "Customers.", order=order_of(CUSTOMER), where=where_of(CUSTOMER)
    )
