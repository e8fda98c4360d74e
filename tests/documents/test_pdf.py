"""Papers as PDF: read back as text, looked at as a reader's program shows them, and made again byte by byte."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from domain.documents.papers import Facts, Grid, Line, Paper, Part, Proof, Prose
from tests.factories.papers import RENDERER, joined, pages_of, text_of

ADDRESS = "https://care.example/verify/ABCDEFGHIJKLMNOP"
RULE = "因故意行为、自然磨损或未经授权的维修造成的损失，保险人不负责赔偿。"
HOSTILE = {
    "markup": ("<b>Zhang</b> &amp; <font size='9'>Li</font><para>", "<b>Zhang</b>&amp;<fontsize='9'>Li</font><para>"),
    "direction": ("\u202eevil\u202c \u200fname\u2066x\u2069", "evilnamex"),
    "joined emoji": ("王👩\u200d👩\u200d👧小明", "王□□□小明"),
    "rare characters": ("䶮㛃", "䶮㛃"),
    "controls": ("a\x00b\x07c\x1b[31md", "abc[31md"),
    "lone surrogate": ("x\ud800y", "xy"),
    "composed": ("Jose\u0301", "José"),
    "nothing": ("", ""),
}  # fmt: skip


def paper(*parts: Part, language: str = "zh", name: str = "张三", **changes: Any) -> Paper:
    usual = Paper(
        title="保险单" if language == "zh" else "Policy document",
        number="PL20260000001",
        language=language,
        dated=datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
        issuer="售后保险服务中心",
        parts=(Facts("投保人", (Line("姓名", name),)), *parts),
        proof=Proof(ADDRESS, "扫码验真"),
        footer="由售后保险服务中心出具",
    )
    return replace(usual, **changes)


def table(rows: int) -> Grid:
    cells = tuple((f"E{number:03d}", RULE * 3) for number in range(rows))
    return Grid("责任免除", ("编号", "不予赔付的情形"), cells, (1, 5), "请特别留意。", marked=True)


def seen(content: bytes, page: int = 0) -> Any:
    """A page as a reader's program shows it."""
    return pypdfium2.PdfDocument(content)[page].render(scale=2).to_pil()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_that_a_paper_says_can_be_read_out_of_it(language: str) -> None:
    prose = Prose("How to claim 如何理赔", ("Report it at once. " * 20, "请及时报案。" * 40))
    text = text_of(RENDERER.render(paper(table(3), prose, language=language)))
    for said in ("PL20260000001", "张三", RULE * 3, "E002", "请特别留意。", *prose.paragraphs):
        assert joined(said) in text, said


def test_its_code_leads_a_camera_to_the_address() -> None:
    (code,) = zxingcpp.read_barcodes(seen(RENDERER.render(paper(table(2)))))
    assert (code.text, code.format) == (ADDRESS, zxingcpp.BarcodeFormat.QRCode)


def test_what_is_shown_has_ink_where_chinese_stands() -> None:
    full, empty = (seen(RENDERER.render(paper(name=name))).convert("L") for name in ("龘" * 30, ""))
    assert sum(full.histogram()[:100]) > sum(empty.histogram()[:100]) + 3_000


def test_a_table_goes_on_over_pages_with_its_head_and_every_row_once() -> None:
    pages = pages_of(RENDERER.render(paper(table(60))))
    assert len(pages) >= 3
    of = len(pages)
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{of}页" in page
        assert "由售后保险服务中心出具" in page
    assert all("编号不予赔付的情形" in page for page in pages[1:-1])
    text = "".join(pages)
    assert [text.count(f"E{number:03d}") for number in range(60)] == [1] * 60
    assert "".join(pages).replace("\n", "").count("请特别留意。") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", HOSTILE)
def test_what_customers_are_called_is_data_and_breaks_nothing(case: str, language: str) -> None:
    name, shown = HOSTILE[case]
    assert f"姓名{shown}" in text_of(RENDERER.render(paper(name=name, language=language)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("piece", ["W", "龘", "wide word ", "😀", "ﷺ"])
def test_a_text_longer_than_a_page_goes_on_on_the_next(piece: str, language: str) -> None:
    grid = Grid("x", ("a", "b"), ((piece * 3_000, piece * 900),), (1, 1))
    content = RENDERER.render(paper(grid, name=piece * 6_000, language=language))
    assert len(PdfReader(io.BytesIO(content)).pages) > 2


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page() -> None:
    for lines in range(30, 44):
        filled = Facts("前文", tuple(Line(f"第{number}项", "内容") for number in range(lines)))
        pages = pages_of(RENDERER.render(paper(filled, Prose("末尾标题", ("正文在此。",)))))
        assert sum("末尾标题" in page and "正文在此" in page for page in pages) == 1


def test_the_same_paper_is_the_same_bytes_and_another_is_not() -> None:
    first = RENDERER.render(paper(table(5)))
    with ThreadPoolExecutor(4) as threads:
        others = list(threads.map(lambda _: RENDERER.render(paper(table(5))), range(8)))
    assert set(others) == {first}
    assert RENDERER.render(paper(table(5), name="李四")) != first
    assert RENDERER.render(paper(table(5), dated=datetime(2026, 11, 2, tzinfo=UTC))) != first


def test_it_bears_its_own_day_and_says_nobody_s_name_about_itself() -> None:
    reader = PdfReader(io.BytesIO(RENDERER.render(paper())))
    told = reader.metadata
    assert told is not None
    assert told.creation_date == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert told.title == "保险单 PL20260000001"
    assert "张三" not in str(dict(told))
    assert str(reader.root_object["/Lang"]) == "zh-CN"


def test_the_fonts_are_inside_in_part_and_carry_no_other_program() -> None:
    content = RENDERER.render(paper(name="䶮"))
    reader = PdfReader(io.BytesIO(content))
    resources: Any = reader.pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    embedded = [font for font in fonts if "/FontDescriptor" in font]
    assert len(embedded) >= 2
    assert all("/FontFile2" in font["/FontDescriptor"] and "+" in font["/BaseFont"] for font in embedded)
    assert len(content) < 60_000


def test_a_row_with_another_number_of_cells_than_the_head_is_a_mistake_of_the_code() -> None:
    with pytest.raises(ValueError, match="number of cells"):
        Grid("x", ("a", "b"), (("1",),), (1, 1))


def test_nothing_that_a_paper_says_of_people_shows_itself_in_logs() -> None:
    told = repr(paper(table(1), name="张三"))
    assert "张三" not in told
    assert RULE not in repr(table(1))
    assert "张三" not in repr(Line("姓名", "张三"))
    assert timedelta(0) == paper().dated.utcoffset()
