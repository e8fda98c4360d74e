"""The words of the ledger: its accounts, and one line of a posting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.kernel.money import Money


class Account(StrEnum):
    """Accounts of the insurer (会计科目)."""

    PREMIUM_RECEIVABLE = "PREMIUM_RECEIVABLE"
    """应收保费: premium that is owed to the insurer."""
    PREMIUM_INCOME = "PREMIUM_INCOME"
    """保费收入: premium net of tax."""
    PREMIUM_IN_ADVANCE = "PREMIUM_IN_ADVANCE"
    """预收保费: premium invoiced before its policy is issued, which writes it as income and owes its tax."""
    VAT_PAYABLE = "VAT_PAYABLE"
    """应交增值税: tax contained in premium."""
    COMMISSION_EXPENSE = "COMMISSION_EXPENSE"
    """手续费支出: what selling costs."""
    COMMISSION_PAYABLE = "COMMISSION_PAYABLE"
    """应付手续费: commission owed to partners."""
    CLAIMS_EXPENSE = "CLAIMS_EXPENSE"
    """赔付支出: what was granted on claims."""
    CLAIMS_PAYABLE = "CLAIMS_PAYABLE"
    """应付赔付款: granted and not paid yet."""
    CLAIMS_RECOVERIES = "CLAIMS_RECOVERIES"
    """追偿及残值收入: what came back of paid claims, which makes them cost less."""
    SALVAGE_PAYABLE = "SALVAGE_PAYABLE"
    """应付残值款: what of the money for salvage is the customers', and not paid yet."""
    REFUNDS_PAYABLE = "REFUNDS_PAYABLE"
    """应付退保金: premium to be given back."""
    BANK = "BANK"
    """银行存款: money at the bank."""
    SUSPENSE = "SUSPENSE"
    """暂记款: money whose reason is not known yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a posting. Units: a debit (借) is above zero, a credit (贷) below."""

    account: Account
    amount: Money
