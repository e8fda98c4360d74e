"""Papers as PDF, with the parts of the fonts that they need inside; the same paper gives the same bytes."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, zip_longest
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from domain.documents.papers import Facts, Grid, Paper, Part, Proof, Prose

FONTS = Path(__file__).parent / "fonts"
FACE, RARE = "MicroHei", "DroidRare"  # the second has the characters of rare names that the first one lacks
FILES = {FACE: "wqy-microhei.ttc", RARE: "droid-rare.ttf"}
MISSING = "□"
INK, QUIET, LINE, MARK, TINT = (HexColor(each) for each in ("#1a1a1a", "#5c6670", "#c9d0d6", "#a3161b", "#fbeeee"))
MARGIN, FOOT = 18 * mm, 12 * mm
WIDTH = A4[0] - 2 * MARGIN
QR_SIDE = 26 * mm
LABELS = 45 * mm
ROOM = 40 * mm  # a heading needs below it
SIZE, LINES = 9.5, 30  # of text in a table, and the most lines of it that one row has
PAGES = {"zh": "第 {page} 页，共 {pages} 页", "en": "Page {page} of {pages}"}
TAGS = {"zh": "zh-CN", "en": "en"}
PADS = [
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]

_setting = Lock()  # a font's reader has one place in its file, whoever reads


class PdfRenderer:
    """Sets papers on A4, one after the other."""

    def render(self, paper: Paper) -> bytes:
        """The paper as a file; the same bytes for the same paper. It takes its time: call it in a thread."""
        output = io.BytesIO()
        with _setting:
            _load_fonts()
            document = SimpleDocTemplate(
                output,
                pagesize=A4,
                leftMargin=MARGIN,
                rightMargin=MARGIN,
                topMargin=MARGIN,
                bottomMargin=MARGIN + FOOT,
                title=f"{paper.title} {paper.number}",
                author=paper.issuer,
                lang=TAGS[paper.language],
                invariant=1,
            )
            document.build(list(_story(paper)), canvasmaker=partial(_Pages, paper))
        return output.getvalue()


class _Pages(Canvas):  # type: ignore[misc]  # published without types
    """Pages that know how many they are: drawn to their feet once the last one is set."""

    def __init__(self, paper: Paper, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._paper = paper
        self._set: list[dict[str, Any]] = []
        self._doc._timeStamp.YMDhms = _moment(paper.dated)  # noqa: SLF001 - the library dates a file otherwise

    def showPage(self) -> None:  # noqa: N802 - the library's name
        """Puts a page aside."""
        self._set.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Finishes all pages."""
        for number, page in enumerate(self._set, 1):
            self.__dict__.update(page)
            self._draw_foot(number, len(self._set))
            super().showPage()
        super().save()

    def _draw_foot(self, page: int, pages: int) -> None:
        paper = self._paper
        self.setStrokeColor(LINE)
        self.line(MARGIN, MARGIN + FOOT - 4, A4[0] - MARGIN, MARGIN + FOOT - 4)
        foot = Paragraph(_marked(f"{paper.number}　{paper.footer}"), _style(paper.language, 7.5, QUIET))
        _, height = foot.wrap(WIDTH - 35 * mm, FOOT)
        foot.drawOn(self, MARGIN, MARGIN + FOOT - 7 - height)
        self.setFont(FACE, 7.5)
        self.setFillColor(QUIET)
        told = PAGES[paper.language].format(page=page, pages=pages)
        self.drawRightString(A4[0] - MARGIN, MARGIN + FOOT - 14, told)


class _Code(Flowable):  # type: ignore[misc]  # published without types
    """A QR code, drawn as squares."""

    def __init__(self, proof: Proof) -> None:
        super().__init__()
        self.width = self.height = QR_SIDE
        self._rows = [list(row) for row in segno.make(proof.address, error="m", micro=False).matrix_iter(border=4)]

    def draw(self) -> None:
        """Draws each run of dark squares as one."""
        side = QR_SIDE / len(self._rows)
        self.canv.setFillColor(INK)
        for down, row in enumerate(self._rows, 1):
            for at, length in _runs(row):
                self.canv.rect(at * side, QR_SIDE - down * side, length * side, side, stroke=0, fill=1)


def _runs(row: list[int]) -> Iterator[tuple[int, int]]:
    """Where each run of dark squares begins, and how long it is."""
    at = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield at, length
        at += length


def _story(paper: Paper) -> Iterator[Flowable]:
    language = paper.language
    title = [
        Paragraph(_marked(paper.title), _style(language, 20)),
        Paragraph(_marked(paper.number), _style(language, 12, QUIET)),
        Spacer(1, 2 * mm),
        Paragraph(_marked(paper.issuer), _style(language, 9, QUIET)),
        Paragraph(_marked(paper.proof.caption), _style(language, 7.5, QUIET)),
    ]
    yield Table([[title, _Code(paper.proof)]], colWidths=[WIDTH - QR_SIDE - 8, QR_SIDE + 8], style=TableStyle(PADS))
    for part in paper.parts:
        yield Spacer(1, 4 * mm)
        yield from _part(part, language)


