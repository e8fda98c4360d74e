"""Rows of many sales, and files of them."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from domain.kernel import clock
from domain.policies.offers import Offer
from tests.factories.insured import device, person

HEADER = (
    "external_ref", "category", "brand", "model", "serial_number", "purchased_on", "price", "full_name", "phone",
    "mail",
)  # fmt: skip


def offer(ref: str, version_id: UUID | None, **changes: Any) -> Offer:
    """A row of many: a new phone for a new customer; `changes` are of the device."""
    return Offer(ref, version_id, device(**changes), person())


def file_row(number: int, **changes: str) -> dict[str, str]:
    """One row of a file; each number is another device of another customer."""
    usual = {
        "external_ref": f"R-{number:07d}",
        "category": "PHONE",
        "brand": "Acme",
        "model": "One",
        "serial_number": f"SN{number:012d}",
        "purchased_on": clock.today().isoformat(),
        "price": "3000.00",
        "full_name": "Zhang San",
        "phone": f"138{number:08d}",
        "mail": f"c{number}@example.com",
    }
    return usual | changes


def file_of(rows: Sequence[dict[str, str]], header: Sequence[str] = HEADER) -> bytes:
    """A file of sales."""
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, header)
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue().encode()


async def in_chunks(content: bytes, size: int = 1_000) -> AsyncIterator[bytes]:
    """A file as it arrives."""
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]
