"""Search by text without a dictionary: the terms a text is kept under, and those that a search asks for.

Words of letters and digits are terms as a whole. Scripts that are written without spaces, and Korean, whose words grow
endings, are cut into overlapping pairs of characters, and each character is a term as well. A row matches when it holds
every term that is sought; the pairs of a long phrase may stand apart in it, which is rare and does no harm in a search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache
from itertools import chain, groupby

MOST_TERMS = 20_000
LONGEST_WORD = 64
LONGEST_SEARCH = 100

# Soft hyphens, joiners, marks of direction and variants of signs: nobody types them to find what holds them.
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
# Thai, Lao, Burmese, Khmer; jamo; marks that repeat, kana, bopomofo, jamo; ideographs; syllables; ideographs.
_PAIRED_SCRIPTS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class _Kind(Enum):
    """What a character belongs to."""

    WORD = auto()
    PAIRED = auto()
    BETWEEN = auto()


class Unsearchable(ValueError):
    """A text that nothing can be searched by; the text of the error says why."""


def terms(text: str) -> frozenset[str]:
    """The terms that a text is kept under: at most 20,000, the first ones, none longer than 64 characters."""
    found: set[str] = set()
    for term in chain.from_iterable(map(_kept, _runs(text))):
        found.add(term)
        if len(found) == MOST_TERMS:
            break
    return frozenset(found)


def sought(text: str) -> frozenset[str]:
    """The terms that a row must hold, all of them, to be found by this text.

    Raises: Unsearchable for more than 100 characters, or none that is a letter or a digit.
    """
    if len(text) > LONGEST_SEARCH:
        raise Unsearchable(f"has more than {LONGEST_SEARCH} characters")
    found = frozenset(chain.from_iterable(map(_asked, _runs(text))))
    if not found:
        raise Unsearchable("has no letter or digit to search for")
    return found


def _runs(text: str) -> Iterator[tuple[_Kind, str]]:
    """Words, and unbroken stretches of paired scripts, in the order of the text and without letter case or width."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    for kind, characters in groupby(unicodedata.normalize("NFKC", plain), _kind):
        run = "".join(characters)
        if any(map(str.isalnum, run)):
            yield kind, run


@lru_cache(maxsize=8_192)
def _kind(character: str) -> _Kind:
    if not character.isalnum() and unicodedata.category(character) not in {"Mn", "Mc"}:
        return _Kind.BETWEEN
    return _Kind.PAIRED if _PAIRED_SCRIPTS.match(character) else _Kind.WORD


def _kept(run: tuple[_Kind, str]) -> Iterable[str]:
    kind, text = run
    if kind is _Kind.WORD:
        return (text[:LONGEST_WORD],)
    return (term for at in range(len(text)) for term in (text[at], text[at : at + 2]))


def _asked(run: tuple[_Kind, str]) -> Iterable[str]:
    """A pair holds its characters, so they are asked for only where one stands alone."""
    kind, text = run
    if kind is _Kind.WORD:
        return (text[:LONGEST_WORD],)
    return (text[at : at + 2] for at in range(max(1, len(text) - 1)))