def _part(part: Part, language: str) -> Iterator[Flowable]:
    match part:
        case Facts(heading, lines):
            widths = [LABELS, WIDTH - LABELS]
            rows = [
                [_cell(label, language, QUIET), _cell(value, language)]
                for each in lines
                for label, value in _pieces((each.label, each.value), widths)
            ]
            yield from _headed(heading, language, _table(rows, widths))
        case Grid():
            yield from _grid(part, language)
        case Prose(heading, paragraphs):
            first, *others = (Paragraph(_marked(each), _style(language, SIZE)) for each in paragraphs)
            yield from _headed(heading, language, first)
            yield from others


def _grid(grid: Grid, language: str) -> Iterator[Flowable]:
    widths = [WIDTH * share / sum(grid.shares) for share in grid.shares]
    head = [_cell(each, language, QUIET) for each in grid.head]
    pieces = (piece for row in grid.rows for piece in _pieces(row, widths))
    rows = [head, *([_cell(each, language) for each in piece] for piece in pieces)]
    extra: list[tuple[Any, ...]] = [("BACKGROUND", (0, 0), (-1, 0), TINT if grid.marked else HexColor("#f1f4f6"))]
    if grid.marked:
        extra.append(("BOX", (0, 0), (-1, -1), 1.2, MARK))
    table = _table(rows, widths, repeated=1, extra=extra)
    note = [Paragraph(_marked(grid.note), _style(language, SIZE, MARK))] if grid.note else []
    yield from _headed(grid.heading, language, *note, table, colour=MARK if grid.marked else INK)


def _headed(heading: str, language: str, *below: Flowable, colour: Any = INK) -> Iterator[Flowable]:
    """A heading that never stands alone at the foot of a page, and what is below it."""
    yield CondPageBreak(ROOM)
    yield Paragraph(_marked(heading), _style(language, 12.5, colour, after=3))
    yield from below


def _pieces(row: tuple[str, ...], widths: list[float]) -> Iterator[tuple[str, ...]]:
    """A row as so many that each fits on a page, however long its texts are; of wide characters a line holds fewest."""
    cells = []
    for text, width in zip(row, widths, strict=True):
        most = LINES * int((width - 8) / SIZE)
        cells.append([text[at : at + most] for at in range(0, len(text), most)] or [""])
    yield from zip_longest(*cells, fillvalue="")


def _table(rows: list[list[Flowable]], widths: list[float], *, repeated: int = 0, extra: Any = ()) -> Table:
    style = TableStyle([*PADS, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), *extra])
    return Table(rows, colWidths=widths, repeatRows=repeated, style=style)


def _cell(text: str, language: str, colour: Any = INK) -> Paragraph:
    return Paragraph(_marked(text), _style(language, SIZE, colour))


def _style(language: str, size: float, colour: Any = INK, *, after: float = 0) -> ParagraphStyle:
    """How text is set: Chinese breaks between any two characters that may part, English between words."""
    return ParagraphStyle(
        "text",
        fontName=FACE,
        fontSize=size,
        leading=size * 1.45,
        textColor=colour,
        spaceAfter=after,
        wordWrap="CJK" if language == "zh" else None,
        splitLongWords=1,
    )


def _marked(text: str) -> str:
    """A text as the library's markup that says nothing but the text, each character by a font that has it."""
    runs = groupby(map(_visible, _cleaned(text)), key=_font_of)
    return "".join(_in_font(font, escape("".join(characters))) for font, characters in runs)


def _in_font(font: str, text: str) -> str:
    return text if font == FACE else f'<font name="{font}">{text}</font>'


def _cleaned(text: str) -> str:
    """Composed as fonts have it, without what is no character: marks of direction, joiners, controls."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if each.isspace() else each for each in composed)
    return "".join(each for each in spaced if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def _visible(character: str) -> str:
    return character if any(ord(character) in _glyphs(font) for font in FILES) else MISSING


def _font_of(character: str) -> str:
    return next(font for font in FILES if ord(character) in _glyphs(font))


def _glyphs(font: str) -> dict[int, int]:
    found: dict[int, int] = pdfmetrics.getFont(font).face.charToGlyph
    return found


def _load_fonts() -> None:
    """Reads the fonts, once in a process."""
    known = pdfmetrics.getRegisteredFontNames()
    for name, file in FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))


def _moment(dated: datetime) -> tuple[int, ...]:
    return tuple(dated.astimezone(UTC).timetuple())[:6]
