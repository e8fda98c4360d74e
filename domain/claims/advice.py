"""A word on cover before a loss is reported, and the papers that it needs. Pure rules over what stands; no promise.

Source: Measures 二(五) (the customer is guided to the papers); Insurance Law Art. 22 (told once, and completely).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.claims import rules
from domain.claims.rules import CoverPeriod
from domain.claims.terms import DeclineCode, DocumentKind
from domain.claims.usage import USED
from domain.kernel.money import Currency, Money
from domain.policies.terms import PolicyState
from domain.products.terms import Peril

IDENTITY_FROM = Money.of("10000.00")
"""Sums from which on it is checked who is paid. Source: anti-money-laundering rules for insurers (CNY 10,000)."""
D = DocumentKind
DAMAGED = (D.PROOF_OF_PURCHASE, D.SERIAL_PHOTO, D.DAMAGE_PHOTOS, D.REPAIR_ESTIMATE)
PAPERS: Mapping[Peril, tuple[DocumentKind, ...]] = {
    Peril.DROP: DAMAGED,
    Peril.SCREEN: DAMAGED,
    Peril.LIQUID: DAMAGED,
    Peril.BREAKDOWN: (D.PROOF_OF_PURCHASE, D.SERIAL_PHOTO, D.REPAIR_ESTIMATE),
    Peril.BATTERY: (D.PROOF_OF_PURCHASE, D.SERIAL_PHOTO, D.REPAIR_ESTIMATE),
    Peril.THEFT: (D.PROOF_OF_PURCHASE, D.POLICE_REPORT),
}
WHY: Mapping[DocumentKind, tuple[str, str]] = {
    D.PROOF_OF_PURCHASE: ("It shows that the device is yours, and what it cost.", "用于证明设备归属及购买价格。"),
    D.SERIAL_PHOTO: ("It shows that the device is the insured one.", "用于核对是否为承保设备。"),
    D.DAMAGE_PHOTOS: ("They show what happened to the device.", "用于确认受损情况。"),
    D.REPAIR_ESTIMATE: ("It says what is broken, and what the repair costs.", "用于确认故障及维修费用。"),
    D.REPAIR_INVOICE: ("It says what the repair has cost.", "用于确认实际维修费用。"),
    D.POLICE_REPORT: ("It shows that the theft was reported.", "用于证明被盗抢已报警。"),
    D.IDENTITY: ("Who is paid is checked for large sums.", "较大金额赔付须核验收款人身份。"),
}
GAPS: Mapping[DeclineCode, tuple[str, str]] = {
    DeclineCode.MANUFACTURER_WARRANTY: (
        "The maker's warranty answers first on this day; ask the maker.", "该日仍在厂商保修期内，请先联系厂商。",
    ),
    DeclineCode.NOT_IN_FORCE: ("The policy covered nothing on this day.", "该日保单未生效或已终止。"),
    DeclineCode.WAITING_PERIOD: ("This day lies in the waiting period.", "该日处于等待期内。"),
    DeclineCode.PERIL_NOT_COVERED: ("The policy does not insure this cause.", "该出险原因不在保险责任范围内。"),
    DeclineCode.LIMIT_EXHAUSTED: ("The limits of the policy are used up.", "保单限额或赔付次数已用尽。"),
}  # fmt: skip
NO_PROMISE = (
    "No promise: this is what the contract says as far as is known. It is decided once the loss was looked at.",
    "以上为根据合同及现有信息的提示，不构成赔付承诺。是否赔付及赔付金额以报案审核后的核定为准。",
)
FACTS_SQL = f"""(SELECT json_build_object(
  'state', p.state, 'starts_on', p.starts_on, 'ends_on', p.ends_on, 'waiting_until', p.waiting_until,
  'warranty_until', p.warranty_until, 'currency', p.currency, 'sum_insured', p.sum_insured_minor,
  'price', p.price_minor, 'deductible', p.deductible_minor, 'max_claims', v.max_claims_a_year,
  'covers', (SELECT coalesce(json_object_agg(k.peril, json_build_array(k.deductible_minor, k.max_claims_a_year)),
             '{{}}'::json) FROM policy_cover k WHERE k.policy_id = p.id),
  'lapses', (SELECT coalesce(json_agg(json_build_array(l.lapsed_on, l.covered_again_on) ORDER BY l.lapsed_on),
             '[]'::json) FROM policy_lapse l WHERE l.policy_id = p.id),
  'used', (SELECT coalesce(json_agg(json_build_array(c.loss_on, c.cause, {USED}) ORDER BY c.id),
             '[]'::json) FROM claim c WHERE c.policy_id = p.id),
  'exclusions', (SELECT coalesce(json_agg(json_build_array(e.code, e.text_en, e.text_zh) ORDER BY e.id), '[]'::json)
             FROM product_exclusion e WHERE e.product_version_id = p.product_version_id))
  FROM policy p JOIN product_version v ON v.id = p.product_version_id WHERE p.id = %s)"""
"""All that the advice hangs on, in one JSON object; never shown as it is. `%s` is the id of the policy."""
PRICE_SQL = """(SELECT json_build_object('minor', p.price_minor, 'currency', p.currency) FROM policy p
  WHERE p.id = {row}.policy_id)"""
"""What the device of a claim has cost, for the papers that it needs; never shown as it is."""
Facts = Mapping[str, Any]


def papers_for(cause: Peril, price: Money) -> tuple[DocumentKind, ...]:
    """The papers that a loss of this cause needs, the most important one first."""
    needs_identity = price.currency is IDENTITY_FROM.currency and price.minor >= IDENTITY_FROM.minor
    return (*PAPERS[cause], *((D.IDENTITY,) if needs_identity else ()))


def shown_papers(price: Mapping[str, Any], cause: str, language: str) -> list[dict[str, Any]]:
    """The papers that a loss needs, and what for. Shape: see `AdvisedPaper`."""
    told = papers_for(Peril(cause), Money(price["minor"], Currency(price["currency"])))
    return [{"kind": each, "why": WHY[each][language.startswith("zh")]} for each in told]


def advise(facts: Facts, cause: Peril, loss_on: date, language: str) -> dict[str, Any]:
    """What can be said of a loss before it is reported. Shape: see `CoverAdvice`."""
    chinese = language.startswith("zh")
    currency = Currency(facts["currency"])
    own_deductible, own_count = facts["covers"].get(cause, (None, None))
    left = rules.left_of(
        Money(facts["sum_insured"], currency), Money(sum(used for _, _, used in facts["used"]), currency)
    )
    claims_left = _claims_left(facts, cause, loss_on, own_count)
    period = _period(facts, cause)
    found = rules.gap(loss_on, period, 0 if left.minor == 0 else claims_left)
    return {
        "cause": cause,
        "lossOn": loss_on.isoformat(),
        "papers": shown_papers({"minor": facts["price"], "currency": currency}, cause, language),
        "gap": found,
        "message": GAPS[found][chinese] if found else None,
        "makerAnswersUntil": _day_text(period.warranty_until if period else None),
        "waitingUntil": facts["waiting_until"],
        "exclusions": [{"code": code, "text": zh if chinese else en} for code, en, zh in facts["exclusions"]],
        "deductible": _shown(Money(facts["deductible"] if own_deductible is None else own_deductible, currency)),
        "limitLeft": _shown(left),
        "claimsLeft": claims_left,
        "notice": NO_PROMISE[chinese],
    }


def _claims_left(facts: Facts, cause: Peril, loss_on: date, own_count: int | None) -> int | None:
    """How many more claims the contract pays in the year of cover around the loss; None without such a limit.

    A peril that was sold with a number of claims of its own counts only its own.
    """
    most = facts["max_claims"] if own_count is None else own_count
    if most is None:
        return None
    first, end = rules.cover_year(loss_on, date.fromisoformat(facts["starts_on"]))
    counted = [
        each for each, of, used in facts["used"]
        if used > 0 and first <= date.fromisoformat(each) < end and (own_count is None or of == cause)
    ]  # fmt: skip
    return max(0, most - len(counted))


def _period(facts: Facts, cause: Peril) -> CoverPeriod | None:
    if cause not in facts["covers"]:
        return None
    starts_on = date.fromisoformat(facts["starts_on"])
    is_gone = facts["state"] == PolicyState.CANCELLED
    return CoverPeriod(
        starts_on=starts_on,
        ends_on=starts_on if is_gone else date.fromisoformat(facts["ends_on"]),
        waiting_until=_day(facts["waiting_until"]),
        warranty_until=_day(facts["warranty_until"]) if cause in rules.MAKER_ANSWERS else None,
        lapses=tuple((date.fromisoformat(first), _day(again)) for first, again in facts["lapses"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _shown(amount: Money) -> dict[str, str]:
    return {"amount": f"{amount.amount:.{amount.currency.scale}f}", "currency": amount.currency.value}


def advice_of_loss(stored: Facts, language: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The advice on the policy's row for the loss of a field's argument."""
    return advise(stored, Peril(given["loss"]["cause"]), given["loss"]["lossOn"], language)


def advice_of_notice(stored: Facts, cause: str | None, loss_on: str | None, language: str) -> dict[str, Any] | None:
    """The advice for what was filled in so far; None before cause and day are known."""
    if cause is None or loss_on is None:
        return None
    return advise(stored, Peril(cause), date.fromisoformat(loss_on), language)
