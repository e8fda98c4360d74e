"""What can be read of risk, and by whom: the grade where it is sold, the score where it is underwritten.

Customers and partners see no rows. Sales sees rows for their grade alone; what stands behind it is for other roles.
"""

from __future__ import annotations

from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Role
from domain.kernel.projection.entity import (
    Column,
    Derived,
    Entity,
    Filter,
    days,
    instants,
    link,
    maybe_texts,
    order,
    rates,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, SeenBy
from domain.kernel.projection.wire import DAY, JSON, RATE, TEXT, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER
from domain.staff.reading import STAFF

SCORE_READERS = (Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE)
"""Who sees scores, what they are made of, and scorecards."""
SCORECARDS: SeenBy = dict.fromkeys(SCORE_READERS, EVERYTHING)
GRADES: SeenBy = dict.fromkeys((Role.SALES, *SCORE_READERS), EVERYTHING)


def as_stored(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """A stored list as it is. Shapes: see `CreditAssessment.facts` and `points`."""
    return found


SCORECARD = Entity(
    name="Scorecard",
    table="scorecard",
    prefix="scd",
    kind=SubjectKind.SCORECARD,
    seen_by=SCORECARDS,
    columns={
        **days("applies_from"),
        **rates("pdo", "base_score", "base_odds"),
        **wholes("valid_days"),
        **instants("created_at"),
    },
    orders={"APPLIES_FROM": order("applies_from", "date"), "RECORDED": order()},
    filters={"applies_from": Filter("applies_from", DAY)},
)
SCORECARD_BIN = Entity(
    name="ScorecardBin",
    table="scorecard_bin",
    prefix="sbn",
    seen_by=SCORECARDS,
    columns={
        **texts("characteristic"),
        **maybe_texts("value"),
        **wholes("goods", "bads"),
        "lower": Column("lower", WHOLE, nullable=True),
        "upper": Column("upper", WHOLE, nullable=True),
    },
    orders={"RECORDED": order()},
)
CREDIT_BAND = Entity(
    name="CreditBand",
    table="credit_band",
    prefix="cbd",
    seen_by=SCORECARDS,
    columns={**texts("grade", "credit_action"), **rates("least_score", "premium_factor", nullable=True)},
    orders={"RECORDED": order()},
)
CREDIT_ASSESSMENT = Entity(
    name="CreditAssessment",
    table="credit_assessment",
    prefix="cra",
    kind=SubjectKind.CREDIT_ASSESSMENT,
    seen_by=GRADES,
    columns={
        **texts("grade", "credit_action", "actor"),
        **rates("score", "base_points"),
        "premium_factor": Column("premium_factor", RATE, nullable=True),
        **instants("assessed_at"),
        **days("valid_until"),
        "stored_facts": Column("facts", JSON),
        "facts": Derived(("stored_facts",), as_stored),
        "stored_points": Column("points", JSON),
        "points": Derived(("stored_points",), as_stored),
    },
    orders={"RECORDED": order()},
    filters={
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "grade": Filter("grade", TEXT),
    },
)
FRAUD_READERS = (Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK, Role.COMPLIANCE)
"""Who sees what speaks against a claim; never whom it is about, nor who sold to them."""
FRAUD: SeenBy = dict.fromkeys(FRAUD_READERS, EVERYTHING)

FRAUD_STANDARD = Entity(
    name="FraudStandard",
    table="fraud_standard",
    prefix="fst",
    kind=SubjectKind.FRAUD_STANDARD,
    seen_by=FRAUD,
    columns={**days("applies_from"), **wholes("refer_at"), **instants("created_at")},
    orders={"APPLIES_FROM": order("applies_from", "date"), "RECORDED": order()},
    filters={"applies_from": Filter("applies_from", DAY)},
)
FRAUD_RULE = Entity(
    name="FraudRule",
    table="fraud_rule",
    prefix="frl",
    seen_by=FRAUD,
    columns={**texts("code"), **wholes("points", "threshold")},
    orders={"RECORDED": order()},
)
FRAUD_SIGNAL = Entity(
    name="FraudSignal",
    table="fraud_signal",
    prefix="fsg",
    seen_by=FRAUD,
    columns={**texts("code", "evidence"), **wholes("points"), **instants("found_at")},
    orders={"RECORDED": order()},
)
link(FRAUD_STANDARD, "setter", STAFF, "set_by")
link(FRAUD_RULE, "standard", FRAUD_STANDARD, "standard_id", back="rules")
link(FRAUD_SIGNAL, "standard", FRAUD_STANDARD, "standard_id")
link(SCORECARD, "setter", STAFF, "set_by")
link(SCORECARD_BIN, "scorecard", SCORECARD, "scorecard_id", back="bins")
link(CREDIT_BAND, "scorecard", SCORECARD, "scorecard_id", back="bands")
link(CREDIT_ASSESSMENT, "customer", CUSTOMER, "customer_id", back="credit_assessments")
link(CREDIT_ASSESSMENT, "partner", PARTNER, "partner_id")
link(CREDIT_ASSESSMENT, "scorecard", SCORECARD, "scorecard_id")
