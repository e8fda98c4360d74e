"""Finding out what a loss costs and what the contract pays of it, and proposing an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.claims import clearing, rules
from domain.claims.advances import committed
from domain.claims.cover import Cover, cover_of, third_party_of
from domain.claims.documents import waive_outstanding
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work, lock_work_with_policy
from domain.claims.models import Claim, ClaimLine
from domain.claims.notices import subject_of
from domain.claims.refusals import LinesMissing
from domain.claims.reserving import hold
from domain.claims.rules import BillLine, Calculation
from domain.claims.screening import REFERRAL_COLUMNS, screen_within
from domain.claims.terms import ClaimAction, ClaimState, DeclineCode, ReserveReason
from domain.claims.usage import usage_of
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import save_changes
from domain.policies.models import Policy


@dataclass(frozen=True, slots=True)
class AssessedLine:
    """One line of the bill as the handler sees it; with an exclusion it is not covered."""

    description: str
    bill: Money
    exclusion: DeclineCode | None = None


async def start(claim_id: UUID, *, reason: str | None = None, expected_version: int, actor: Actor) -> Claim:
    """Begins the assessment; papers that did not come are done without, for a reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; Invalid without that reason.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.state
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.START_ASSESSMENT, actor)
        if before is ClaimState.DOCS_REQUESTED:
            if not reason:
                raise Invalid(constraint="required", path=("input", "reason"))
            await waive_outstanding(claim)
        await save_changes(claim, "state", "paused_at", "decision_due_at")
        await record(
            "claim:start_assessment",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state},
            reason=reason,
        )
    return claim


async def set_lines(claim_id: UUID, *, lines: Sequence[AssessedLine], expected_version: int, actor: Actor) -> Claim:
    """Replaces the lines of the bill; the case reserve follows. Units: bills in the claim's currency.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; Invalid for a bill that is not above zero
    or in another currency.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        await set_lines_within(claim, lines=lines, actor=actor)
    return claim


async def set_lines_within(claim: Claim, *, lines: Sequence[AssessedLine], actor: Actor) -> None:
    """The same for a claim that is locked, in the current transaction: for a room whose work ends in a bill.

    Raises: IllegalStep, Forbidden, Invalid.
    """
    claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.SET_LINES, actor)
    rows = [_line(claim, position, line) for position, line in enumerate(lines, 1)]
    await ClaimLine.filter(claim_id=claim.id).delete()
    await ClaimLine.bulk_create(rows)
    claim.payable_minor, claim.calculation = None, None
    expected = assess(rows, await cover_of(await Policy.get(id=claim.policy_id), claim), claim).payable
    await hold(claim, _still_to_pay(claim, expected), ReserveReason.ASSESSED, actor)
    await save_changes(claim, "payable_minor", "calculation", "reserve_minor")
    await record(
        "claim:set_lines",
        subject_of(claim),
        actor,
        after={"lines": [[row.description, row.bill_minor, row.exclusion] for row in rows]},
    )


def _still_to_pay(claim: Claim, expected: Money) -> int:
    """What is expected of a claim beyond what was paid, an advance that is on its way included; in minor units."""
    final = max(expected, committed(claim), key=lambda money: money.minor)
    return rules.case_reserve(final, Money(claim.paid_minor, claim.currency)).minor


def _line(claim: Claim, position: int, line: AssessedLine) -> ClaimLine:
    path = ("input", "lines", str(position - 1), "bill")
    if line.bill.currency is not claim.currency:
        raise Invalid(constraint="currency", limit=claim.currency, path=path)
    if line.bill.minor <= 0:
        raise Invalid(constraint="min", limit="0.01", path=path)
    return ClaimLine(
        claim_id=claim.id,
        customer_id=claim.customer_id,
        partner_id=claim.partner_id,
        position=position,
        description=line.description,
        bill_minor=line.bill.minor,
        currency=claim.currency,
        covered=line.exclusion is None,
        exclusion=line.exclusion,
    )


async def record_third_party(
    claim_id: UUID, *, paid: Money, waived: Money, reason: str, expected_version: int, actor: Actor
) -> Claim:
    """Says what a third party has paid the customer for the loss, and what the customer gave up against it.

    What the contract pays becomes less by both with the next proposal. Units: amounts in the claim's currency.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; Invalid for a negative amount or another
    currency. Source: Insurance Law Art. 60, 61.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.RECORD_THIRD_PARTY, actor)
        for amount, name in ((paid, "paid"), (waived, "waived")):
            _check_amount(amount, claim, name)
        claim.third_party_paid_minor, claim.rights_waived_minor = paid.minor, waived.minor
        claim.payable_minor, claim.calculation = None, None
        await save_changes(
            claim, "third_party_paid_minor", "rights_waived_minor", "payable_minor", "calculation"
        )
        after: dict[str, object] = {"third_party_paid_minor": paid.minor, "rights_waived_minor": waived.minor}
        await record("claim:record_third_party", subject_of(claim), actor, after=after, reason=reason)
    return claim


