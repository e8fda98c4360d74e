"""What the writer of a letter said: markup taken off, and what is only quoted left out. Linear in the text's length."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<unseen>script|style|title|template)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|</?(?P<block>br|p|div|tr|li|ul|ol|h[1-6]|table|blockquote|pre|hr)\b[^<>]*>?"
    r"|</?(?P<cell>td|th)\b[^<>]*>?"
    r"|<[a-z/!?][^<>]*>?"
    r"|&(?P<entity>\#?\w{1,32});?"
    r"|(?P<space>\s+)",
    re.IGNORECASE | re.DOTALL,
)
BLANK_LINES = re.compile(r"\n{3,}")

LONGEST_MARK = 300  # characters of a line that may introduce a quotation
WROTE = re.compile(r"(?=.*[\d@])((On|At)\b.{4,}\bwrote|.{4,}(写道|寫道))\s*[:：]")
"""Who wrote what follows; with a date or an address in it, so that nobody's own words are taken for it."""
ORIGINAL = re.compile(
    r"-{2,}\s*(original message|original|原始邮件|原始郵件|回复的原邮件|回覆的郵件|原邮件)\s*-{2,}", re.IGNORECASE
)
FROM_CHINESE = re.compile(r"[*\s]*(发件人|發件人|寄件者)\s*[*]?\s*[:：]")
FROM = re.compile(r"[*\s]*(from|von|de)\s*[*]?\s*[:：]", re.IGNORECASE)
BESIDE_FROM = re.compile(r"[*\s]*(sent|date|to|subject|gesendet|envoyé)\s*[*]?\s*[:：]", re.IGNORECASE)
FORWARDED = re.compile(
    r"-{2,}\s*(forwarded message|转发邮件|转发的邮件|轉寄郵件)\s*-{2,}|begin forwarded message:", re.IGNORECASE
)
FORWARDING = re.compile(r"\s*(fwd?|转发|轉寄|轉發)\s*[:：]", re.IGNORECASE)
NEAR = 5  # lines within which the heads of a quoted letter stand together


def text_of_markup(markup: str) -> str:
    """The words of an HTML body in one pass, however broken it is."""
    text = MARKUP.sub(_instead, markup)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _instead(found: re.Match[str]) -> str:
    if found["block"]:
        return "\n"
    if found["cell"] or found["space"]:
        return " "
    return html.unescape(found[0]) if found["entity"] else ""


def new_words(text: str, subject: str) -> str:
    """What the writer added to what is quoted; all of it where nothing was added, or where a letter is passed on."""
    whole = text.strip()
    if FORWARDING.match(subject):
        return whole
    lines = whole.split("\n")
    kept = "\n".join(_unquoted(lines)).strip()
    return BLANK_LINES.sub("\n\n", kept) if kept else whole


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    """The lines that are not quoted, up to where a quoted letter begins; answers between quoted lines stay."""
    at = 0
    while at < len(lines):
        if lines[at].startswith(">"):
            at += 1
            continue
        if (length := _mark(lines, at)) > 0:
            if not _is_answered_below(lines, at + length):
                return
            at += length
            continue
        if _begins_forwarded(lines[at]):
            yield from lines[at:]
            return
        yield lines[at]
        at += 1


def _mark(lines: Sequence[str], at: int) -> int:
    """How many lines from here on say that a quoted letter begins; 0 when they do not."""
    line = lines[at][:LONGEST_MARK].strip()
    if not line:
        return 0
    if ORIGINAL.match(line) or FROM_CHINESE.match(line):
        return 1
    if FROM.match(line) and any(BESIDE_FROM.match(each[:LONGEST_MARK]) for each in lines[at + 1 : at + NEAR]):
        return 1
    return _wrote(lines, at)


def _wrote(lines: Sequence[str], at: int) -> int:
    """How many lines say who wrote what follows: one, or up to three where it was folded."""
    begins = lines[at].startswith(("On ", "At ", "在", "於", "于"))
    for length in range(1, 4 if begins else 2):
        joined = " ".join(each[:LONGEST_MARK].strip() for each in lines[at : at + length])
        if len(joined) <= LONGEST_MARK and WROTE.fullmatch(joined):
            return length
    return 0


def _is_answered_below(lines: Sequence[str], at: int) -> bool:
    """Whether the quoted letter has a sign before each line, so that what has none is the writer's own."""
    following = next((each for each in lines[at : at + NEAR] if each.strip()), "")
    return following.startswith(">")


def _begins_forwarded(line: str) -> bool:
    return FORWARDED.match(line[:LONGEST_MARK].strip()) is not None
