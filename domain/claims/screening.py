"""Screening claims for signals of fraud, and what risk makes of a suspicion. Nothing here declines a claim.

A suspicion is a matter for a person: until risk has judged it, nothing is granted and no payout leaves the house.
Source: PIPL Art. 24; Measures 三(三) (operational risk).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.claims.cover import Cover, cover_of
from domain.claims.lifecycle import REFERRAL_LIFECYCLE
from domain.claims.locks import lock_claim, lock_work, refuse_own_claim
from domain.claims.models import Claim, Referral
from domain.claims.notices import subject_of, tell_risk
from domain.claims.reading import CLAIM, REFERRAL
from domain.claims.refusals import SameJudge
from domain.claims.terms import DeclineCode, ReferralAction, ReferralState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import IllegalStep
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.payouts.stopping import lift_stop, stop_payouts
from domain.payouts.terms import HoldReason
from domain.policies.models import Policy
from domain.risk.fraud import FraudFacts
from domain.risk.screening import screen

KNOWN = """
SELECT k.payee_changed_at,
  (SELECT count(*) FROM policy o WHERE o.serial_number = p.serial_number AND o.customer_id <> p.customer_id)::int
    AS policies_of_others,
  (SELECT count(*) FROM claim o WHERE o.customer_id = c.customer_id AND o.state <> 'WITHDRAWN'
   AND o.reported_at > c.reported_at - interval '1 year' AND o.reported_at <= c.reported_at)::int AS claims_in_a_year,
  (SELECT count(*) FROM policy o WHERE o.invoice_number = p.invoice_number
   AND o.serial_number <> p.serial_number)::int AS invoices_elsewhere,
  (SELECT count(*) FROM customer o WHERE o.bank_account_blind = k.bank_account_blind AND o.id <> k.id
   AND o.phone_blind <> k.phone_blind
   AND (o.identity_number_blind = k.identity_number_blind) IS NOT TRUE)::int AS account_sharers,
  (c.other_serial_number IS NOT NULL)::int AS serials_told_otherwise,
  (SELECT count(DISTINCT o.subject_id) FROM evidence_file f
   JOIN evidence_file o ON o.received_sha256 = f.received_sha256 OR o.sha256 = f.sha256
   JOIN claim oc ON oc.id = o.subject_id JOIN policy op ON op.id = oc.policy_id
   WHERE f.subject_id = c.id AND (oc.customer_id <> c.customer_id OR op.serial_number <> p.serial_number))::int
    AS claims_with_same_file
FROM claim c JOIN policy p ON p.id = c.policy_id JOIN customer k ON k.id = c.customer_id WHERE c.id = $1::uuid
"""
"""What our own books say of a claim, in one statement; one person in two partners' books is the same person."""
REFERRAL_COLUMNS = ("fraud_score", "referral")
BY_SCORE = "score {score}"


