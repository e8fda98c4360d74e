"""What the ledger has of a partner's month, for comparison with the lines of its bordereau.

A posting belongs to the month of its sale or its taking back: both stand in one transaction, which may go on
past midnight, and a posting that was counted by its own instant would be missing in one month and left over in the
next.
"""

from __future__ import annotations

from domain.billing.postings import RECEIVED
from domain.bordereaux.lines import month_of
from domain.bordereaux.models import Bordereau
from domain.bordereaux.rules import Amounts
from domain.kernel.database import fetch
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.policies.postings import TAKEN_BACK, WRITTEN


def _of(kind: str, moment: str) -> str:
    return f"""
  SELECT l.account, l.amount_minor FROM policy p
  JOIN ledger_transaction t ON t.subject_id = p.id AND t.subject_kind = '{SubjectKind.POLICY}' AND t.kind = '{kind}'
  JOIN ledger_line l ON l.transaction_id = t.id AND l.currency = $2::text
  WHERE p.partner_id = $1::uuid AND p.{moment} >= $3::timestamptz AND p.{moment} < $4::timestamptz
"""


_EARNED = f"""
  SELECT l.account, l.amount_minor FROM premium_payment r JOIN invoice v ON v.id = r.invoice_id
  JOIN policy p ON v.subject_kind = '{SubjectKind.POLICY}' AND p.id = v.subject_id
  JOIN ledger_transaction t ON t.key = '{RECEIVED}:' || r.source || ':' || r.reference
  JOIN ledger_line l ON l.transaction_id = t.id AND l.currency = $2::text
    AND l.account = '{Account.COMMISSION_EXPENSE}'
  WHERE p.partner_id = $1::uuid AND greatest(r.recorded_at, p.issued_at) >= $3::timestamptz
    AND greatest(r.recorded_at, p.issued_at) < $4::timestamptz
"""
"""Commission that was posted with what customers paid; of a policy that came later, in its month."""
_LEDGER = f"""
SELECT account, sum(amount_minor)::bigint AS minor FROM (
  {_of(WRITTEN, "issued_at")} UNION ALL {_of(TAKEN_BACK, "cancelled_at")} UNION ALL {_EARNED}
) AS posted GROUP BY account
"""


async def in_the_ledger(bordereau: Bordereau) -> Amounts:
    """What was posted for the policies of a bordereau's partner, month and currency, in the current transaction."""
    rows = await fetch(_LEDGER, bordereau.partner_id, bordereau.currency, *month_of(bordereau))
    sums = {Account(row["account"]): int(row["minor"]) for row in rows}
    return Amounts(
        -sums.get(Account.PREMIUM_INCOME, 0),
        -sums.get(Account.VAT_PAYABLE, 0),
        sums.get(Account.COMMISSION_EXPENSE, 0),
    )
