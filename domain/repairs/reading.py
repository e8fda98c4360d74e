"""What can be read of repairs, and by whom: a repairer its own orders and prices, the customer the order of the claim.

Once an order is over, its repairer sees the end of the serial numbers only.
"""

from __future__ import annotations

from domain.claims.reading import CLAIM
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    rates,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import JSON, RATE, TEXT, TRUTH, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER, WEBHOOK_DELIVERY
from domain.payouts.reading import PAYOUT
from domain.products.terms import Peril
from domain.repairs.lifecycle import REPAIR_LIFECYCLE
from domain.repairs.terms import RepairAction, RepairState
from domain.service_levels.reading import SERVICE_CLOCK
from domain.staff.reading import STAFF

INSIDERS = (Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.RISK, Role.COMPLIANCE)
"""Who works with repairers' prices."""
NETWORK_SEEN_BY: SeenBy = {
    Role.REPAIRER: Owns("partner_id", Fact.PARTNER_ID),
    **dict.fromkeys((Role.CUSTOMER_SERVICE, *INSIDERS), EVERYTHING),
}
CARD_SEEN_BY: SeenBy = {
    Role.REPAIRER: Owns("repairer_partner_id", Fact.PARTNER_ID), **dict.fromkeys(INSIDERS, EVERYTHING),
}  # fmt: skip
SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    Role.REPAIRER: Owns("repairer_partner_id", Fact.PARTNER_ID),
    **dict.fromkeys((Role.CUSTOMER_SERVICE, *INSIDERS), EVERYTHING),
}
_DAYS = "extract(epoch FROM {o}.returned_at - {o}.received_at) / 86400"
_OF_REPAIRER = "FROM repair_order o WHERE o.repairer_id = {row}.id AND o.returned_at IS NOT NULL"
_AWAITED = f"""
  {{row}}.state = '{RepairState.ACCEPTED}'
  AND (SELECT c.cause FROM claim c WHERE c.id = {{row}}.claim_id) <> '{Peril.THEFT}'
"""
"""Whether a device is on its way to the repairer, and nobody can say yet whether it is beyond repair."""
_REPEATED = "EXISTS (SELECT FROM repair_order n WHERE n.repeat_of_id = o.id)"


def _while_open(column: str, *, nullable: bool = False) -> Masked:
    """A serial number, whole for a repairer while the order is open, its last four characters later."""
    text = f"{{row}}.{column}"
    end = f"repeat('*', length({text}) - 4) || right({text}, 4)"
    hidden = f"CASE WHEN length({text}) > 4 THEN {end} ELSE repeat('*', length({text})) END"
    shown = f"CASE WHEN {{row}}.closed_at IS NULL THEN {text} ELSE {hidden} END"
    return Masked(column, shown, frozenset({Role.REPAIRER}), nullable)


def _while_live(column: str) -> str:
    """What a repairer must know of the customer, from the offer of an order until it is refused or over."""
    live = "{row}.closed_at IS NULL AND {row}.state NOT IN ('CREATED', 'REFUSED')"
    return f"CASE WHEN {live} THEN (SELECT {column} FROM customer c WHERE c.id = {{row}}.customer_id) END"


REPAIRER = Entity(
    name="Repairer",
    table="repairer",
    prefix="rpr",
    kind=SubjectKind.REPAIRER,
    seen_by=NETWORK_SEEN_BY,
    columns={
        **texts("name"),
        "cities": Column("cities", JSON),
        "brands": Column("brands", JSON),
        **wholes("daily_capacity", "version"),
        **flags("active"),
        "completed_orders": Expression(f"(SELECT count(*)::int {_OF_REPAIRER})", WHOLE),
        "average_turnaround_days": Expression(
            f"(SELECT round(avg({_DAYS.format(o='o')})::numeric, 2) {_OF_REPAIRER})", RATE, nullable=True
        ),
        "repeat_repairs": Expression(f"(SELECT count(*)::int {_OF_REPAIRER} AND {_REPEATED})", WHOLE),
    },
    orders={"RECORDED": order()},
)

RATE_CARD_LINE = Entity(
    name="RateCardLine",
    table="rate_card_line",
    prefix="rcl",
    seen_by=CARD_SEEN_BY,
    columns={
        **texts("kind", "code", "description", "currency"),
        **days("valid_from"),
        **instants("created_at"),
        "price": Amount("price_minor"),
    },
    orders={"RECORDED": order()},
)

