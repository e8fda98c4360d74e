"""The lines of a bordereau: the policies that were issued in its month, those that were taken back in it, and those for
which customers paid in it, by which commission was earned.

Each is read in pages by its place in an index, so that no list holds a month of a large partner; the amounts are made
by the functions that make the postings.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, assert_never
from uuid import UUID

from domain.billing.terms import InstalmentState
from domain.bordereaux import rules
from domain.bordereaux.kinds import Row, span_of
from domain.bordereaux.models import AnyBordereau
from domain.bordereaux.rules import Amounts
from domain.bordereaux.terms import LineKind
from domain.customers.reading import CUSTOMER
from domain.documents.tables import Cell
from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.kernel.rows import from_database
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.policies.models import Policy
from domain.policies.postings import WRITTEN, taken_back_lines, written_lines_of

HEADER = (
    "policyNumber", "insuredRef", "serialLast4", "productCode", "sumInsured", "currency", "gross", "net", "tax",
    "commission", "startsOn", "lastDay", "txnType", "txnDate",
)  # fmt: skip
# What was earned of a policy that was invoiced is the commission of its paid instalments, as its taking back posts it.
# Whose premium was invoiced to the customer in advance earns its commission with what is paid, which the policy itself
# does not say: its posting does.
_PAGE = f"""
SELECT policy.*, product.code AS product_code, EXISTS (
    SELECT FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
    WHERE t.key = '{WRITTEN}:' || policy.id AND l.account = '{Account.PREMIUM_IN_ADVANCE}'
  ) AS invoiced, coalesce((
    SELECT sum(i.commission_minor) FILTER (WHERE i.state = '{InstalmentState.PAID}')::bigint
    FROM invoice v JOIN instalment i ON i.invoice_id = v.id
    WHERE v.subject_kind = '{SubjectKind.POLICY}' AND v.subject_id = policy.id
  ), policy.commission_minor) AS earned
FROM policy
JOIN product_version ON product_version.id = policy.product_version_id
JOIN product ON product.id = product_version.product_id
WHERE policy.partner_id = $1::uuid AND policy.currency = $2::text
  AND policy.%(moment)s >= $3::timestamptz AND policy.%(moment)s < $4::timestamptz
  AND (policy.%(moment)s, policy.id) > ($5::timestamptz, $6::uuid)
ORDER BY policy.%(moment)s, policy.id LIMIT $7::int
"""
MOMENTS = {LineKind.NB: "issued_at", LineKind.CAN: "cancelled_at", LineKind.COM: "earned_at"}
"""When a policy belongs to a month, by what a line tells of it."""
# What was paid before there was a policy belongs to the month of the policy.
_EARNED_PAGE = f"""
SELECT policy.*, product.code AS product_code, true AS invoiced, paid.earned, paid.earned_at
FROM (
  SELECT p.id, sum(i.commission_minor)::bigint AS earned, max(greatest(i.paid_at, p.issued_at)) AS earned_at
  FROM instalment i JOIN invoice v ON v.id = i.invoice_id
  JOIN policy p ON v.subject_kind = '{SubjectKind.POLICY}' AND p.id = v.subject_id
  WHERE i.partner_id = $1::uuid AND i.currency = $2::text AND i.state = '{InstalmentState.PAID}'
    AND i.paid_at < $4::timestamptz AND (i.paid_at >= $3::timestamptz OR p.issued_at >= $3::timestamptz)
    AND p.issued_at < $4::timestamptz
  GROUP BY p.id HAVING sum(i.commission_minor) > 0
) AS paid
JOIN policy ON policy.id = paid.id
JOIN product_version ON product_version.id = policy.product_version_id
JOIN product ON product.id = product_version.product_id
WHERE (paid.earned_at, paid.id) > ($5::timestamptz, $6::uuid)
ORDER BY paid.earned_at, paid.id LIMIT $7::int
"""


async def pages(bordereau: AnyBordereau, run: Run | None, page: int) -> AsyncIterator[list[Row]]:
    """The lines of a bordereau, those of so many policies at once; no transaction may be open meanwhile."""
    for kind in LineKind:
        async for rows in _pages(bordereau, kind, run, page):
            yield [_line(row, kind) for row in rows]


async def _pages(
    bordereau: AnyBordereau, kind: LineKind, run: Run | None, page: int
) -> AsyncIterator[list[dict[str, Any]]]:
    begin, end = span_of(bordereau.month)
    moment, last = MOMENTS[kind], (begin, UUID(int=0))
    while True:
        async with transaction(run):
            statement = _EARNED_PAGE if kind is LineKind.COM else _PAGE % {"moment": moment}
            rows = await fetch(statement, bordereau.partner_id, bordereau.currency, begin, end, *last, page)
        if not rows:
            return
        last = (rows[-1][moment], UUID(str(rows[-1]["id"])))
        yield rows


def _line(row: dict[str, Any], kind: LineKind) -> Row:
    product_code, invoiced, earned = str(row.pop("product_code")), bool(row.pop("invoiced")), int(row.pop("earned"))
    moment = row.pop("earned_at", None) or row[MOMENTS[kind]]
    policy = from_database(Policy, row)
    amounts = _amounts(kind, policy, earned, invoiced=invoiced)
    return _cells(policy, product_code, amounts, (kind, clock.day_of(moment))), amounts


def _amounts(kind: LineKind, policy: Policy, earned: int, *, invoiced: bool) -> Amounts:
    """What a line comes to, by the functions that make its posting. Units: `earned` in minor units."""
    match kind:
        case LineKind.NB:
            return rules.amounts_of(written_lines_of(policy, invoiced=invoiced))
        case LineKind.CAN:
            refund, commission = (Money(minor or 0, policy.currency) for minor in (policy.refund_minor, earned))
            return rules.amounts_of(taken_back_lines(policy, refund, commission))
        case LineKind.COM:
            return Amounts(commission=earned)
        case _:
            assert_never(kind)


def _cells(policy: Policy, product_code: str, amounts: Amounts, told: tuple[LineKind, date]) -> tuple[Cell, ...]:
    def amount(minor: int) -> Decimal:
        return Money(minor, policy.currency).amount

    kind, day = told
    last_day = policy.ends_on - timedelta(days=1)
    return (
        policy.policy_number, public_id(CUSTOMER.prefix, policy.customer_id), policy.serial_number[-4:], product_code,
        amount(policy.sum_insured_minor), policy.currency.value, amount(amounts.gross), amount(amounts.net),
        amount(amounts.tax), amount(amounts.commission), policy.starts_on.isoformat(), last_day.isoformat(),
        kind.value, day.isoformat(),
    )  # fmt: skip
