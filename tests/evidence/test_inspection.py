"""What is made of files that are handed in: nothing bad passes, nothing good is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from domain.evidence.inspecting import InspectorBroken, Unfit
from domain.evidence.terms import FileType, Unfitness
from gateways.inspection import SeparateInspector
from tests.factories import corpus
from tests.factories.corpus import EICAR

INSPECTOR = SeparateInspector()
T, U = FileType, Unfitness
BAD = {
    "a page as a photo": (corpus.html(), T.JPEG, U.TYPE_DIFFERS),
    "a page as an invoice": (corpus.html(), T.PDF, U.TYPE_DIFFERS),
    "a drawing with a script": (corpus.svg(), T.PNG, U.TYPE_DIFFERS),
    "a program": (corpus.program(), T.JPEG, U.TYPE_DIFFERS),
    "a program as an invoice": (corpus.program(), T.PDF, U.TYPE_DIFFERS),
    "an archive that unfolds": (corpus.bomb(), T.JPEG, U.TYPE_DIFFERS),
    "a picture that is a script": (corpus.gif_and_script(), T.JPEG, U.TYPE_DIFFERS),
    "what every scanner knows": (EICAR, T.PDF, U.TYPE_DIFFERS),
    "a picture under the name of another": (corpus.png(), T.JPEG, U.TYPE_DIFFERS),
    "a photo as an invoice": (corpus.jpeg(), T.PDF, U.TYPE_DIFFERS),
    "a photo of a phone as a JPEG": (corpus.heic(), T.JPEG, U.TYPE_DIFFERS),
    "fifty million pixels": (corpus.png_of(10_000, 5_000), T.PNG, U.TOO_LARGE),
    "four thousand million pixels": (corpus.png_of(65_000, 10)[:20] + b"\0\0\xff\xff" * 2, T.PNG, U.UNREADABLE),
    "a photo that is cut off": (corpus.jpeg()[:-200], T.JPEG, U.UNREADABLE),
    "the head of a photo": (corpus.jpeg()[:12], T.JPEG, U.UNREADABLE),
    "a picture that is cut off": (corpus.png()[:60], T.PNG, U.UNREADABLE),
    "a photo of a phone that is cut off": (corpus.heic()[:-100], T.HEIC, U.UNREADABLE),
    "an invoice with a script": (corpus.pdf_with_script(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice with a hidden script": (corpus.pdf_with_hidden_script(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice with a named script": (corpus.pdf_with_named_script(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice that starts a program": (corpus.pdf_that_starts(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice that encloses a file": (corpus.pdf_with_file(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice that is an archive": (corpus.pdf_and_archive(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice on which a page hangs": (corpus.pdf() + corpus.html(), T.PDF, U.ACTIVE_CONTENT),
    "an invoice with a password": (corpus.pdf_encrypted(), T.PDF, U.ENCRYPTED),
    "an invoice that is cut off": (corpus.pdf()[:-60], T.PDF, U.UNREADABLE),
    "an invoice without its pages": (b"%PDF-1.7\n%%EOF\n", T.PDF, U.UNREADABLE),
    "a whole book": (corpus.pdf(201), T.PDF, U.TOO_LARGE),
}
GOOD = {
    "a photo": (corpus.jpeg(), T.JPEG, T.JPEG),
    "a photo with its place": (corpus.jpeg_with_place(), T.JPEG, T.JPEG),
    "a photo on which something hangs": (corpus.jpeg_with_tail(EICAR + corpus.bomb()), T.JPEG, T.JPEG),
    "a photo on which a page hangs": (corpus.jpeg_with_tail(corpus.html()), T.JPEG, T.JPEG),
    "a picture": (corpus.png(), T.PNG, T.PNG),
    "a picture with glass": (corpus.png("RGBA"), T.PNG, T.PNG),
    "a grey picture": (corpus.png("L"), T.PNG, T.PNG),
    "a picture of few colours": (corpus.png("P"), T.PNG, T.PNG),
    "a photo of two pictures": (corpus.jpeg_of_two(), T.JPEG, T.JPEG),
    "a photo that loads bit by bit": (corpus.written(corpus.picture(), "JPEG", progressive=True), T.JPEG, T.JPEG),
    "a photo for print": (corpus.written(corpus.picture().convert("CMYK"), "JPEG"), T.JPEG, T.JPEG),
    "a photo in colours of its own": (corpus.jpeg_with_colours(), T.JPEG, T.JPEG),
    "a deep grey picture": (corpus.png("I;16"), T.PNG, T.PNG),
    "a drawing in black and white": (corpus.png("1"), T.PNG, T.PNG),
    "a photo of a phone": (corpus.heic(), T.HEIC, T.JPEG),
    "an invoice": (corpus.pdf(), T.PDF, T.PDF),
    "an invoice of packed objects": (corpus.pdf_of_packed(b""), T.PDF, T.PDF),
    "a long invoice": (corpus.pdf(200), T.PDF, T.PDF),
}


@pytest.mark.parametrize("name", BAD)
async def test_nothing_bad_passes(name: str) -> None:
    content, announced, why = BAD[name]
    with pytest.raises(Unfit) as raised:
        await INSPECTOR.inspect(content, announced)
    assert raised.value.why is why


@pytest.mark.parametrize("name", GOOD)
async def test_nothing_good_is_refused_and_nothing_hangs_on_what_is_made(name: str) -> None:
    content, announced, expected = GOOD[name]
    made = await INSPECTOR.inspect(content, announced)
    assert made.type is expected
    for hidden in (EICAR, b"<script", corpus.PLACE, b"Acme", b"taken at home", b"PK\x03\x04"):
        assert hidden not in made.content
    if expected is not T.PDF:
        shown = Image.open(io.BytesIO(made.content))
        shown.load()
        assert not shown.getexif()
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "transparency"}


async def test_an_invoice_is_given_out_as_it_is_so_that_its_signature_stands() -> None:
    made = await INSPECTOR.inspect(corpus.pdf(), T.PDF)
    assert made.content == corpus.pdf()


async def test_a_photo_that_lies_on_its_side_is_set_upright() -> None:
    made = await INSPECTOR.inspect(corpus.jpeg_with_place(), T.JPEG)
    assert Image.open(io.BytesIO(made.content)).size == (48, 64)


async def test_the_largest_photo_of_a_phone_is_taken_in() -> None:
    made = await INSPECTOR.inspect(corpus.png_of(8_064, 6_048), T.PNG)
    assert Image.open(io.BytesIO(made.content)).size == (8_064, 6_048)


async def test_a_picture_whose_text_unfolds_is_not_unfolded() -> None:
    with pytest.raises(Unfit) as raised:
        await INSPECTOR.inspect(corpus.png_with_text_bomb(), T.PNG)
    assert raised.value.why is U.UNREADABLE


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import time; time.sleep(60)",
        "import sys; sys.exit(1)",
        "x = 'y' * (3 * 1024 ** 3)",
    ],
)
async def test_a_file_that_ends_its_inspector_is_unreadable_and_ends_nothing_else(
    program: str, tmp_path: Path
) -> None:
    written = tmp_path / "dying.py"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))"
    written.write_text(f"print('ready', flush=True)\n{limit}\n{program}\n")
    with pytest.raises(Unfit) as raised:
        await SeparateInspector(written, patience=2).inspect(corpus.jpeg(), T.JPEG)
    assert raised.value.why is U.UNREADABLE


@pytest.mark.parametrize("program", ["import nothing_of_this_name", "import time; time.sleep(60)"])
async def test_an_inspector_that_does_not_run_refuses_nothing(program: str, tmp_path: Path) -> None:
    written = tmp_path / "broken.py"
    written.write_text(program)
    with pytest.raises(InspectorBroken):
        await SeparateInspector(written, patience=2).inspect(corpus.jpeg(), T.JPEG)


async def test_the_program_is_started_without_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_SEALING_KEY", "s" * 32)
    written = tmp_path / "telling.py"
    written.write_text(
        "import os, sys\n"
        "told = 'UNREADABLE' if any('AFTERCARE' in each for each in os.environ) else 'MALWARE'\n"
        'print(\'{"unfit": "%s"}\' % told)\n'
    )
    with pytest.raises(Unfit) as raised:
        await SeparateInspector(written).inspect(b"", T.PNG)
    assert raised.value.why is U.MALWARE
