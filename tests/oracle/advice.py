"""What is said of a loss before it is reported, over plainly loaded rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from domain.claims.advice import GAPS, NO_PROMISE, PAPERS, WHY
from domain.claims.terms import DeclineCode
from domain.kernel import clock
from domain.products.terms import Peril
from tests.oracle.writing import Values, money

_TODAY = clock.today()
LOSSES = tuple(
    f'{{cause: {cause}, lossOn: "{_TODAY - timedelta(days=ago)}"}}'
    for cause, ago in (("DROP", 1), ("THEFT", 20), ("BREAKDOWN", 3), ("BATTERY", 2), ("SCREEN", 400), ("LIQUID", -3))
)
"""Losses as a reader names them: covered ones, too early ones, and such as no policy insures."""
PROMISED = {"APPROVED", "PARTIALLY_APPROVED", "AGREED", "PAYMENT_PENDING"}


def papers_of_claim(tables: Any) -> Callable[..., list[Values]]:
    """The papers that the claim of a row needs."""
    policies = {row["id"]: row for row in tables["policy"]}
    return lambda row, _, language: _papers(policies[row["policy_id"]], row["cause"], language)


def advice_of_policy(tables: Any) -> Callable[[Values, Values, str], Values]:
    """The advice on a policy's row."""

    def advice(row: Values, arguments: Values, language: str) -> Values:
        loss = arguments["loss"]
        return _advice(tables, row, loss["cause"], date.fromisoformat(loss["lossOn"]), language)

    return advice


def advice_of_draft(tables: Any) -> Callable[..., Values | None]:
    """The advice on a first notice's row."""
    policies = {row["id"]: row for row in tables["policy"]}

    def advice(row: Values, _: object, language: str) -> Values | None:
        if row["cause"] is None or row["loss_on"] is None:
            return None
        return _advice(tables, policies[row["policy_id"]], row["cause"], row["loss_on"], language)

    return advice


def _papers(policy: Values, cause: str, language: str) -> list[Values]:
    kinds = [*PAPERS[Peril(cause)]] + (["IDENTITY"] if policy["price_minor"] >= 1_000_000 else [])
    words = {str(kind): said for kind, said in WHY.items()}
    return [{"kind": str(kind), "why": words[str(kind)][language.startswith("zh")]} for kind in kinds]


def _used(claim: Values) -> int:
    spent: int = claim["paid_minor"] + claim["advance_due_minor"]
    if claim["state"] in PROMISED:
        return spent + int(claim["approved_minor"] - claim["advanced_minor"])
    return spent + int(claim["repair_minor"] - claim["spared_minor"])


def _advice(tables: Any, policy: Values, cause: str, on: date, language: str) -> Values:
    tongue = "zh" if language.startswith("zh") else "en"
    version = next(row for row in tables["product_version"] if row["id"] == policy["product_version_id"])
    cover = next(
        (row for row in tables["policy_cover"] if row["policy_id"] == policy["id"] and row["peril"] == cause), None
    )
    claims = [row for row in tables["claim"] if row["policy_id"] == policy["id"]]
    left = max(0, policy["sum_insured_minor"] - sum(map(_used, claims)))
    count = _count_left(policy, version, cover, claims, on)
    maker = policy["warranty_until"] if cover and cause in {"BREAKDOWN", "BATTERY"} else None
    gap = _gap(tables, policy, cover, on, maker, exhausted=left == 0 or count == 0)
    own = cover["deductible_minor"] if cover else None
    deductible = policy["deductible_minor"] if own is None else own
    excluded = [row for row in tables["product_exclusion"] if row["product_version_id"] == version["id"]]
    return {
        "cause": cause, "lossOn": str(on), "papers": _papers(policy, cause, language), "gap": gap,
        "message": GAPS[DeclineCode(gap)][tongue == "zh"] if gap else None,
        "makerAnswersUntil": str(maker) if maker else None,
        "waitingUntil": str(policy["waiting_until"]) if policy["waiting_until"] else None,
        "exclusions": [
            {"code": row["code"], "text": row[f"text_{tongue}"]} for row in sorted(excluded, key=lambda row: row["id"])
        ],
        "deductible": money(deductible, policy["currency"]), "limitLeft": money(left, policy["currency"]),
        "claimsLeft": count, "notice": NO_PROMISE[tongue == "zh"],
    }  # fmt: skip


def _count_left(policy: Values, version: Values, cover: Values | None, claims: list[Values], on: date) -> int | None:
    own = cover["max_claims_a_year"] if cover else None
    most: int | None = version["max_claims_a_year"] if own is None else own
    if most is None:
        return None
    start = policy["starts_on"]
    years = on.year - start.year - ((on.month, on.day) < (start.month, start.day))
    first, end = (start.replace(year=start.year + each) for each in (years, years + 1))
    counted = [
        each for each in claims
        if _used(each) > 0 and first <= each["loss_on"] < end and (own is None or each["cause"] == cover["peril"])  # type: ignore[index]
    ]  # fmt: skip
    return max(0, most - len(counted))


def _gap(
    tables: Any, policy: Values, cover: Values | None, on: date, maker: date | None, *, exhausted: bool
) -> str | None:
    lapses = [row for row in tables["policy_lapse"] if row["policy_id"] == policy["id"]]
    lapsed = any(
        row["lapsed_on"] <= on and (row["covered_again_on"] is None or on < row["covered_again_on"]) for row in lapses
    )
    if exhausted:
        return "LIMIT_EXHAUSTED"
    if cover is None:
        return "PERIL_NOT_COVERED"
    if maker is not None and on < maker:
        return "MANUFACTURER_WARRANTY"
    if policy["state"] == "CANCELLED" or lapsed or not policy["starts_on"] <= on < policy["ends_on"]:
        return "NOT_IN_FORCE"
    return "WAITING_PERIOD" if policy["waiting_until"] is not None and on < policy["waiting_until"] else None
