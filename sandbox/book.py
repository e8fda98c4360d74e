"""The sandbox bank's book: one JSON line for each entry, flushed to disk before anybody is told."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Payment:
    """One payment as the bank knows it. Units: `amount_minor` in minor units; `at` in ISO 8601 with offset."""

    request_no: str
    amount_minor: int
    currency: str
    account: str
    name: str
    status: str
    bank_ref: str
    at: str
    code: str | None = None

    def says_the_same(self, other: Payment) -> bool:
        """Whether two requests under one number ask for the same."""
        return replace(other, status=self.status, bank_ref=self.bank_ref, at=self.at, code=self.code) == self

    def shown(self) -> dict[str, object]:
        """What the bank says of it: no account and no name."""
        return {name: value for name, value in asdict(self).items() if name not in ("account", "name")}


class Book:
    """All payments, the newest word about each number; written at the end of a file only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._payments: dict[str, Payment] = {}
        if path.exists():
            self._read(path.read_bytes())
        self._file = path.open("ab")

    def _read(self, content: bytes) -> None:
        """Reads what was written; a last line that was cut off by a crash was never answered and is dropped."""
        whole, _, cut = content.rpartition(b"\n")
        if cut:
            with self._path.open("r+b") as file:
                file.truncate(len(content) - len(cut))
        for line in whole.splitlines():
            payment = Payment(**json.loads(line))
            self._payments[payment.request_no] = payment

    def write(self, payment: Payment) -> None:
        """Adds a word about a payment; returns once it is on disk."""
        line = json.dumps(asdict(payment), ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._payments[payment.request_no] = payment

    def find(self, request_no: str) -> Payment | None:
        """The payment of a number."""
        return self._payments.get(request_no)

    def settled_between(self, start: datetime, end: datetime) -> list[Payment]:
        """Settled payments of a half-open span, oldest first."""
        found = [each for each in self._payments.values() if each.status == "SETTLED"]
        return [each for each in found if start <= datetime.fromisoformat(each.at) < end]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
