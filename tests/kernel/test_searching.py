"""Whatever is part of a text finds it: whole words, scripts without spaces anywhere; case and width do not matter."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from domain.kernel.searching import Unsearchable, sought, terms
from tests.oracle.writing import pieces

PAIRED = "屏幕碎了手机保险理赔々〇𠮷カメラーがひらがなㄅㄆ한국어수리ไทยດີခမែ"
LETTERS = "abcxyzABCXYZ0123456789éÜßçñŁжЖω"
BETWEEN = " \t\n.,;:!?'\"()-_/@#，。；：（）《》、·…😀\uff01\uff1f"
WORDS = some.text(LETTERS, min_size=1, max_size=12)
STRETCHES = some.text(PAIRED, min_size=1, max_size=12).filter(lambda text: any(map(str.isalnum, text)))
GAPS = some.text(BETWEEN, min_size=1, max_size=3)
TEXTS = some.lists(some.tuples(GAPS, WORDS | STRETCHES), min_size=1, max_size=6)  # 90 characters at most


def full_width(text: str) -> str:
    """The same in full-width letters, digits and signs."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text).replace(" ", "\u3000")


def finds(search: str, text: str) -> bool:
    return sought(search) <= terms(text)


@given(TEXTS, some.data())
def test_any_words_of_a_text_find_it(parts: list[tuple[str, str]], data: some.DataObject) -> None:
    text = "".join(gap + word for gap, word in parts)
    start = data.draw(some.integers(0, len(parts) - 1))
    chosen = parts[start : data.draw(some.integers(start + 1, len(parts)))]
    assert finds("".join(gap + word for gap, word in chosen), text)
    assert finds(" ".join(word for _, word in chosen[::-1]), text)


@given(some.text(PAIRED + "，。 ", min_size=1, max_size=200), some.data())
def test_any_part_of_a_text_without_spaces_finds_it(text: str, data: some.DataObject) -> None:
    start = data.draw(some.integers(0, len(text) - 1))
    part = text[start : data.draw(some.integers(start + 1, min(len(text), start + 100)))]
    if any(map(str.isalnum, part)):
        assert finds(part, f"iPhone {text} 15")
        assert finds(part, f"iPhone{text}15")


@given(some.text(PAIRED, min_size=2, max_size=100).filter(lambda text: any(map(str.isalnum, text))))
def test_a_longer_stretch_asks_for_its_pairs_only(text: str) -> None:
    assert sought(text) == {one + other for one, other in pairwise(text)}


@given(some.text(LETTERS.replace("ß", "") + PAIRED + BETWEEN, max_size=60))
@example("iPhone 15 屏幕碎了")
def test_case_and_width_do_not_matter(text: str) -> None:
    for other in (text.upper(), text.lower(), full_width(text), unicodedata.normalize("NFD", text)):
        assert terms(other) == terms(text)


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("STRASSE", "straße"), ("ｶﾒﾗ", "カメラ"), ("株式会社", "㍿三井"), ("kg", "5 ㎏"), ("café", "CAFE\u0301"),
        ("cooperate", "co\u00adoperate"), ("葛飾区", "葛\U000e0100飾区"), ("2026", "PL-2026-000123"),
        ("हिन्दी", "यह हिन्दी है"), ("ΟΔΟΣ", "οδος"), ("مرحبا", "قال مرحبا لنا"), ("1", "1\ufe0f\u20e3"), ("fi", "ﬁ"),
        ("幕", "屏幕"),
    ],
)  # fmt: skip
def test_the_same_word_written_otherwise_is_found(search: str, text: str) -> None:
    assert finds(search, text)


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("scree", "screen"), ("screens", "screen"), ("幕屏", "屏幕"), ("屏碎", "屏幕碎"), ("退货", "退款"),
        ("cafe", "café"), ("screen phone", "screen"), ("iphone15", "iPhone 15"), ("か", "が"),
    ],
)  # fmt: skip
def test_what_a_text_does_not_hold_does_not_find_it(search: str, text: str) -> None:
    assert not finds(search, text)


@given(some.text(max_size=300))
@example("\0\ud800\udfff")
@example("\u0301 \u00b4 \u3099 ़")
def test_terms_of_any_text_can_be_stored(text: str) -> None:
    for term in terms(text):
        assert 1 <= len(term) <= 64
        assert "\0" not in term
        assert term.encode().decode() == term
        assert any(map(str.isalnum, term)) or len(term) <= 2


@given(some.text("屏幕碎了カ한abcXYZ019 ，.-", min_size=1, max_size=100))
def test_the_oracle_asks_for_the_same(text: str) -> None:
    expected = pieces(text)
    if expected:
        assert sought(text) == expected
    else:
        with pytest.raises(Unsearchable):
            sought(text)


def test_a_text_is_kept_under_its_first_twenty_thousand_terms() -> None:
    words = [f"w{number}" for number in range(30_000)]
    assert terms(" ".join(words)) == set(words[:20_000])
    assert len(terms("".join(chr(0x4E00 + place) for place in range(15_000)))) == 20_000


def test_a_long_word_is_cut_alike_where_it_is_kept_and_where_it_is_sought() -> None:
    assert terms("x" * 90) == sought("X" * 90) == {"x" * 64}


@pytest.mark.parametrize("text", ["", " ", "\n\t", "，。", "...", "😀", "_", "\u200b", "\u0301"])
def test_a_search_without_a_letter_or_digit_is_none(text: str) -> None:
    with pytest.raises(Unsearchable, match="has no letter or digit to search for"):
        sought(text)


def test_a_search_of_more_than_a_hundred_characters_is_none() -> None:
    assert sought("碎" * 100) == {"碎碎"}
    with pytest.raises(Unsearchable, match="has more than 100 characters"):
        sought("碎" * 101)
