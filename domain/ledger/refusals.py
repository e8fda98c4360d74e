"""Why the ledger says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class Unbalanced(Refusal):
    """Debits and credits of one currency differ, or a line is empty."""

    code = "UNBALANCED"
    english = "Debits and credits of this posting differ."
    chinese = "该凭证借贷不平衡。"


@dataclass(eq=False)
class PostedAlready(Refusal):
    """A posting with this key stands already; nothing is posted twice."""

    code = "POSTED_ALREADY"
    english = "This was posted already."
    chinese = "该业务已记账。"
