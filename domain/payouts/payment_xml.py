"""A payment file as the bank reads it: ISO 20022 pain.001.001.09, one account debited for many payments.

Accounts are no IBANs in China, so that they stand as other numbers, and names stand as they are, in any script. The
bank of a payee is not told, as nobody has asked payees for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree import ElementTree as ET

from domain.kernel import clock
from domain.kernel.money import Money
from domain.payouts.payer import Payer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MEDIA = "application/xml"
LONGEST_NAME = 140
NOT_PROVIDED = "NOTPROVIDED"
"""What stands for the bank that keeps our account, where it is not told."""


@dataclass(frozen=True, slots=True)
class Order:
    """One payment: its number, and where it goes."""

    request_no: str
    amount: Money
    name: str = field(repr=False)
    account: str = field(repr=False)


def write_payments(message_id: str, made_at: datetime, payer: Payer, orders: Sequence[Order]) -> bytes:
    """The file: the same bytes for the same payments. `orders` are in one currency, one at least."""
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    initiation = ET.SubElement(document, "CstmrCdtTrfInitn")
    count, total = str(len(orders)), Money(sum(each.amount.minor for each in orders), orders[0].amount.currency)
    header = ET.SubElement(initiation, "GrpHdr")
    _text(header, "MsgId", message_id)
    _text(header, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _text(header, "NbOfTxs", count)
    _text(header, "CtrlSum", _decimal(total))
    _text(header, "InitgPty/Nm", _name(payer.name))
    batch = ET.SubElement(initiation, "PmtInf")
    _text(batch, "PmtInfId", message_id)
    _text(batch, "PmtMtd", "TRF")
    _text(batch, "BtchBookg", "false")
    _text(batch, "NbOfTxs", count)
    _text(batch, "CtrlSum", _decimal(total))
    _text(batch, "ReqdExctnDt/Dt", clock.day_of(made_at).isoformat())
    _text(batch, "Dbtr/Nm", _name(payer.name))
    account = ET.SubElement(batch, "DbtrAcct")
    _text(account, "Id/Othr/Id", payer.account)
    _text(account, "Ccy", total.currency)
    bank = ET.SubElement(batch, "DbtrAgt")
    _text(bank, "FinInstnId/ClrSysMmbId/MmbId" if payer.bank else "FinInstnId/Othr/Id", payer.bank or NOT_PROVIDED)
    for each in orders:
        _add(batch, each)
    content: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return content


def _add(batch: ET.Element, order: Order) -> None:
    transfer = ET.SubElement(batch, "CdtTrfTxInf")
    _text(transfer, "PmtId/EndToEndId", order.request_no)
    amount = _text(transfer, "Amt/InstdAmt", _decimal(order.amount))
    amount.set("Ccy", order.amount.currency)
    _text(transfer, "Cdtr/Nm", _name(order.name))
    _text(transfer, "CdtrAcct/Id/Othr/Id", order.account)


def _text(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Adds an element inside of new ones; the innermost."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _decimal(money: Money) -> str:
    """An amount with as many decimals as its currency has."""
    return f"{money.amount:.{money.currency.scale}f}"


def _name(name: str) -> str:
    """A name as far as it fits, without what XML cannot hold."""
    return "".join(filter(str.isprintable, name))[:LONGEST_NAME]
