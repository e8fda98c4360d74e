"""The mailbox that a worker fetches letters from."""

from __future__ import annotations

from domain.inquiries.letters import use_mailbox
from domain.kernel.mailbox_address import mailbox_address
from domain.kernel.settings import Settings
from gateways.imap import ImapMailbox


def connect_mailbox(configured: Settings) -> None:
    """Gives this process the mailbox that letters are fetched from, where one is set."""
    url, password = configured.imap_url, configured.imap_password
    if url is not None and password is not None:
        use_mailbox(ImapMailbox(mailbox_address(url), password.get_secret_value(), configured.letter_limit))
