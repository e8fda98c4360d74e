"""The bordereau of claims 理赔清单, as a kind."""

from __future__ import annotations

from domain.bordereaux.kinds import Kind
from domain.claim_bordereaux.jobs import GenerateClaimBordereau
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.claim_bordereaux.lines import HEADER, pages
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.claim_bordereaux.rules import amounts_of
from domain.documents.terms import PaperKind
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.payouts.reversal import POSTED as REVERSED
from domain.payouts.settling import POSTED as SETTLED
from domain.recoveries.receipts import POSTED as RECOVERED

_MOVED = """
  SELECT DISTINCT currency FROM claim
  WHERE partner_id = partner.id AND reported_at < $3::timestamptz
    AND (closed_at IS NULL OR closed_at >= $2::timestamptz)
"""


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

CLAIMS = Kind(
    model=ClaimBordereau,
    entity=CLAIM_BORDEREAU,
    lifecycle=CLAIM_BORDEREAU_LIFECYCLE,
    subject=SubjectKind.CLAIM_BORDEREAU,
    paper=PaperKind.CLAIMS_BORDEREAU,
    title="A claims bordereau",
    letters="CX",
    work=GenerateClaimBordereau,
    header=HEADER,
    pages=pages,
    moved=_MOVED,
    postings=" UNION ALL ".join((_paid(SETTLED, "settled_at"), _paid(REVERSED, "reversed_at"), _RECOVERED)),
    amounts_of=amounts_of,
    told=("paid_minor", "recovered_minor"),
)
