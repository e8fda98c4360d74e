"""What the ledger has of the claims of a partner's month, for comparison with the lines of its bordereau.

A posting belongs to the month of its payment, its coming back or its recovery: both stand in one transaction, which may
go on past midnight.
"""

from __future__ import annotations

from domain.claim_bordereaux.lines import month_of
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.rules import Amounts
from domain.kernel.database import fetch
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.payouts.reversal import POSTED as REVERSED
from domain.payouts.settling import POSTED as SETTLED
from domain.recoveries.receipts import POSTED as RECOVERED


def _paid(kind: str, moment: str) -> str:
    return f"""
  SELECT l.account, l.amount_minor FROM payout o
  JOIN claim c ON c.id = coalesce(o.matter_id, o.subject_id) AND c.partner_id = $1::uuid
  JOIN ledger_transaction t ON t.subject_id = o.id AND t.subject_kind = '{SubjectKind.PAYOUT}' AND t.kind = '{kind}'
  JOIN ledger_line l ON l.transaction_id = t.id AND l.currency = $2::text AND l.account = '{Account.CLAIMS_PAYABLE}'
  WHERE o.{moment} >= $3::timestamptz AND o.{moment} < $4::timestamptz
"""


_RECOVERED = f"""
  SELECT l.account, l.amount_minor FROM recovery_receipt r
  JOIN claim c ON c.id = r.claim_id AND c.partner_id = $1::uuid
  JOIN ledger_transaction t ON t.key = 'recovery:' || r.id || ':received' AND t.kind = '{RECOVERED}'
  JOIN ledger_line l ON l.transaction_id = t.id AND l.currency = $2::text AND l.account = '{Account.CLAIMS_RECOVERIES}'
  WHERE r.judged_at >= $3::timestamptz AND r.judged_at < $4::timestamptz
"""
_LEDGER = f"""
SELECT account, sum(amount_minor)::bigint AS minor FROM (
  {_paid(SETTLED, "settled_at")} UNION ALL {_paid(REVERSED, "reversed_at")} UNION ALL {_RECOVERED}
) AS posted GROUP BY account
"""


async def in_the_ledger(bordereau: ClaimBordereau) -> Amounts:
    """What was posted for the claims of a bordereau's partner, month and currency, in the current transaction."""
    rows = await fetch(_LEDGER, bordereau.partner_id, bordereau.currency, *month_of(bordereau))
    sums = {Account(row["account"]): int(row["minor"]) for row in rows}
    return Amounts(sums.get(Account.CLAIMS_PAYABLE, 0), -sums.get(Account.CLAIMS_RECOVERIES, 0))
