"""A payment file and bank statements in the world of the oracle."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from domain.kernel.actor import Actor
from domain.payouts import booking, filing, statements
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.statements import Ticket
from tests.factories.statements import Entry, statement

BANK = Actor.system("payouts.book_statement")


class Nowhere:
    """A store that nobody fetches from."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keeps nothing."""

    async def get(self, key: str) -> bytes:
        """Nothing."""
        return b""


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def seed_bank_files(clerk: Actor) -> None:
    """One payout in a file, a statement of it that is booked, and another statement that is not."""
    payout = await Payout.filter(state="APPROVED").order_by("-id").first()
    assert payout is not None and clerk.staff_id is not None
    file = await filing.make_file([payout.id], actor=clerk)
    await filing.write_file(file.id, store=Nowhere(), actor=BANK)
    attempt = await PayoutAttempt.get(payment_file_id=file.id)
    told = Entry(f"{payout.amount_minor / 100:.2f}", attempt.request_no, bank_ref="ACC-1")
    for number, entries in (("S-1", (told, Entry("12.00"), Entry("80.00", way="CRDT"))), ("S-2", (Entry("1.00"),))):
        content = statement(*entries, number=number)
        ticket = Ticket(clerk.staff_id, hashlib.sha256(content).hexdigest(), len(content))
        found = await statements.receive(ticket, _whole(content))
        if number == "S-1":
            await booking.book(found.statement_id, actor=BANK)
