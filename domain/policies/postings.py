"""What a policy writes into the ledger: the premium when it is sold, and the part of it that is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.actor import Actor
from domain.kernel.money import Money, share
from domain.ledger.posting import Posting, post_all
from domain.ledger.terms import Account, Line
from domain.policies.models import Policy
from domain.policies.notices import subject_of

WRITTEN = "policy:written"
TAKEN_BACK = "policy:taken_back"
ENDED = "policy:ended"
REFUND = "policy:refund"
"""What happens to the premium of a policy in the ledger."""


def written_lines(
    net: Money, tax: Money, commission: Money, *, owed_on: Account = Account.PREMIUM_RECEIVABLE
) -> list[Line]:
    """The premium as it is owed, its net part as income, its tax as owed to the state; then the commission.

    `owed_on` is where the premium stands: what the seller owes, or what was invoiced to the customer in advance.
    Debits are positive, credits negative; together they are zero.
    """
    lines = [
        Line(owed_on, net + tax),
        Line(Account.PREMIUM_INCOME, -net),
        Line(Account.VAT_PAYABLE, -tax),
        Line(Account.COMMISSION_EXPENSE, commission),
        Line(Account.COMMISSION_PAYABLE, -commission),
    ]
    return [line for line in lines if line.amount.minor]


def taken_back_lines(policy: Policy, refund: Money, commission: Money) -> list[Line]:
    """The same reversed, in the proportion of the premium that is given back; of the commission, what was earned."""
    net = Money(policy.premium_net_minor, policy.currency)
    tax = Money(policy.premium_tax_minor, policy.currency)
    whole = net + tax
    if not whole.minor:
        return []
    net_back = share(net, refund.minor, whole.minor)
    back = share(commission, refund.minor, whole.minor)
    return written_lines(-net_back, net_back - refund, -back)


async def post_all_written(policies: Sequence[Policy], *, invoiced: bool, actor: Actor) -> None:
    """Posts the written premiums of policies that were just sold.

    The seller owes them and earns the commission at once, unless they were invoiced to the customer: then they were
    owed in advance, and commission is earned with what is paid.
    """
    written = [(policy, written_lines_of(policy, invoiced=invoiced)) for policy in policies]
    await post_all([_posting(WRITTEN, policy, lines) for policy, lines in written if lines], actor)


def written_lines_of(policy: Policy, *, invoiced: bool) -> list[Line]:
    """What is posted when a policy is sold; one that was invoiced earns its commission with what is paid."""
    parts = (policy.premium_net_minor, policy.premium_tax_minor, policy.commission_minor)
    net, tax, commission = (Money(minor, policy.currency) for minor in parts)
    if invoiced:
        return written_lines(net, tax, Money(0, policy.currency), owed_on=Account.PREMIUM_IN_ADVANCE)
    return written_lines(net, tax, commission)


async def post_taken_back(policy: Policy, refund: Money, commission: Money, actor: Actor) -> None:
    """Posts what is given back of a policy that was cancelled, and of the commission that was earned by it so far."""
    lines = taken_back_lines(policy, refund, commission)
    if lines:
        await post_all([_posting(TAKEN_BACK, policy, lines)], actor)


async def post_ended(policy: Policy, unpaid: Money, actor: Actor) -> None:
    """Posts that the rest of the premium of a policy that lapsed and is over is not owed; it earned no commission."""
    lines = taken_back_lines(policy, unpaid, Money(0, policy.currency))
    if lines:
        await post_all([_posting(ENDED, policy, lines)], actor)


async def post_refund(policy: Policy, owed: Money, actor: Actor) -> None:
    """Posts that what a customer paid and gets back is owed to him or her, as a refund from now on."""
    lines = [Line(Account.PREMIUM_RECEIVABLE, owed), Line(Account.REFUNDS_PAYABLE, -owed)]
    await post_all([_posting(REFUND, policy, lines)], actor)


def _posting(kind: str, policy: Policy, lines: list[Line]) -> Posting:
    return Posting(kind, subject_of(policy), lines, f"{kind}:{policy.id}")
