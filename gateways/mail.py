"""Mail by SMTP, one step at a time, so that it is known how far a letter got when something breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from domain.kernel import clock
from domain.notifications.mailing import Letter, MailRejected, MailUnavailable, MailUncertain

STEP = 5.0  # seconds for the connection and for each step of the dialogue; together they stay below the job's limit
HANDOVER = 10.0  # seconds for the letter itself
FAREWELL = 1.0  # seconds to say goodbye; the letter is accepted by then
PERMANENT = 500  # codes from here on mean "never", those below "not now" (RFC 5321, 4.2.1)
NAMES = {"zh": "售后保险服务中心", "en": "Aftercare Insurance"}


class SmtpMailer:
    """Hands letters to one SMTP server, with a connection for each: notices are few, and a kept one goes stale."""

    def __init__(self, host: str, port: int, sender: str) -> None:
        self.host, self.port, self.sender = host, port, sender

    async def deliver(self, letter: Letter) -> None:
        """Returns once the server took the letter.

        Raises: MailUnavailable, MailRejected, MailUncertain.
        """
        try:
            message = self._message(letter)
        except (ValueError, MessageError, IndexError) as error:
            raise MailRejected from error
        async with self._connected() as client:
            await self._announce(client, letter.address)
            await _hand_over(client, message)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        # Its own name is said at once: asking the system for one can take a name server's time.
        house = self.sender.partition("@")[2]
        client = aiosmtplib.SMTP(hostname=self.host, port=self.port, timeout=STEP, local_hostname=house)
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUnavailable from error
        try:
            yield client
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=FAREWELL)
        finally:
            client.close()

    async def _announce(self, client: aiosmtplib.SMTP, address: str) -> None:
        """Everything before the letter itself: whatever breaks here, it is not out."""
        try:
            await client.mail(self.sender, timeout=STEP)
            await client.rcpt(address, timeout=STEP)
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUnavailable from error

    def _message(self, letter: Letter) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = f"{NAMES[letter.language]} <{self.sender}>"
        message["To"] = _address(letter.address)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = letter.message_id
        message["Content-Language"] = letter.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body, cte="base64")
        return message.as_bytes()


def _address(text: str) -> Address:
    """The address as a header's value; one that no server could take raises one of the email package's errors."""
    found = Address(addr_spec=text)
    if not found.addr_spec.isascii() or found.addr_spec != text:
        raise ValueError("not an address")
    return found


async def _hand_over(client: aiosmtplib.SMTP, message: bytes) -> None:
    """The letter itself: an answer decides, and silence means that nobody knows."""
    try:
        await client.data(message, timeout=HANDOVER)
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailUncertain from error


def _refused(error: aiosmtplib.SMTPResponseException) -> MailRejected | MailUnavailable:
    return MailRejected() if error.code >= PERMANENT else MailUnavailable()
