"""What a worker process works with: the handlers of all rooms, and the gateways by which they reach the world."""

from __future__ import annotations

from commands.tracing import connect_tracer
from domain.inquiries.letters import use_mailbox
from domain.kernel.mailbox_address import mailbox_address
from domain.kernel.news import use_carrier
from domain.kernel.settings import Settings, settings
from domain.notifications.mailing import use_mailer
from domain.payouts.bank import use_bank
from gateways.bank import HttpBank
from gateways.imap import ImapMailbox
from gateways.mail import SmtpMailer
from gateways.news import RedisNews
from workers.handlers import LOADED

__all__ = ["LOADED"]


def connect_gateways() -> None:
    """Gives this process its gateways, by its settings."""
    configured = settings()
    connect_tracer("aftercare-worker")
    use_mailer(SmtpMailer(configured.smtp_host, configured.smtp_port, configured.mail_from))
    use_bank(HttpBank(configured.bank_url, configured.bank_secret.get_secret_value()))
    use_carrier(RedisNews(configured.redis_url))
    connect_mailbox(configured)


def connect_mailbox(configured: Settings) -> None:
    """Gives this process the mailbox that letters are fetched from, where one is set."""
    url, password = configured.imap_url, configured.imap_password
    if url is not None and password is not None:
        use_mailbox(ImapMailbox(mailbox_address(url), password.get_secret_value(), configured.letter_limit))


connect_gateways()
