"""The steps of an invoice, and of money that settles nothing."""

from __future__ import annotations

from domain.billing.terms import InvoiceAction, InvoiceState, PremiumExceptionAction, PremiumExceptionState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = InvoiceAction, InvoiceState
LIVE = (S.OPEN, S.LAPSED)
"""States in which something may still be paid."""

# A payment that is not the last leaves the state as it is; the table names where the last one leads.
INVOICE_LIFECYCLE: Lifecycle[InvoiceState, InvoiceAction] = Lifecycle(
    name="invoice",
    initial=S.OPEN,
    steps=(
        step(A.PAY, LIVE, S.PAID, Role.FINANCE, Role.SYSTEM),
        step(A.LAPSE, S.OPEN, S.LAPSED, Role.SYSTEM),
        step(A.REVIVE, S.LAPSED, S.OPEN, Role.UNDERWRITER, Role.SYSTEM),
        step(A.VOID, LIVE, S.VOID, Role.FINANCE, Role.SYSTEM),
        step(A.END, LIVE, S.ENDED, Role.SYSTEM),
    ),
)

EXCEPTION_LIFECYCLE: Lifecycle[PremiumExceptionState, PremiumExceptionAction] = Lifecycle(
    name="premium_exception",
    initial=PremiumExceptionState.OPEN,
    steps=(
        step(PremiumExceptionAction.SETTLE, PremiumExceptionState.OPEN, PremiumExceptionState.SETTLED, Role.FINANCE),
    ),
)