def _check_amount(amount: Money, claim: Claim, name: str) -> None:
    if amount.currency is not claim.currency:
        raise Invalid("currency", claim.currency, path=("input", name))
    if amount.minor < 0:
        raise Invalid("min", "0", path=("input", name, "amount"))


async def propose(claim_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Computes what the contract pays and puts it up for decision; the case reserve follows the amount.

    It is screened for fraud once more, for what the decision must know is known by now.

    The version of the policy in force at the loss counts, and what other claims have used of it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, LinesMissing.
    """
    async with transaction():
        policy, claim = await lock_work_with_policy(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.PROPOSE, actor)
        lines = await ClaimLine.filter(claim_id=claim.id).order_by("position")
        if not lines:
            raise LinesMissing
        cover = await cover_of(policy, claim)
        await screen_within(claim, policy, cover, actor)
        found = assess(lines, cover, claim)
        claim.payable_minor = max(found.payable.minor, committed(claim).minor)
        claim.term_limit_minor = cover.term_limit.minor if cover.term_limit else None
        claim.count_limit = cover.count_limit
        claim.calculation = [_shown(step) for step in found.steps]
        await hold(claim, _still_to_pay(claim, found.payable), ReserveReason.PROPOSED, actor)
        claim.proposed_by, claim.seconded_by, claim.seconded_minor = actor.staff_id, None, None
        more = Money(claim.payable_minor - claim.paid_minor - claim.advance_due_minor, claim.currency)
        usage = await usage_of(claim, policy)
        await clearing.request(claim, rules.counts_toward_authority(more, usage.same_loss), actor)
        await save_changes(
            claim, "state", "payable_minor", "term_limit_minor", "count_limit", "calculation", "reserve_minor",
            "proposed_by", "seconded_by", "seconded_minor", *REFERRAL_COLUMNS,
        )  # fmt: skip
        await record(
            "claim:propose",
            subject_of(claim),
            actor,
            before={"state": ClaimState.ASSESSING},
            after={"state": claim.state, "payable_minor": claim.payable_minor},
            reason=reason,
        )
    return claim


def assess(lines: Sequence[ClaimLine], cover: Cover, claim: Claim) -> Calculation:
    """What the contract pays for these lines: nothing for a loss outside its cover."""
    bill = [
        BillLine(line.description, Money(line.bill_minor, claim.currency), cover.gap or line.exclusion)
        for line in lines
    ]
    return rules.payable(bill, cover.terms, third_party_of(claim))


def _shown(step: rules.CalculationStep) -> dict[str, str]:
    return {"rule": step.rule, "basis": step.basis, "before": f"{step.before:f}", "after": f"{step.after:f}"}


async def return_to_assessment(claim_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Takes a proposed amount back to be assessed again.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.RETURN_TO_ASSESSMENT, actor)
        claim.seconded_by, claim.seconded_minor = None, None
        await save_changes(claim, "state", "seconded_by", "seconded_minor")
        await record(
            "claim:return_to_assessment",
            subject_of(claim),
            actor,
            before={"state": ClaimState.DECISION_PENDING},
            after={"state": claim.state},
            reason=reason,
        )
    return claim
