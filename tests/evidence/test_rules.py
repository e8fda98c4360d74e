"""What a file must be before a byte of it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.rules import MAX_BYTES, MAX_NAME, RUNNING, SEPARATORS, ends_as, is_fit_name, shown_name
from domain.evidence.terms import ENDINGS, FileType
from domain.evidence.tickets import Announced, faults

T = FileType
GOOD = (
    ("发票.pdf", T.PDF), ("2026.03.01 维修发票 第1页.pdf", T.PDF), ("IMG_0001.HEIC", T.HEIC),
    ("微信图片_2026.jpg", T.JPEG),
    ("photo.JPEG", T.JPEG), ("a b (1).png", T.PNG), ("O'Neil & co.jpg", T.JPEG), ("x" * 116 + ".pdf", T.PDF),
    ("é.heif", T.HEIC), ("😀.png", T.PNG), ("v1.2-final.pdf", T.PDF),
)  # fmt: skip
BAD = (
    ("../../etc/passwd.jpg", T.JPEG, "file_name"), ("..\\x.jpg", T.JPEG, "file_name"), ("/x.pdf", T.PDF, "file_name"),
    ("C:\\fakepath\\x.jpg", T.JPEG, "file_name"), ("", T.PDF, "file_name"), (" ", T.PDF, "file_name"),
    (".pdf", T.PDF, "file_name"), (".htaccess.pdf", T.PDF, "file_name"), ("a\0.pdf", T.PDF, "file_name"),
    ("a\n.pdf", T.PDF, "file_name"), ("gpj.\u202efdp.pdf", T.PDF, "file_name"), ("a\u200b.pdf", T.PDF, "file_name"),
    ("x" * 117 + ".pdf", T.PDF, "file_name"), ("a\ud800.pdf", T.PDF, "file_name"),
    ("invoice.pdf.exe", T.PDF, "file_name"), ("photo.exe.jpg", T.JPEG, "file_name"), ("a.PHP.png", T.PNG, "file_name"),
    ("x.svg", T.PNG, "file_name"), ("x.html.pdf", T.PDF, "file_name"), ("x.exe .pdf", T.PDF, "file_name"),
    ("photo.png", T.JPEG, "file_ending"), ("photo", T.JPEG, "file_ending"), ("photo.jpg.pdf", T.JPEG, "file_ending"),
    ("photo.jpg ", T.JPEG, "file_ending"), ("photo.gif", T.JPEG, "file_ending"), ("pdf", T.PDF, "file_ending"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "type_"), GOOD)
def test_honest_names_are_taken(name: str, type_: FileType) -> None:
    assert faults(Announced("PROOF", name, type_, 1)) == []


@pytest.mark.parametrize(("name", "type_", "constraint"), BAD)
def test_names_that_lead_elsewhere_hide_or_run_are_not(name: str, type_: FileType, constraint: str) -> None:
    (fault,) = faults(Announced("PROOF", name, type_, 1))
    assert getattr(fault, "constraint", None) == constraint
    assert all("etc/passwd" not in fault.message(language) for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("size", "fits"), [(-1, False), (0, False), (1, True), (MAX_BYTES, True), (MAX_BYTES + 1, False)]
)
def test_a_file_has_a_byte_and_twenty_megabytes_at_most(size: int, fits: bool) -> None:
    assert (faults(Announced("PROOF", "a.pdf", T.PDF, size)) == []) is fits


@given(st.text(max_size=MAX_NAME + 20))
def test_a_name_that_is_taken_names_one_plain_file(name: str) -> None:
    if is_fit_name(name):
        assert 0 < len(name) <= MAX_NAME
        assert not SEPARATORS & set(name)
        assert name.rpartition(".")[2].lower() not in RUNNING or "." not in name


@given(st.text("abc中文 ", min_size=1, max_size=30), st.sampled_from(FileType))
def test_a_file_is_given_out_under_the_ending_of_what_was_made_of_it(stem: str, type_: FileType) -> None:
    name = f"{stem}.{ENDINGS[type_][-1]}"
    made = T.JPEG if type_ is T.HEIC else type_
    shown = shown_name(name, made)
    assert ends_as(shown, made) and shown.startswith(stem)
    assert (shown == name) is (type_ is not T.HEIC)
