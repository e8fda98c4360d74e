"""The bank's own word about a payment: believed only when signed and fresh, and never more than once."""

from __future__ import annotations

import json
import re
from typing import Any

from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.rows import lock_row
from domain.kernel.signed_calls import is_genuine
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.exceptions import open_exception
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.refusals import CallbackRefused, CallbackUnreadable
from domain.payouts.settling import apply_receipt
from domain.payouts.terms import ExceptionKind

REQUEST_NO = re.compile(r"[0-9A-Za-z]{1,32}")
ACTOR = Actor.system("payouts.callback")


async def receive(*, body: bytes, timestamp: str, signature: str, secret: str) -> None:
    """Takes in one callback. `signature` is the hex HMAC-SHA256 over timestamp, a full stop and the body.

    Units: `timestamp` in whole seconds of Unix time.

    Raises: CallbackRefused for one that is forged or older than five minutes; CallbackUnreadable.
    """
    if not is_genuine(body=body, timestamp=timestamp, signature=signature, secret=secret):
        raise CallbackRefused
    receipt = read_receipt(body)
    async with transaction():
        attempt = await PayoutAttempt.filter(request_no=receipt.request_no).first()
        payout = await lock_row(Payout, attempt.payout_id) if attempt else None
        if attempt is None or payout is None:
            await open_exception(
                ExceptionKind.UNKNOWN_PAYMENT, receipt.request_no, payout_id=None, ours="nothing",
                theirs=f"{receipt.status} {receipt.amount}", actor=ACTOR,
            )  # fmt: skip
            return
        attempt = await PayoutAttempt.get(id=attempt.id)  # as it is now that the payout is locked
        await apply_receipt(payout, attempt, receipt, ACTOR)


def read_receipt(body: bytes) -> Receipt:
    """The receipt that a body describes.

    Shape: `{"request_no", "status", "amount_minor", "currency", "bank_ref"?, "code"?}`.
    Raises: CallbackUnreadable.
    """
    try:
        found: dict[str, Any] = json.loads(body)
        request_no, minor = found["request_no"], found["amount_minor"]
        if not isinstance(request_no, str) or not REQUEST_NO.fullmatch(request_no):
            raise CallbackUnreadable
        return Receipt(
            request_no=request_no,
            status=BankStatus(found["status"]),
            amount=Money(minor, Currency(found["currency"])),
            bank_ref=_text(found.get("bank_ref")),
            code=_text(found.get("code")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CallbackUnreadable from None


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.isprintable() or len(value) > 64:
        raise CallbackUnreadable
    return value
