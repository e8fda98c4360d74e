"""Scoring, reading and setting scorecards through the schema, as each kind of caller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.risk.models import CreditAssessment, Scorecard
from tests.face.conftest import Face, untouched
from tests.factories.credit import BANDS, CLAIM_BINS, USE_BINS, assessed
from tests.factories.insured import Insured, insured, staff

SCORE = """score basePoints premiumFactor creditAction actor facts {characteristic value}
  points {characteristic bin points cost} scorecard {pdo bands {grade leastScore}}"""
ASSESS = """mutation($input: CreditAssessInput!) {creditAssess(input: $input) {
  assessment {id grade %s customer {id}} errors {code path message}}}""" % SCORE
SET = """mutation($input: ScorecardSetInput!) {scorecardSet(input: $input) {
  scorecard {appliesFrom pdo validDays setter {id} bins {characteristic lower upper value goods bads}
    bands {grade leastScore premiumFactor creditAction}}
  errors {code path message}}}"""
ONE = "query($id: ID!) {creditAssessment(id: $id) {grade validUntil %s}}"
LIST = "{creditAssessments(first: 5) {totalCount nodes {id grade customer {id}}}}"
OF_CUSTOMER = "query($id: ID!) {customer(id: $id) {creditAssessments(first: 5) {totalCount nodes {grade}}}}"

MIDDLE_OF_A_MONTH = datetime(2027, 1, 15, 4, tzinfo=UTC)
"""Thirty days before it are no whole month."""


def asked_of(covered: Insured, **changes: Any) -> dict[str, Any]:
    """What staff says of a customer."""
    return {
        "customerId": public_id("cus", covered.customer_id), "paymentDefaults": 0, "identity": "UNVERIFIED",
        "declaredUse": "PRIVATE", "reason": "a large order",
    } | changes  # fmt: skip


def scorecard(**changes: Any) -> dict[str, Any]:
    """A scorecard over claims and use, as risk names it."""
    bins = [
        {"characteristic": each.characteristic, "lower": each.lower, "upper": each.upper, "value": each.value,
         "goods": each.goods, "bads": each.bads}
        for each in CLAIM_BINS + USE_BINS
    ]  # fmt: skip
    bands = [
        {"grade": each.grade, "leastScore": None if each.least_score is None else str(each.least_score),
         "premiumFactor": None if each.premium_factor is None else str(each.premium_factor),
         "creditAction": each.credit_action}
        for each in BANDS
    ]  # fmt: skip
    return {
        "appliesFrom": (clock.today() + timedelta(days=1)).isoformat(), "pdo": "20", "baseScore": "600",
        "baseOdds": "50", "validDays": 90, "bins": bins, "bands": bands, "reason": "counts of 2026",
    } | changes  # fmt: skip


async def test_an_underwriter_scores_a_customer_and_reads_what_the_score_is_made_of(face: Face) -> None:
    with clock.at(MIDDLE_OF_A_MONTH):
        covered, actor = await insured(), await staff(Role.UNDERWRITER)
        answer = (await face.data(ASSESS, actor, input=asked_of(covered)))["creditAssess"]
    found = answer["assessment"]
    assert answer["errors"] == []
    assert (found["score"], found["grade"], found["premiumFactor"]) == ("533.92", "D", "1.300000")
    assert (found["creditAction"], found["actor"]) == ("SURCHARGE_OR_GUARANTEE", actor.label)
    assert found["points"][:2] == [
        {"characteristic": "IDENTITY", "bin": "UNVERIFIED", "points": "-40.00", "cost": "61.75"},
        {"characteristic": "TENURE_MONTHS", "bin": "[0, 1)", "points": "-20.00", "cost": "34.74"},
    ]
    assert found["facts"][0] == {"characteristic": "CLAIMS_3Y", "value": "0"}
    assert found["scorecard"]["bands"][0] == {"grade": "A", "leastScore": "620.000000"}
    assert found["customer"] == {"id": public_id("cus", covered.customer_id)}


async def test_five_callers_read_an_assessment(face: Face) -> None:
    covered = await insured()
    row = await assessed(covered, payment_defaults=1)
    row_id, customer_id = public_id("cra", row.id), public_id("cus", covered.customer_id)
    wrong, sales, underwriter = [await staff(role) for role in (Role.HR, Role.SALES, Role.UNDERWRITER)]
    for actor in (Actor.anonymous(), covered.customer, covered.partner, wrong, await staff(Role.CLAIMS_MANAGER)):
        assert (await face.data(LIST, actor))["creditAssessments"] == {"totalCount": 0, "nodes": []}
        assert (await face.data(ONE % "", actor, id=row_id))["creditAssessment"] is None
        assert (await face.data("query($id: ID!) {node(id: $id) {id}}", actor, id=row_id))["node"] is None
    for actor in (covered.customer, covered.partner):
        assert (await face.data(OF_CUSTOMER, actor, id=customer_id))["customer"]["creditAssessments"] == {
            "totalCount": 0, "nodes": [],
        }  # fmt: skip
    for actor in (sales, underwriter, await staff(Role.RISK), await staff(Role.COMPLIANCE)):
        (node,) = (await face.data(LIST, actor))["creditAssessments"]["nodes"]
        assert node == {"id": row_id, "grade": "C", "customer": {"id": customer_id}}
        below = (await face.data(OF_CUSTOMER, actor, id=customer_id))["customer"]["creditAssessments"]
        assert below == {"totalCount": 1, "nodes": [{"grade": "C"}]}


@pytest.mark.parametrize(
    "hidden",
    ["score", "basePoints", "premiumFactor", "creditAction", "actor", "facts {value}", "points {points}"],
)
async def test_sales_sees_the_grade_and_nothing_behind_it(face: Face, hidden: str) -> None:
    row_id, sales = public_id("cra", (await assessed()).id), await staff(Role.SALES)
    assert await face.codes(ONE % hidden, sales, id=row_id) == ["FORBIDDEN"]
    shown = await face.data(ONE % "scorecard {id}", sales, id=row_id)
    assert shown["creditAssessment"]["grade"] == "A"
    assert shown["creditAssessment"]["scorecard"] is None
    assert (await face.data("{scorecards {totalCount}}", sales))["scorecards"] == {"totalCount": 0}
    for role in (Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE):
        assert (await face.data(ONE % hidden, await staff(role), id=row_id))["creditAssessment"]


async def test_five_callers_have_a_customer_scored(face: Face) -> None:
    covered = await insured()
    given, wrong = asked_of(covered), [await staff(role) for role in (Role.SALES, Role.COMPLIANCE, Role.CLAIMS_MANAGER)]
    async with untouched():
        for actor in (covered.customer, covered.partner, *wrong):
            assert await face.codes(ASSESS, actor, input=given) == ["FORBIDDEN"]
        assert await face.codes(ASSESS, Actor.anonymous(), input=given) != []
    for role in (Role.RISK, Role.UNDERWRITER):
        assert (await face.data(ASSESS, await staff(role), input=given))["creditAssess"]["errors"] == []
    assert await CreditAssessment.filter(customer_id=covered.customer_id).count() == 2


async def test_risk_sets_a_scorecard_and_others_do_not(face: Face) -> None:
    risk, covered = await staff(Role.RISK), await insured()
    others = [await staff(role) for role in (Role.UNDERWRITER, Role.COMPLIANCE, Role.SALES)]
    async with untouched():
        for actor in (covered.customer, covered.partner, *others):
            assert await face.codes(SET, actor, input=scorecard()) == ["FORBIDDEN"]
    answer = (await face.data(SET, risk, input=scorecard()))["scorecardSet"]
    assert answer["errors"] == []
    assert answer["scorecard"]["validDays"] == 90
    assert answer["scorecard"]["bins"][2] == {
        "characteristic": "CLAIMS_3Y", "lower": 2, "upper": None, "value": None, "goods": 100, "bads": 30,
    }  # fmt: skip
    assert answer["scorecard"]["bands"][4] == {
        "grade": "E", "leastScore": None, "premiumFactor": None, "creditAction": "REFER",
    }  # fmt: skip
    again = (await face.data(SET, risk, input=scorecard()))["scorecardSet"]
    assert [each["code"] for each in again["errors"]] == ["CONFLICT"]
    assert await Scorecard.all().count() == 2


async def test_an_unsound_scorecard_is_told_where_and_why(face: Face) -> None:
    risk, given = await staff(Role.RISK), scorecard()
    given["bins"][0]["bads"], given["bands"] = 0, given["bands"][:4]
    async with untouched():
        answer = (await face.data(SET, risk, input=given))["scorecardSet"]
    assert answer["scorecard"] is None
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [
        ("EMPTY_BIN", ["input", "bins"]), ("COUNTS_DIFFER", ["input", "bins"]),
        ("BANDS_OUT_OF_ORDER", ["input", "bands"]),
    ]  # fmt: skip
