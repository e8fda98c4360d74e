"""What a file must be before a single byte of it comes in: its name, its type, its size."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from domain.evidence.terms import ENDINGS, FileType

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120
MAX_FILES = 30
"""Files about one row that are awaited, checked or released."""
MAX_TICKETS = 120
"""Tickets about one row, used or not: who sends only what is refused comes to an end, too."""
TICKET_LIFE = timedelta(minutes=10)
SEPARATORS = frozenset('/\\:*?"<>|')
HIDING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
"""Categories of characters that do not show, or turn the direction of writing."""
RUNNING = frozenset(
    {
        "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "jar", "js", "jse", "lnk", "msi", "php",
        "ps1", "scr", "sh", "svg", "vbs", "wsf", "xhtml", "xml", "zip",
    }
)  # fmt: skip
"""Endings of what runs, opens a page, or holds other files; none may stand in a name, even before another one."""


def is_fit_name(name: str) -> bool:
    """Whether a name names a file and nothing else: no folder, nothing hidden, no second ending that runs."""
    if not name.strip() or len(name) > MAX_NAME or name.startswith("."):
        return False
    if SEPARATORS & set(name) or any(unicodedata.category(each) in HIDING for each in name):
        return False
    return not RUNNING & {part.strip().lower() for part in name.split(".")[1:]}


def ends_as(name: str, file_type: FileType) -> bool:
    """Whether a name ends as files of a type do."""
    stem, dot, ending = name.rpartition(".")
    return bool(stem and dot) and ending.lower() in ENDINGS[file_type]


def shown_name(name: str, released: FileType) -> str:
    """The name under which a file is given out: its own, with the ending of what was made of it."""
    stem, _, ending = name.rpartition(".")
    return name if ending.lower() in ENDINGS[released] else f"{stem}.{ENDINGS[released][0]}"
