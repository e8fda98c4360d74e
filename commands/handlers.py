"""What a worker process works with: the handlers of all rooms, and the gateways by which they reach the world."""

from __future__ import annotations

from commands.keeping import store_of
from commands.mailboxes import connect_mailbox
from commands.tracing import connect_tracer
from domain.customers.identity_register import use_register
from domain.documents.keeping import use_renderer, use_store
from domain.evidence.inspecting import use_inspector, use_scanner
from domain.kernel.news import use_carrier
from domain.kernel.scanner_address import scanner_address
from domain.kernel.settings import Environment, settings
from domain.notifications.mailing import use_mailer
from domain.partners.calling import use_webhooks
from domain.payouts.bank import use_bank
from gateways.bank import HttpBank
from gateways.clamd import ClamdScanner
from gateways.identity import HttpIdentityRegister
from gateways.inspection import SeparateInspector
from gateways.mail import SmtpMailer
from gateways.news import RedisNews
from gateways.pdf import PdfRenderer
from gateways.webhooks import HttpWebhooks
from workers.handlers import LOADED

__all__ = ["LOADED"]


def connect_gateways() -> None:
    """Gives this process its gateways, by its settings."""
    configured = settings()
    connect_tracer("aftercare-worker")
    use_mailer(SmtpMailer(configured.smtp_host, configured.smtp_port, configured.mail_from))
    use_bank(HttpBank(configured.bank_url, configured.bank_secret.get_secret_value()))
    use_register(HttpIdentityRegister(configured.identity_url, configured.identity_secret.get_secret_value()))
    use_webhooks(HttpWebhooks(loopback=configured.env is not Environment.PRODUCTION))
    use_carrier(RedisNews(configured.redis_url))
    use_renderer(PdfRenderer())
    use_store(store_of(configured))
    use_inspector(SeparateInspector())
    url = configured.scanner_url
    use_scanner(None if url is None else ClamdScanner(scanner_address(url)))
    connect_mailbox(configured)


connect_gateways()
