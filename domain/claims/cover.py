"""What the contract says for a claim: the policy as sold for the claim's cause, less what other claims used of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.claims import rules
from domain.claims.models import Claim
from domain.claims.rules import CoverPeriod, CoverTerms, ThirdParty
from domain.claims.terms import DeclineCode
from domain.claims.usage import usage_of
from domain.kernel.money import Currency, Money
from domain.policies.models import Policy, PolicyCover, PolicyLapse
from domain.policies.terms import PolicyState
from domain.products.models import ProductVersion


@dataclass(frozen=True, slots=True)
class Cover:
    """The terms for one loss, why it is not covered if so, and the limit for the term that they came from."""

    terms: CoverTerms
    gap: DeclineCode | None
    term_limit: Money | None
    count_limit: int | None


async def cover_of(policy: Policy, claim: Claim) -> Cover:
    """The cover that a claim has under its policy, which must be locked.

    Limit, deductible and count are the peril's own where it has them, else the product version's, whose terms never
    change once it is sold. The device is insured at its price, and the limit for the term is a first-loss limit: a loss
    is never reduced in proportion. Its value on the day of the loss is a cap where the version depreciates it.

    Source: Insurance Law Art. 55.
    """
    version = await ProductVersion.get(id=policy.product_version_id)
    insured = await PolicyCover.filter(policy_id=policy.id, peril=claim.cause).first()
    usage = await usage_of(claim, policy)
    term_limit = Money(policy.sum_insured_minor, policy.currency)
    count_limit = _count_limit(insured, version)
    terms = CoverTerms(
        sum_insured=Money(policy.price_minor, policy.currency),
        value=_value(policy, version, claim.loss_on),
        deductible=_deductible(policy, insured),
        coinsurance_rate=version.coinsurance_rate,
        claim_limit=_claim_limit(insured, version, policy.currency),
        aggregate_left=rules.left_of(term_limit, usage.by_others),
    )
    claims_left = None if count_limit is None else count_limit - usage.same_year
    gap = rules.gap(claim.loss_on, await _period(policy, insured), claims_left)
    return Cover(terms, gap, term_limit, count_limit)


def third_party_of(claim: Claim) -> ThirdParty:
    """What a third party has paid for the loss of a claim, and what the customer gave up against it."""
    paid, waived = claim.third_party_paid_minor, claim.rights_waived_minor
    return ThirdParty(Money(paid, claim.currency), Money(waived, claim.currency))


async def _period(policy: Policy, insured: PolicyCover | None) -> CoverPeriod | None:
    """When the peril is covered; a policy that was taken back covers no day, one that lapsed none of its lapse."""
    if insured is None:
        return None
    lapses = await PolicyLapse.filter(policy_id=policy.id).order_by("lapsed_on")
    return CoverPeriod(
        starts_on=policy.starts_on,
        ends_on=policy.starts_on if policy.state is PolicyState.CANCELLED else policy.ends_on,
        waiting_until=policy.waiting_until,
        warranty_until=policy.warranty_until if insured.peril in rules.MAKER_ANSWERS else None,
        lapses=tuple((each.lapsed_on, each.covered_again_on) for each in lapses),
    )


def _deductible(policy: Policy, insured: PolicyCover | None) -> Money:
    own = insured.deductible_minor if insured else None
    return Money(policy.deductible_minor if own is None else own, policy.currency)


def _claim_limit(insured: PolicyCover | None, version: ProductVersion, currency: Currency) -> Money | None:
    own = insured.limit_minor if insured else None
    minor = version.per_claim_limit_minor if own is None else own
    return None if minor is None else Money(minor, currency)


def _count_limit(insured: PolicyCover | None, version: ProductVersion) -> int | None:
    own = insured.max_claims_a_year if insured else None
    return version.max_claims_a_year if own is None else own


def _value(policy: Policy, version: ProductVersion, loss_on: date) -> Money | None:
    if version.depreciation_monthly_rate <= 0:
        return None
    months = rules.months_between(policy.purchased_on, loss_on)
    price = Money(policy.price_minor, policy.currency)
    return rules.actual_value(price, months, version.depreciation_monthly_rate, version.depreciation_floor_rate)
