"""What can be read of the timeline of a claim, and by whom."""

from __future__ import annotations

from domain.claims.reading import CLAIM, PART_SEEN_BY
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import Derived, Entity, Expression, instants, link, order, texts
from domain.kernel.projection.visibility import AllOf, Is, Owns, SeenBy
from domain.risk.reading import FRAUD_READERS
from domain.staff.reading import STAFF
from domain.timelines.events import EVENTS, sentence, told_in
from domain.timelines.terms import Measure

OUTSIDE = (Role.CUSTOMER, Role.PARTNER)
KINDS = " ".join(f"WHEN '{action}' THEN '{event.kind}'" for action, event in EVENTS.items())
INSIDE = Is("action", told_in(Measure.EVERYBODY, Measure.CUSTOMER, Measure.STAFF))
WHOLE = Is("action", told_in(*Measure))

SEEN_BY: SeenBy = {
    Role.CUSTOMER: AllOf(
        (Owns("customer_id", Fact.CUSTOMER_ID), Is("action", told_in(Measure.EVERYBODY, Measure.CUSTOMER)))
    ),
    Role.PARTNER: AllOf((Owns("partner_id", Fact.PARTNER_ID), Is("action", told_in(Measure.EVERYBODY)))),
    **{role: WHOLE if role in FRAUD_READERS else INSIDE for role in PART_SEEN_BY if role not in OUTSIDE},
}

CLAIM_EVENT = Entity(
    name="ClaimEvent",
    table="claim_event",  # a view over the audit
    prefix="cev",
    seen_by=SEEN_BY,
    columns={
        **instants("at"),
        **texts("action", "party"),
        "kind": Expression(f"CASE {{row}}.action {KINDS} END"),
        "message": Derived(("action",), sentence, language=True),
    },
    orders={"RECORDED": order()},
)

link(CLAIM_EVENT, "claim", CLAIM, "claim_id", back="timeline")
link(CLAIM_EVENT, "staff", STAFF, "staff_id")
