"""One connection to a mail server: what is said on it, how much may come over it, and how it is cut from outside."""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from imapclient import DELETED, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from domain.inquiries.letters import MailboxRefused, MailboxUnavailable
from domain.kernel.mailbox_address import MailboxAddress

T = TypeVar("T")
TAKEN, REJECTED = "Aftercare taken", "Aftercare rejected"
WINDOW = 200  # letters that are listed at once
OVERHEAD = 4 * 1024 * 1024  # bytes of answers on one connection beside the letters themselves
PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)
"""Reasons of a refusal that pass by themselves (RFC 5530, 3)."""
NAME = {"name": "aftercare"}

# The library's lines hold names, addresses and whole letters; not one may reach a log, at whatever level.
logging.getLogger("imapclient").addHandler(logging.NullHandler())
logging.getLogger("imapclient").propagate = False


class NotHandedOut(Exception):
    """The server refused one letter, and can be asked for another."""


class Line:
    """A connection, made when it is first used, and given up for good with the first thing that goes wrong on it.

    Everything but `cut` is called from the one thread that uses it. Units: `allowance` in bytes of letters.
    """

    def __init__(self, address: MailboxAddress, allowance: int, silence: float, trust: ssl.SSLContext | None) -> None:
        self.address, self.allowance, self.silence, self.trust = address, allowance, silence, trust
        self._client: Any = None
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._guard = threading.Lock()
        self._validity = self._count = 0
        self._folders: set[str] = set()

    def used(self, password: str, work: Callable[[Line], T]) -> T:
        """What the work returns, on a connection that stands.

        Raises: MailboxUnavailable, MailboxRefused; whatever the library raises.
        """
        try:
            if self._client is None:
                self._open(password)
            return work(self)
        except BaseException:
            self.end()
            raise

    def cut(self) -> None:
        """Ends what the connection waits for, from another thread."""
        with self._guard:
            self._is_cut, held = True, self._socket
        if held is not None:
            with suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)  # below TLS, whose state is the other thread's

    def end(self) -> None:
        """Closes the connection without a word."""
        if self._client is not None:
            with suppress(OSError, ValueError):
                self._client.shutdown()
        if self._socket is not None:
            self._socket.close()

    def leave(self) -> None:
        """Says goodbye and closes the connection."""
        with suppress(OSError, IMAPClientError):
            self._client.logout()
        self.end()

    def waiting(self, limit: int, last: Iterable[str]) -> list[int]:
        """The numbers of the letters that wait, the oldest first, those named in `last` behind all others."""
        ahead: list[int] = []
        behind: list[int] = []
        for start in range(1, self._count + 1, WINDOW):
            for number in self._listed(range(start, min(start + WINDOW, self._count + 1))):
                (behind if self.uid(number) in last else ahead).append(number)
            if len(ahead) >= limit:
                break
        return (ahead + behind)[:limit]

    def _listed(self, places: range) -> list[int]:
        """The numbers of the letters at some places of the folder, without those that somebody deleted."""
        self._client.use_uid = False  # a search for places within a search for numbers is not understood everywhere
        try:
            found = self._client.fetch(list(places), ["UID", "FLAGS"])
        finally:
            self._client.use_uid = True
        return sorted(each[b"UID"] for each in found.values() if DELETED not in each[b"FLAGS"])

    def uid(self, number: int) -> str:
        """A letter's number with the count it belongs to: a mailbox that was built anew counts afresh."""
        return f"{self._validity}-{number}"

    def letter(self, number: int, most: int) -> bytes | None:
        """The first `most` bytes of a letter, which stays as unread as it was; None for one that is gone.

        Raises: NotHandedOut.
        """
        try:
            found = self._client.fetch([number], [f"BODY.PEEK[]<0.{most}>"])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise NotHandedOut from None
        if number not in found:
            return None
        raw = next((value for key, value in found[number].items() if key.startswith(b"BODY[")), None)
        if not isinstance(raw, bytes):
            raise NotHandedOut
        return raw

    def move(self, uid: str, folder: str) -> None:
        """Moves a letter into a folder, which is made if need be; one that is gone stays gone."""
        validity, _, number = uid.partition("-")
        if int(validity) != self._validity:
            return  # the mailbox was built anew; the letter comes again under another number
        place = self._folder(folder)
        if self._client.has_capability("MOVE"):
            self._client.move([int(number)], place)
            return
        self._client.copy([int(number)], place)
        self._client.delete_messages([int(number)], silent=True)
        if self._client.has_capability("UIDPLUS"):  # without it, others' deleted letters would go too
            self._client.uid_expunge([int(number)])

    def _folder(self, name: str) -> str:
        """The full name of one of our folders."""
        prefix = ""
        if self._client.has_capability("NAMESPACE") and (personal := self._client.namespace().personal):
            prefix = personal[0][0]
        full = f"{prefix}{name}"
        if full not in self._folders and not self._client.folder_exists(full):
            self._client.create_folder(full)
        self._folders.add(full)
        return full

    def _open(self, password: str) -> None:
        self._client = _Client(self.address, self.silence, lambda: _Wire(self))
        self._refusable(lambda: self._log_in(password))
        if self._client.has_capability("ID"):
            self._client.id_(NAME)  # NetEase's servers let nobody read who has not said it
        selected = self._refusable(lambda: self._client.select_folder(self.address.folder))
        self._validity, self._count = selected[b"UIDVALIDITY"], selected[b"EXISTS"]

    def _log_in(self, password: str) -> None:
        if self._client.has_capability("AUTH=PLAIN"):
            self._client.plain_login(self.address.user, password)
        elif not f"{self.address.user}{password}".isascii():
            raise MailboxRefused("the server takes only names and passwords in ASCII")
        else:
            user = self.address.user.replace("\\", "\\\\").replace('"', '\\"')
            self._client.login(f'"{user}"', password)

    def _refusable(self, step: Callable[[], T]) -> T:
        """What the server answers to a step that it may refuse for good.

        Raises: MailboxRefused; MailboxUnavailable for a refusal that passes by itself.
        """
        try:
            return step()
        except IMAPClientError as error:
            is_broken = any(isinstance(each, IMAPClientAbortError) for each in (error, error.__context__))
            if is_broken or PASSING.search(str(error)):
                raise MailboxUnavailable(type(error).__name__) from None
            raise MailboxRefused("the server refuses the name, the password or the folder") from None

    def connected(self) -> socket.socket:
        """A new connection, encrypted where it has to be, that can be cut from the first byte on."""
        plain = socket.create_connection((self.address.host, self.address.port), self.silence)
        self._hold(plain)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # commands are short, and some come in two pieces
        if self.trust is None:
            return plain
        safe = self.trust.wrap_socket(plain, server_hostname=self.address.host, do_handshake_on_connect=False)
        self._hold(safe)
        safe.do_handshake()
        return safe

    def _hold(self, held: socket.socket) -> None:
        with self._guard:
            self._socket = held
            if self._is_cut:
                raise TimeoutError


class _Wire(imaplib.IMAP4):
    """The library's dialogue on a connection of ours, over which no more comes than was allowed."""

    def __init__(self, line: Line) -> None:
        self._line, self._left = line, line.allowance + OVERHEAD
        super().__init__(line.address.host, line.address.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002 - imaplib's signature
        return self._line.connected()

    def read(self, size: int) -> bytes:
        """The next bytes. A server that promises more than was asked for is not believed."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """The next line."""
        found = super().readline()
        self._spend(len(found))
        return found

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("more comes than was asked for")


class _Client(IMAPClient):  # type: ignore[misc]  # published without types
    """The library's client on a dialogue of ours, which keeps no record of what was said."""

    def __init__(self, address: MailboxAddress, silence: float, wire: Callable[[], _Wire]) -> None:
        self._wire = wire
        super().__init__(address.host, address.port, ssl=False, timeout=SocketTimeout(silence, silence))
        self._imap.debug = 0

    def _create_IMAP4(self) -> _Wire:  # noqa: N802 - the library's name for it
        return self._wire()
