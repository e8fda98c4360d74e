"""One-time codes that are sent by mail: kept as a keyed hash, worth one use and five tries within ten minutes."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from domain.access.models import OneTimeCode
from domain.access.signing import signing_keys
from domain.access.terms import CODE_LIFE, CodePurpose
from domain.kernel import clock
from domain.kernel.ids import new_id
from domain.kernel.sealing import blind_index

TRIES_A_CODE = 5
MINUTES = str(CODE_LIFE // timedelta(minutes=1))
"""How long a code can be used, as its letter says it."""


async def add_code(
    purpose: CodePurpose, address: str, *, digits: int, customer_id: UUID | None = None, staff_id: UUID | None = None
) -> str:
    """A fresh code for an address, in the current transaction; it replaces the one before for the same purpose.

    Without a customer or a member of staff it is nobody's, and fits nothing.
    """
    code, row_id = f"{secrets.randbelow(10**digits):0{digits}}", new_id()
    await OneTimeCode.create(
        id=row_id,
        purpose=purpose,
        mail_blind=blind_index("mail", address),
        customer_id=customer_id,
        staff_id=staff_id,
        code_hash=_code_hash(row_id, code),
        expires_at=clock.now() + CODE_LIFE,
    )
    return code


def _code_hash(row_id: UUID, code: str) -> bytes:
    """A keyed hash: a million codes are tried in a second by whoever has the hash, but not without the key."""
    key, *_ = signing_keys(b"aftercare sign-in codes")
    return hmac.digest(key, f"{row_id}:{code}".encode(), "sha256")


async def use_code(purpose: CodePurpose, address: str, code: str) -> OneTimeCode | None:
    """The newest code of an address if this is it, or None, in the current transaction, which counts the try."""
    codes = OneTimeCode.filter(purpose=purpose, mail_blind=blind_index("mail", address)).order_by("-id")
    row = await codes.select_for_update(no_key=True).first()
    if row is None or row.used_at is not None or row.expires_at <= clock.now() or row.attempts >= TRIES_A_CODE:
        return None
    row.attempts += 1
    is_somebodys = row.customer_id is not None or row.staff_id is not None
    fits = hmac.compare_digest(bytes(row.code_hash), _code_hash(row.id, code.strip())) and is_somebodys
    row.used_at = clock.now() if fits else None
    await row.save(update_fields=["attempts", "used_at"])
    return row if fits else None