async def screen_reported(claim_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """Looks at a claim soon after it was reported; to whoever works on it, only a referral is a change.

    Raises: NotFound.
    """
    async with transaction(run, finishing=True) as tx:
        policy, claim = await lock_claim(claim_id, actor, None)
        await screen_estimate(claim, policy, None, actor)
        tx.made = subject_of(claim)


async def screen_estimate(claim: Claim, policy: Policy, of_median: Decimal | None, actor: Actor) -> None:
    """Looks at a claim whose repair was estimated, in the transaction of a verb that holds its and its policy's lock.

    `of_median` is the dearest line in per cent of what other repairers ask for the same.
    """
    before = claim.referral
    await screen_within(claim, policy, await cover_of(policy, claim), actor, of_median)
    if claim.referral is before:
        await Claim.filter(id=claim.id).update(fraud_score=claim.fraud_score)
    else:
        await save_changes(claim, *REFERRAL_COLUMNS)


async def screen_within(
    claim: Claim, policy: Policy, cover: Cover, actor: Actor, of_median: Decimal | None = None
) -> None:
    """Looks at a locked claim, and refers it where the signals weigh enough; the caller saves REFERRAL_COLUMNS.

    What risk has cleared is referred anew only when more was found since.
    """
    before = claim.fraud_score
    facts = replace(await _facts(claim, policy, cover), estimate_of_median=of_median)
    claim.fraud_score, is_suspicious = await screen(subject_of(claim), facts)
    if not is_suspicious or claim.referral not in {ReferralState.NONE, ReferralState.CLEARED}:
        return
    if claim.referral is ReferralState.NONE or claim.fraud_score > before:
        machine = Actor.system("claims.screen", actor.party)
        await _refer(claim, BY_SCORE.format(score=claim.fraud_score), machine)


async def _facts(claim: Claim, policy: Policy, cover: Cover) -> FraudFacts:
    (row,) = await fetch(KNOWN, claim.id)
    covered_from = max(policy.starts_on, policy.waiting_until or policy.starts_on)
    limits = [each for each in (cover.terms.claim_limit, cover.terms.aggregate_left) if each is not None]
    changed_at = row["payee_changed_at"]
    return FraudFacts(
        days_before_sale=(clock.day_of(policy.issued_at) - claim.loss_on).days,
        days_into_cover=(claim.loss_on - covered_from).days,
        policies_of_others=row["policies_of_others"],
        claims_in_a_year=row["claims_in_a_year"],
        invoices_elsewhere=row["invoices_elsewhere"],
        account_sharers=row["account_sharers"],
        days_since_change=None if changed_at is None else (claim.reported_at - changed_at).days,
        serials_told_otherwise=row["serials_told_otherwise"],
        claims_with_same_file=row["claims_with_same_file"],
        claimed=Money(claim.claimed_minor, claim.currency),
        limit=min(limits, key=lambda each: each.minor, default=None),
    )


async def refer(claim_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Has risk look at a claim; whatever is to be paid for it is stopped.

    What was found false is looked at once more if risk asks for it; one that was declined for it is reopened first.

    Raises: NotFound, StaleVersion, AssignedToAnother, IllegalStep, Forbidden.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        await _refer(claim, reason, actor)
        await save_changes(claim, *REFERRAL_COLUMNS)
    return claim


async def _refer(claim: Claim, reason: str, actor: Actor) -> None:
    before = claim.referral
    claim.referral = REFERRAL_LIFECYCLE.step(before, ReferralAction.REFER, actor)
    if claim.decline_code is DeclineCode.FRAUD:
        raise IllegalStep(action=ReferralAction.REFER, from_state=claim.state, allowed=())
    await Referral.create(
        claim_id=claim.id, state=claim.referral, score=claim.fraud_score, reason=reason, referred_by=actor.label
    )
    await stop_payouts(subject_of(claim), HoldReason.REFERRED, actor=actor)
    await record(
        "claim:refer", subject_of(claim), actor, before={"referral": before},
        after={"referral": claim.referral, "fraud_score": claim.fraud_score}, reason=reason,
    )  # fmt: skip
    await tell_risk(claim, actor)


async def clear(referral_id: UUID, *, judgement: str, expected_version: int, actor: Actor) -> Referral:
    """Says that nothing is wrong with a claim; what was to be paid goes on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim; SameJudge for whoever found it false before.
    """
    return await _judge(referral_id, ReferralAction.CLEAR, judgement, expected_version, actor)


async def confirm(referral_id: UUID, *, judgement: str, expected_version: int, actor: Actor) -> Referral:
    """Says that a claim is false; who handles it may decline it for that, and nothing of it is paid.

    Raises: as `clear`. Source: Insurance Law Art. 27.
    """
    return await _judge(referral_id, ReferralAction.CONFIRM, judgement, expected_version, actor)


async def _judge(
    referral_id: UUID, action: ReferralAction, judgement: str, expected_version: int, actor: Actor
) -> Referral:
    async with transaction():
        seen = await get_visible(Referral, REFERRAL, referral_id, actor)
        claim = await lock_visible(Claim, CLAIM, seen.claim_id, actor)
        referral = await lock_visible(Referral, REFERRAL, referral_id, actor)
        expect_version(referral, expected_version)
        before = referral.state
        referral.state = claim.referral = REFERRAL_LIFECYCLE.step(before, action, actor)
        await refuse_own_claim(claim, actor.staff_id)
        if await Referral.exists(claim_id=claim.id, state=ReferralState.CONFIRMED, judge_id=actor.staff_id):
            raise SameJudge
        referral.judge_id, referral.judged_at, referral.judgement = actor.staff_id, clock.now(), judgement
        await save_changes(referral, "state", "judge_id", "judged_at", "judgement")
        await save_changes(claim, "referral")
        if action is ReferralAction.CLEAR:
            await lift_stop(subject_of(claim), actor=actor)
        await record(
            f"referral:{action.lower()}", subject_of(claim), actor, before={"referral": before},
            after={"referral": claim.referral}, reason=judgement,
        )  # fmt: skip
    return referral
