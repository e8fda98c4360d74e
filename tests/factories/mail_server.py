"""A real mail server that says what a test wants it to say."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from gateways.mail import SmtpMailer

SENDER = "service@aftercare.example"


@dataclass
class MailServer:
    """What the server answers, and every mail whose text reached it; `lost` hangs up instead of answering the text."""

    recipient: str = "250 OK"
    text: str = "250 OK"
    lost: bool = False
    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)

    @property
    def mailer(self) -> SmtpMailer:
        """A gateway to it."""
        return SmtpMailer("127.0.0.1", self.port, SENDER)

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        content = envelope.content
        assert isinstance(content, bytes)
        self.came.append(email.message_from_bytes(content, policy=email.policy.default))
        if self.lost and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return self.text


@asynccontextmanager
async def mail_server(**answers: object) -> AsyncIterator[MailServer]:
    """Runs one on the loopback address for the time of a block."""
    found = MailServer(**answers)  # type: ignore[arg-type]
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(found, hostname="localhost"), "127.0.0.1", 0
    )
    found.port = listening.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listening.close()
        await listening.wait_closed()