REPAIR_ORDER = Entity(
    name="RepairOrder",
    table="repair_order",
    prefix="rpo",
    kind=SubjectKind.REPAIR_ORDER,
    seen_by=SEEN_BY,
    columns={
        **texts("order_number", "state", "category", "brand", "model", "city", "currency"),
        **maybe_texts(
            "instructions", "diagnosis", "proposal", "outcome", "outcome_reason", "refusal_reason",
            "rejection_reason", "invoice_number",
        ),
        **instants("created_at"),
        **instants(
            "dispatched_at", "accepted_at", "received_at", "estimated_at", "approved_at", "completed_at", "returned_at",
            "closed_at", "settled_at", nullable=True,
        ),
        **days("parts_warranty_until", nullable=True),
        **flags("in_parts_warranty"),
        **rates("replacement_rate", nullable=True),
        **wholes("version"),
        "serial_number": _while_open("serial_number"),
        "replacement_serial_number": _while_open("replacement_serial_number", nullable=True),
        "repairer_name": Expression(
            "(SELECT r.name FROM repairer r WHERE r.id = {row}.repairer_id)", nullable=True
        ),
        "contact_name": Expression(_while_live("c.full_name"), nullable=True),
        "contact_phone": Expression(_while_live("c.phone_mask"), nullable=True),
        "is_repeat": Expression("{row}.repeat_of_id IS NOT NULL", TRUTH),
        "turnaround_days": Expression(f"floor({_DAYS.format(o='{row}')})::int", WHOLE, nullable=True),
        "grounds": Column("grounds", JSON),
        "estimate": Amount("estimate_minor", nullable=True),
        "covered": Amount("covered_minor", nullable=True),
        "approved": Amount("approved_minor", nullable=True),
        "actual_value": Amount("actual_value_minor", nullable=True),
        "invoiced": Amount("invoiced_minor", nullable=True),
        "payable": Amount("payable_minor", nullable=True),
        "available_actions": Actions(
            REPAIR_LIFECYCLE, tuple(RepairState), withheld={RepairAction.DECLARE_BEYOND_REPAIR: _AWAITED}
        ),
    },
    orders={"RECORDED": order()},
    filters={
        "order_number": Filter("order_number", TEXT),
        "claim_id": Filter("claim_id", id_of(CLAIM.prefix)),
        "repairer_id": Filter("repairer_id", id_of(REPAIRER.prefix)),
        "state": Filter("state", TEXT),
    },
)  # fmt: skip

ESTIMATE_LINE = Entity(
    name="EstimateLine",
    table="estimate_line",
    prefix="esl",
    seen_by=SEEN_BY,
    columns={
        **texts("kind", "description", "currency"),
        **maybe_texts("code", "off_card_reason", "exclusion", "old_serial_number", "new_serial_number"),
        **wholes("position", "quantity"),
        **flags("covered"),
        "price": Amount("price_minor"),
        "bill": Amount("bill_minor"),
        "card_price": Amount("card_price_minor", nullable=True),
    },
    orders={"RECORDED": order()},
)

link(REPAIRER, "partner", PARTNER, "partner_id")
link(RATE_CARD_LINE, "repairer", REPAIRER, "repairer_id", back="rate_card")
link(RATE_CARD_LINE, "setter", STAFF, "set_by")
link(REPAIR_ORDER, "claim", CLAIM, "claim_id", back="repair_orders")
link(REPAIR_ORDER, "customer", CUSTOMER, "customer_id", back="repair_orders")
link(REPAIR_ORDER, "partner", PARTNER, "partner_id")
link(REPAIR_ORDER, "repairer", REPAIRER, "repairer_id", back="orders")
link(REPAIR_ORDER, "repeat_of", REPAIR_ORDER, "repeat_of_id", back="repeats")
link(REPAIR_ORDER, "approver", STAFF, "approved_by")
link(ESTIMATE_LINE, "order", REPAIR_ORDER, "order_id", back="lines")
about(PAYOUT, "source", SubjectKind.REPAIR_ORDER, REPAIR_ORDER, back="payouts")
about(NOTIFICATION, "subject", SubjectKind.REPAIR_ORDER, REPAIR_ORDER, back="notifications")
about(SERVICE_CLOCK, "subject", SubjectKind.REPAIR_ORDER, REPAIR_ORDER)
about(WEBHOOK_DELIVERY, "subject", SubjectKind.REPAIR_ORDER, REPAIR_ORDER)
