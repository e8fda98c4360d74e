"""Our own account at the bank, from which payment files pay and of which statements tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.kernel.masks import mask_bank_account
from domain.kernel.money import Currency
from domain.kernel.sealing import blind_index
from domain.kernel.settings import settings
from domain.payouts.refusals import PayerUnknown

CURRENCY = Currency.CNY
"""The currency of the account; payouts in another go to the bank by HTTP alone."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Name and number of the account, and the clearing number of the bank that keeps it, where it is told."""

    name: str
    account: str = field(repr=False)
    bank: str | None

    @property
    def mask(self) -> str:
        """The account as it is shown."""
        return mask_bank_account(self.account)

    @property
    def blind(self) -> bytes:
        """The account as it is found again."""
        return blind_index("own account", self.account)


def payer() -> Payer:
    """Our account, as the settings tell it.

    Raises: PayerUnknown.
    """
    told = settings()
    if told.payer_name is None or told.payer_account is None:
        raise PayerUnknown
    return Payer(told.payer_name, told.payer_account, told.payer_bank)
