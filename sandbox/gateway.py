"""A payment gateway that takes no money: it tells the insurer of a payment, as often as it is asked to.

`python -m sandbox.gateway INV20260000001 41.67` pays an instalment; `--reference` says the same payment again.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import time
from datetime import UTC, datetime
from uuid import uuid4

import httpx

TIMEOUT = 10.0  # seconds
SECRET = "AFTERCARE_PREMIUM_SECRET"  # noqa: S105 - the name of a variable


def tell(client: httpx.Client, secret: str, said: dict[str, str]) -> int:
    """Calls the insurer with one payment; the status of the answer. Anything but a 200 is to be said again."""
    body, timestamp = json.dumps(said).encode(), str(int(time.time()))
    signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hexdigest()
    headers = {
        "content-type": "application/json", "x-premium-timestamp": timestamp, "x-premium-signature": signature,
    }  # fmt: skip
    return client.post("/premium/callback", content=body, headers=headers).status_code


def main(arguments: list[str] | None = None) -> int:
    """The command line. The secret comes from AFTERCARE_PREMIUM_SECRET, never from an argument that others can see."""
    parser = argparse.ArgumentParser(description="A payment gateway that takes no money.")
    parser.add_argument("invoice", help="the invoice number")
    parser.add_argument("amount", help="41.67")
    parser.add_argument("--currency", default="CNY")
    parser.add_argument("--reference", default=f"SB{uuid4().hex}", help="say it twice to tell of one payment twice")
    parser.add_argument("--url", default=os.environ.get("AFTERCARE_PUBLIC_URL", "http://127.0.0.1:8000"))
    given = parser.parse_args(arguments)
    said = {
        "reference": given.reference, "invoiceNumber": given.invoice, "amount": given.amount,
        "currency": given.currency, "paidAt": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with httpx.Client(base_url=given.url, timeout=TIMEOUT, trust_env=False) as client:
        status = tell(client, os.environ[SECRET], said)
    print(f"{given.reference}: {status}")  # noqa: T201 - what the command says
    return 0 if status == httpx.codes.OK else 1


if __name__ == "__main__":
    raise SystemExit(main())
