"""The lines of a bordereau: the policies that were issued in its month, then those that were taken back in it.

Each is read in pages by its place in an index, so that no list holds a month of a large partner; the amounts are made
by the functions that make the postings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.billing.terms import InstalmentState
from domain.bordereaux import rules
from domain.bordereaux.models import Bordereau
from domain.bordereaux.rules import Amounts
from domain.bordereaux.terms import LineKind
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.days import months_after
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.kernel.rows import from_database
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.policies.models import Policy
from domain.policies.postings import WRITTEN, taken_back_lines, written_lines_of

PAGE = 2_000
"""Policies that are read at once."""
MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""
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
MOMENTS = {LineKind.NB: "issued_at", LineKind.CAN: "cancelled_at"}
"""When a policy belongs to a month, by what a line tells of it."""


@dataclass
class Sheet:
    """The file of a bordereau while it is written. Units: `total` in minor units of its currency."""

    text: io.StringIO
    count: int
    total: Amounts

    @property
    def content(self) -> bytes:
        """The file."""
        return self.text.getvalue().encode()


def month_of(bordereau: Bordereau) -> tuple[datetime, datetime]:
    """The first instant of its month and that of the next one, by the insurer's days."""
    return clock.start_of(bordereau.month), clock.start_of(months_after(bordereau.month, 1))


async def write_lines(bordereau: Bordereau, *, run: Run | None = None, page: int = PAGE) -> Sheet:
    """Writes all lines of a bordereau; no transaction may be open meanwhile."""
    sheet = Sheet(io.StringIO(newline=""), 0, Amounts())
    sheet.text.write(MARK)
    writer = csv.writer(sheet.text)
    writer.writerow(HEADER)
    for kind in LineKind:
        async for rows in _pages(bordereau, kind, run, page):
            for row in rows:
                cells, amounts = _line(row, kind)
                writer.writerow(cells)
                sheet.total += amounts
            sheet.count += len(rows)
            if run is not None:
                await run.report(sheet.count, None, "lines", "BORDEREAU_LINES")
    return sheet


async def _pages(
    bordereau: Bordereau, kind: LineKind, run: Run | None, page: int
) -> AsyncIterator[list[dict[str, Any]]]:
    begin, end = month_of(bordereau)
    moment, last = MOMENTS[kind], (begin, UUID(int=0))
    while True:
        async with transaction(run):
            rows = await fetch(
                _PAGE % {"moment": moment}, bordereau.partner_id, bordereau.currency, begin, end, *last, page
            )
        if not rows:
            return
        last = (rows[-1][moment], UUID(str(rows[-1]["id"])))
        yield rows


def _line(row: dict[str, Any], kind: LineKind) -> tuple[tuple[str, ...], Amounts]:
    product_code, invoiced, earned = str(row.pop("product_code")), bool(row.pop("invoiced")), int(row.pop("earned"))
    policy = from_database(Policy, row)
    if kind is LineKind.NB:
        amounts, moment = rules.amounts_of(written_lines_of(policy, invoiced=invoiced)), policy.issued_at
    else:
        refund, commission = (Money(minor or 0, policy.currency) for minor in (policy.refund_minor, earned))
        lines, moment = taken_back_lines(policy, refund, commission), policy.cancelled_at or policy.issued_at
        amounts = rules.amounts_of(lines)
    return _cells(policy, product_code, amounts, (kind, clock.day_of(moment))), amounts


def _cells(policy: Policy, product_code: str, amounts: Amounts, told: tuple[LineKind, date]) -> tuple[str, ...]:
    def amount(minor: int) -> str:
        return str(Money(minor, policy.currency).amount)

    kind, day = told
    last_day = policy.ends_on - timedelta(days=1)
    return (
        policy.policy_number, public_id(CUSTOMER.prefix, policy.customer_id), policy.serial_number[-4:], product_code,
        amount(policy.sum_insured_minor), policy.currency.value, amount(amounts.gross), amount(amounts.net),
        amount(amounts.tax), amount(amounts.commission), policy.starts_on.isoformat(), last_day.isoformat(),
        kind.value, day.isoformat(),
    )  # fmt: skip
