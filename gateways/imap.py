"""Mail by IMAP: letters are fetched without a mark on them, and moved once it is known what became of them.

The library blocks, so each call runs in a thread; when its time is over the connection is cut under it, and the thread
ends with what it was waiting for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from imapclient.exceptions import IMAPClientError

from domain.inquiries.letters import Arrived, MailboxRefused, MailboxUnavailable
from domain.kernel.mailbox_address import MailboxAddress
from gateways.imap_line import REJECTED, TAKEN, Line, NotHandedOut

T = TypeVar("T")
SILENCE = 15.0  # seconds without a byte before the server is given up
WHOLE = 60.0  # seconds for one call, however much comes
BATCH = 16 * 1024 * 1024  # bytes of letters after which a batch ends, so that memory does not grow with the mailbox
BROKEN = (OSError, IMAPClientError, ValueError, LookupError, TypeError, AttributeError, AssertionError, EOFError)
"""What the library raises when the connection ends, or the server says what no server should."""


class ImapMailbox:
    """One folder on one server. A connection is made for each fetch and kept for what follows from it.

    Units: `letter_limit` and `batch` in bytes, `silence` and `whole` in seconds. `trust` stands in place of the
    system's roots.
    """

    def __init__(
        self,
        address: MailboxAddress,
        password: str,
        letter_limit: int,
        *,
        silence: float = SILENCE,
        whole: float = WHOLE,
        batch: int = BATCH,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.address, self.letter_limit, self.batch = address, letter_limit, batch
        self.silence, self.whole = silence, whole
        self._password = password
        self._trust = (trust or ssl.create_default_context()) if address.is_encrypted else None
        self._line: Line | None = None
        self._one = asyncio.Lock()
        self._stumbled: set[str] = set()

    async def fetch(self, limit: int) -> list[Arrived]:
        """The mails that wait, the oldest first, at most `limit` and fewer where they are large.

        One that the server does not hand out waits behind all others from then on.

        Raises: MailboxUnavailable, MailboxRefused.
        """
        found: list[Arrived] = []
        async with self._one:
            self._hang_up()
            try:
                await self._carry_out(lambda line: self._gather(line, limit, found))
            except MailboxUnavailable:
                if not found:
                    raise
            if not found:
                await self._say_goodbye()
            return list(found)  # a thread that was given up may still add to its own

    async def settle(self, uid: str) -> None:
        """Moves a letter to "Aftercare taken".

        Raises: MailboxUnavailable, MailboxRefused.
        """
        async with self._one:
            await self._carry_out(lambda line: line.move(uid, TAKEN))

    async def reject(self, uid: str) -> None:
        """Moves a mail to "Aftercare rejected".

        Raises: MailboxUnavailable, MailboxRefused.
        """
        async with self._one:
            await self._carry_out(lambda line: line.move(uid, REJECTED))

    async def close(self) -> None:
        """Ends the connection, if there is one."""
        async with self._one:
            await self._say_goodbye()

    async def _carry_out(self, work: Callable[[Line], T]) -> T:
        """What the work returns, within its time; however else it ends, the connection is cut.

        Raises: MailboxUnavailable, MailboxRefused.
        """
        line = self._line or Line(self.address, self.batch + self.letter_limit, self.silence, self._trust)
        self._line = None
        try:
            result = await asyncio.wait_for(asyncio.to_thread(line.used, self._password, work), self.whole)
            self._line = line
        except ssl.SSLCertVerificationError:
            raise MailboxRefused("the server's certificate is not the one it should have") from None
        except BROKEN as error:
            raise MailboxUnavailable(type(error).__name__) from None
        finally:
            if self._line is None:
                line.cut()
        return result

    def _gather(self, line: Line, limit: int, found: list[Arrived]) -> None:
        """Fetches letter by letter; what has come when the connection breaks stays found."""
        held, is_refused = 0, False
        for number in line.waiting(limit, self._stumbled):
            uid = line.uid(number)
            self._stumbled.add(uid)  # until it has come
            try:
                raw = line.letter(number, self.letter_limit + 1)
            except NotHandedOut:
                is_refused = True
                continue
            self._stumbled.discard(uid)
            found += [Arrived(uid, raw)] if raw is not None else []
            held += len(raw or b"")
            if held >= self.batch:
                return
        if is_refused and not found:
            raise MailboxUnavailable("the server lists letters and hands none out")

    async def _say_goodbye(self) -> None:
        if self._line is not None:
            with suppress(MailboxUnavailable):
                await self._carry_out(Line.leave)
        self._line = None

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.end()
        self._line = None
