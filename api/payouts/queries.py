"""Queries of payouts."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.lists import PAYOUT_ORDER, PAYOUT_WHERE
from api.paging import Connection
from api.payouts.types import Payout, PayoutException
from api.reading import fields
from domain.payouts.reading import PAYOUT_EXCEPTION
from domain.payouts.terms import ExceptionKind, ExceptionState


@strawberry.type
class PayoutsQueries:
    """Reads of payouts."""

    payout: Payout | None = fields.by_id("One payout.")
    payouts: Connection[Payout] = fields.connection(
        "Payouts.", order=PAYOUT_ORDER, where=PAYOUT_WHERE
    )
    payout_exceptions: Connection[PayoutException] = fields.connection(
        "Differences between the bank, the payouts and the ledger.",
        order=order_of(PAYOUT_EXCEPTION),
        where=where_of(PAYOUT_EXCEPTION, state=ExceptionState, kind=ExceptionKind),
    )
