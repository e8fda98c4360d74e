"""Bank statements as a bank writes them, in both versions that are taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from domain.payouts.payer import payer


@dataclass
class Entry:
    """One entry; `parts` are number and amount of each payment of a batch."""

    amount: str
    end_to_end_id: str | None = None
    way: str = "DBIT"
    returned: str | None = None
    reversal: bool = False
    status: str = "BOOK"
    parts: list[tuple[str, str]] = field(default_factory=list)
    bank_ref: str | None = None

    def signed(self) -> Decimal:
        """What it adds to the balance."""
        return Decimal(self.amount) * (-1 if self.way == "DBIT" else 1) * (self.status == "BOOK")


def statement(
    *entries: Entry, number: str = "S-2026-001", version: str = "08", opening: str = "1000000.00",
    closing: str | None = None, account: str | None = None, currency: str = "CNY",
) -> bytes:  # fmt: skip
    """A statement whose closing balance is right unless told otherwise."""
    end = closing or str(Decimal(opening) + sum((each.signed() for each in entries), Decimal(0)))
    inside = "".join(_entry(each, index, version, currency) for index, each in enumerate(entries, 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M{number}</MsgId><CreDtTm>2026-11-30T20:00:00+08:00</CreDtTm></GrpHdr>
<Stmt><Id>{number}</Id><CreDtTm>2026-11-30T20:00:00+08:00</CreDtTm>
<Acct><Id><Othr><Id>{account or payer().account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>
{_balance("OPBD", opening, currency)}{_balance("CLBD", end, currency)}
{inside}</Stmt></BkToCstmrStmt></Document>""".encode()


def _balance(code: str, amount: str, currency: str) -> str:
    way = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>"
    )


def _entry(entry: Entry, index: int, version: str, currency: str) -> str:
    status = entry.status if version == "02" else f"<Cd>{entry.status}</Cd>"
    parts = entry.parts or ([(entry.end_to_end_id, entry.amount)] if entry.end_to_end_id else [])
    details = "".join(_detail(entry, number, amount, version, currency) for number, amount in parts)
    return (
        f'<Ntry><NtryRef>{index}</NtryRef><Amt Ccy="{currency}">{entry.amount}</Amt>'
        f"<CdtDbtInd>{entry.way}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if entry.reversal else ''}<Sts>{status}</Sts>"
        f"<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>{f'<NtryDtls>{details}</NtryDtls>' if details else ''}</Ntry>"
    )


def _detail(entry: Entry, number: str, amount: str, version: str, currency: str) -> str:
    money = f'<Amt Ccy="{currency}">{amount}</Amt>'
    way = f"<CdtDbtInd>{entry.way}</CdtDbtInd>"
    told = money + way if version == "08" else f"<AmtDtls><TxAmt>{money}</TxAmt></AmtDtls>"
    reference = f"<AcctSvcrRef>{entry.bank_ref}</AcctSvcrRef>" if entry.bank_ref else ""
    reason = f"<RtrInf><Rsn><Cd>{entry.returned}</Cd></Rsn></RtrInf>" if entry.returned else ""
    return f"<TxDtls><Refs>{reference}<EndToEndId>{number}</EndToEndId></Refs>{told}{reason}</TxDtls>"
