"""The bordereau of premiums 保费清单, as a kind."""

from __future__ import annotations

from domain.billing.postings import RECEIVED
from domain.bordereaux.jobs import GenerateBordereau
from domain.bordereaux.kinds import Kind
from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE
from domain.bordereaux.lines import HEADER, pages
from domain.bordereaux.models import Bordereau
from domain.bordereaux.reading import BORDEREAU
from domain.bordereaux.rules import amounts_of
from domain.documents.terms import PaperKind
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account
from domain.policies.postings import TAKEN_BACK, WRITTEN

_MOVED = """
  SELECT currency FROM policy WHERE partner_id = partner.id AND issued_at >= $2::timestamptz AND issued_at < $3
  UNION
  SELECT currency FROM policy WHERE partner_id = partner.id AND cancelled_at >= $2::timestamptz AND cancelled_at < $3
"""


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

PREMIUMS = Kind(
    model=Bordereau,
    entity=BORDEREAU,
    lifecycle=BORDEREAU_LIFECYCLE,
    subject=SubjectKind.BORDEREAU,
    paper=PaperKind.PREMIUM_BORDEREAU,
    title="A bordereau",
    letters="BX",
    work=GenerateBordereau,
    header=HEADER,
    pages=pages,
    moved=_MOVED,
    postings=" UNION ALL ".join((_of(WRITTEN, "issued_at"), _of(TAKEN_BACK, "cancelled_at"), _EARNED)),
    amounts_of=amounts_of,
    told=("gross_minor", "commission_minor"),
)
