"""Words of the billing room."""

from __future__ import annotations

from enum import StrEnum


class InvoiceState(StrEnum):
    """Where an invoice stands 账单状态."""

    OPEN = "OPEN"
    """待缴: something of it is still to be paid."""
    PAID = "PAID"
    """已缴清: all of it was paid."""
    LAPSED = "LAPSED"
    """已失效: an instalment was not paid within the days of grace."""
    VOID = "VOID"
    """已作废: taken back before anything was paid."""
    ENDED = "ENDED"
    """已终止: its policy was taken back; what was not paid by then is not owed any more."""


class InvoiceAction(StrEnum):
    """What is done with an invoice."""

    PAY = "PAY"
    """缴清: its last instalment is paid."""
    LAPSE = "LAPSE"
    """失效: the days of grace are over."""
    REVIVE = "REVIVE"
    """复效: nothing is overdue any more."""
    VOID = "VOID"
    """作废: take it back."""
    END = "END"
    """终止: its policy was taken back."""


class InstalmentState(StrEnum):
    """Where one instalment stands 分期状态."""

    DUE = "DUE"
    """待缴: to be paid, now or later."""
    PAID = "PAID"
    """已缴."""
    VOID = "VOID"
    """已作废: taken back with its invoice."""
    ENDED = "ENDED"
    """已终止: not owed any more, as its policy was taken back."""


class PremiumSource(StrEnum):
    """Who says that a premium came in 收款来源."""

    GATEWAY = "GATEWAY"
    """支付网关: the payment gateway, by a signed call."""
    FINANCE = "FINANCE"
    """财务录入: somebody of finance, from the bank's statement."""


class PremiumExceptionKind(StrEnum):
    """Why money that came in settles nothing 收款异常类型."""

    UNKNOWN_INVOICE = "UNKNOWN_INVOICE"
    """账单不存在: it names no invoice of ours."""
    WRONG_AMOUNT = "WRONG_AMOUNT"
    """金额不符: neither the next instalment nor all that is left."""
    WRONG_CURRENCY = "WRONG_CURRENCY"
    """币种不符: another currency than the invoice's."""
    ALREADY_PAID = "ALREADY_PAID"
    """重复缴费: nothing of the invoice is left to be paid."""
    INVOICE_VOID = "INVOICE_VOID"
    """账单已作废: the invoice was taken back."""
    CONTRADICTION = "CONTRADICTION"
    """说法矛盾: the same reference was told before with other facts; no money is posted for it."""


class PremiumExceptionState(StrEnum):
    """Whether an exception is explained 异常状态."""

    OPEN = "OPEN"
    """未处理."""
    SETTLED = "SETTLED"
    """已处理."""


class PremiumExceptionAction(StrEnum):
    """What is done with an exception."""

    SETTLE = "SETTLE"
    """处理: say what it was."""


class BillingLimit(StrEnum):
    """Limits of time of billing, in calendar days 时限."""

    GRACE = "BILLING_GRACE"
    """宽限期: from the day an instalment is due to the last day on which the cover stands without it."""
