"""Reading a mail: bytes that anybody may have sent become a letter, or are said to be unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from itertools import islice

from domain.inquiries.decoding import MOST_TEXT, one_line, text_of, words_of
from domain.inquiries.letters import Arrived, Attachment, Fault, Letter, Unreadable
from domain.inquiries.parts import Part, Reader, is_words, part_of
from domain.inquiries.wording import new_words, text_of_markup

MOST_ATTACHMENTS = 20
LONGEST_TEXT = 20_000  # characters
LONGEST_SUBJECT = 300
LONGEST_NAME = 200  # characters of a sender's or a file's name
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
LONGEST_FROM = 1_000  # characters in which the sender is looked for, in time of their square
MOST_ANSWERED = 50  # letters that one may say it answers

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
BARE_ID = re.compile(r"[!-;=?-~]{1,240}")
NOT_A_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
"""What no file is called, and what turns a name round so that its ending looks like another."""
NO_VALUE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What the email package raises on dates and addresses that are none."""
YEARS = range(1990, 2200)
LISTS = frozenset({"bulk", "list", "junk"})
MACHINES = frozenset({"mailer-daemon", "postmaster"})


def letter_in(arrived: Arrived, *, most: int) -> Letter:
    """The letter that a mail from a mailbox is.

    Units: `most` in bytes.
    Raises: Unreadable.
    """
    return letter_of(arrived.raw, most=most)


def letter_of(raw: bytes, *, most: int) -> Letter:
    """The letter that a mail is, as RFC 5322 has it and as it is written in practice.

    Units: `most` in bytes.
    Raises: Unreadable for a mail that is larger, empty, or says nowhere who sent it; nothing else, whatever the bytes.
    """
    if len(raw) > most:
        raise Unreadable(Fault.TOO_LARGE)
    if not raw.strip():
        raise Unreadable(Fault.EMPTY)
    mail = part_of(raw.lstrip(b"\r\n"))
    sender, name = _sender(mail)
    subject = words_of(mail.text("subject"))[:LONGEST_SUBJECT]
    leaves = Reader().leaves(mail)
    return Letter(
        message_id=_message_id(mail) or f"<{sha256(raw).hexdigest()}@missing.invalid>",
        sender=sender,
        sender_name=name,
        subject=subject,
        text=new_words(_words(leaves), subject)[:LONGEST_TEXT].strip(),
        sent_at=_sent_at(mail),
        in_reply_to=_answered(mail),
        attachments=tuple(_attachments(leaves)),
        is_automatic=_is_automatic(mail, sender),
    )


def _sender(mail: Part) -> tuple[str, str]:
    """Who wrote it, by address and name.

    Raises: Unreadable.
    """
    for header in ("from", "sender"):
        try:
            found = getaddresses([mail.text(header)[:LONGEST_FROM]])
        except NO_VALUE:
            continue
        for name, address in found:
            # The structure is read before the encoded words, so that no address can hide in a name.
            bare = address.strip().lower()
            if len(bare) <= LONGEST_ADDRESS and bare.isprintable() and ADDRESS.fullmatch(bare):
                return bare, words_of(name)[:LONGEST_NAME].strip()
    raise Unreadable(Fault.NO_SENDER)


def _message_id(mail: Part) -> str | None:
    said = mail.text("message-id").strip()
    if (found := MESSAGE_ID.search(said)) is not None:
        return found[0]
    return f"<{said}>" if BARE_ID.fullmatch(said) else None


def _answered(mail: Part) -> tuple[str, ...]:
    """The letters that it answers: the one it names first, then those before it, the nearest first."""
    nearest = MESSAGE_ID.findall(mail.text("in-reply-to"))
    before = MESSAGE_ID.findall(mail.text("references"))[::-1]
    return tuple(islice(dict.fromkeys([*nearest, *before]), MOST_ANSWERED))


def _sent_at(mail: Part) -> datetime | None:
    try:
        found = parsedate_to_datetime(one_line(mail.text("date"))[:100])
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except NO_VALUE:
        return None
    return at if at.year in YEARS else None


def _words(leaves: Sequence[Part]) -> str:
    """The words of the letter, its parts one below the other."""
    return "\n\n".join(filter(None, (_words_in(each) for each in leaves if is_words(each))))[:MOST_TEXT]


def _words_in(part: Part) -> str:
    text = text_of(part.content, part.charset)
    return text_of_markup(text) if part.content_type == "text/html" else text.strip()


def _attachments(leaves: Sequence[Part]) -> Iterator[Attachment]:
    files = (each for each in leaves if not is_words(each))
    for number, part in enumerate(islice(files, MOST_ATTACHMENTS), 1):
        content = part.content
        yield Attachment(
            name=_file_name(part.file_name) or f"{number}.{'eml' if part.content_type == 'message/rfc822' else 'bin'}",
            content_type=part.content_type,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content=content,
        )


def _file_name(said: str) -> str:
    """A name that is a name everywhere, cut in its middle so that its ending stays."""
    name = NOT_A_NAME.sub("_", said).strip(". ")
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 20]}{name[-20:]}"


def _is_automatic(mail: Part, sender: str) -> bool:
    """Whether no person wrote it, or not to us (RFC 3834, 2 and 5.1): an answer would go to nobody, or in a circle."""
    submitted = mail.text("auto-submitted").partition(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or mail.text("precedence").strip().lower() in LISTS
        or mail.text("x-autoreply").strip().lower() not in {"", "no"}
        or "list-id" in mail.headers
        or "".join(mail.text("return-path").split()) == "<>"
        or mail.content_type == "multipart/report"
        or sender.partition("@")[0] in MACHINES
    )
