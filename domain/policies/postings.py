"""What a policy writes into the ledger: the premium when it is sold, and the part of it that is taken back."""

from __future__ import annotations

from domain.kernel.actor import Actor
from domain.kernel.money import Money, share
from domain.ledger.posting import post
from domain.ledger.terms import Account, Line
from domain.policies.models import Policy
from domain.policies.notices import subject_of


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


def taken_back_lines(policy: Policy, refund: Money) -> list[Line]:
    """The same reversed, in the proportion of what is given back to what was paid."""
    net = Money(policy.premium_net_minor, policy.currency)
    tax = Money(policy.premium_tax_minor, policy.currency)
    paid, commission = net + tax, Money(policy.commission_minor, policy.currency)
    if not paid.minor:
        return []
    net_back = share(net, refund.minor, paid.minor)
    back = share(commission, refund.minor, paid.minor)
    return written_lines(-net_back, net_back - refund, -back)


async def post_written(policy: Policy, *, invoiced: bool, actor: Actor) -> None:
    """Posts the written premium of a policy that was just sold.

    The seller owes it and earns the commission at once, unless it was invoiced to the customer: then it was owed in
    advance, and commission is earned with what is paid.
    """
    parts = (policy.premium_net_minor, policy.premium_tax_minor, policy.commission_minor)
    net, tax, commission = (Money(minor, policy.currency) for minor in parts)
    if invoiced:
        lines = written_lines(net, tax, Money(0, policy.currency), owed_on=Account.PREMIUM_IN_ADVANCE)
    else:
        lines = written_lines(net, tax, commission)
    await _post("policy:written", policy, lines, actor)


async def post_taken_back(policy: Policy, refund: Money, actor: Actor) -> None:
    """Posts what is given back of a policy that was cancelled."""
    await _post("policy:taken_back", policy, taken_back_lines(policy, refund), actor)


async def _post(kind: str, policy: Policy, lines: list[Line], actor: Actor) -> None:
    if lines:
        await post(kind=kind, subject=subject_of(policy), lines=lines, actor=actor, key=f"{kind}:{policy.id}")
