"""Makes a harmless file of one that somebody handed in: run as a program of its own, with bounds that the kernel keeps.

It reads the file from its standard input and takes the announced type as its argument. It says that it is ready before
it looks at a single byte; its answer is one line of JSON, `{"type"}` or `{"unfit"}`, and behind it the bytes of the
harmless file. It knows nothing of the house, not even its
settings, so that a file which takes it over has won a process without secrets.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

import filetype
import pillow_heif
from PIL import Image, ImageCms, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

READY = b"ready\n"
BOUNDS = {
    resource.RLIMIT_AS: 2 * 1024**3,  # bytes of memory: a picture of the most pixels is drawn in a third of it
    resource.RLIMIT_CPU: 30,  # seconds of a processor
    resource.RLIMIT_FSIZE: 0,  # bytes of any file that it writes
    resource.RLIMIT_CORE: 0,
}
MAX_PIXELS = 50_000_000  # phones take up to 48.8 million
MAX_PAGES = 200
MAX_OBJECTS = 50_000
MAX_MADE = 40 * 1024 * 1024  # bytes
QUALITY = 90
MEDIA = {"PDF": "application/pdf", "JPEG": "image/jpeg", "PNG": "image/png", "HEIC": "image/heic"}
FORMATS = {"JPEG": ("JPEG",), "PNG": ("PNG",), "HEIC": ("HEIF",)}
PLAIN_MODES = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")}
TAIL = 1024  # bytes in which a PDF's last mark must stand
ENDED = b"%%EOF"
ZIP_END, ZIP_TAIL, ZIP_COMMENT = b"PK\x05\x06", 22, 20
DANGEROUS_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/Launch"})
DANGEROUS_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
        "/RichMediaExecute", "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen", "/3D",
    }
)  # fmt: skip
DANGEROUS_TEXT = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|FileAttachment)\b")
"""Found in what is not compressed, whether a reader's table of objects names it or not."""


class Unfit(Exception):
    """The file is not to be given out; its argument is the code."""


def bound() -> None:
    """Lets the kernel end this process when it takes too much; where it is bound more narrowly already, it stays so."""
    for kind, most in BOUNDS.items():
        _, allowed = resource.getrlimit(kind)
        narrow = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        try:
            resource.setrlimit(kind, (narrow, narrow))
        except (ValueError, OSError):
            if sys.platform != "darwin":  # where memory cannot be bound in this way
                raise


def clean(content: bytes, announced: str) -> tuple[str, bytes]:
    """The type and the bytes of a harmless file.

    Raises: Unfit.
    """
    if filetype.guess_mime(content) != MEDIA[announced]:
        raise Unfit("TYPE_DIFFERS")
    if announced == "PDF":
        judge_pdf(content)
        return announced, content
    made = "PNG" if announced == "PNG" else "JPEG"
    return made, drawn_anew(content, announced, made)


def drawn_anew(content: bytes, announced: str, made: str) -> bytes:
    """A picture with its pixels and nothing else: upright, without place, camera, comment and whatever hangs on it.

    Raises: Unfit.
    """
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS[announced])
    if picture.width * picture.height >= MAX_PIXELS:
        raise Unfit("TOO_LARGE")
    picture.load()
    profile = picture.info.get("icc_profile")
    upright: Any = ImageOps.exif_transpose(picture)
    plain = upright if upright.mode in PLAIN_MODES[made] else upright.convert(_plain_mode(upright.mode, made))
    plain = in_common_colours(plain, profile)
    kept = {name: plain.info[name] for name in ("transparency",) if name in plain.info and made == "PNG"}
    plain.info = {}
    output = io.BytesIO()
    if made == "PNG":
        plain.save(output, "PNG", **kept)
    else:
        plain.save(output, "JPEG", quality=QUALITY)
    if output.tell() > MAX_MADE:
        raise Unfit("TOO_LARGE")
    return output.getvalue()


def _plain_mode(mode: str, made: str) -> str:
    return "RGBA" if made == "PNG" and mode in {"PA", "La", "RGBa"} else "RGB"


def in_common_colours(picture: Any, profile: bytes | None) -> Any:
    """The same picture in sRGB, where it came with colours of its own that can be understood."""
    if not profile or picture.mode not in {"RGB", "RGBA"}:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def judge_pdf(content: bytes) -> None:
    """Sees that a PDF is whole and holds nothing that acts; it is given out as it is, so that its signatures stand.

    Raises: Unfit.
    """
    end = content.rfind(ENDED)
    if not content.startswith(b"%PDF-") or end < len(content) - TAIL:
        raise Unfit("UNREADABLE")
    if content[end + len(ENDED) :].strip(b"\r\n\t \0") or _is_archive(content) or DANGEROUS_TEXT.search(content):
        raise Unfit("ACTIVE_CONTENT")
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Unfit("ENCRYPTED")
    if not reader.pages:
        raise Unfit("UNREADABLE")
    if len(reader.pages) > MAX_PAGES:
        raise Unfit("TOO_LARGE")
    if any(acts(each) for each in objects_of(reader)):
        raise Unfit("ACTIVE_CONTENT")


def _is_archive(content: bytes) -> bool:
    """Whether it can be opened as an archive, too: one whose last entry ends where the file does."""
    at = content.rfind(ZIP_END)
    if at < 0 or len(content) - at < ZIP_TAIL:
        return False
    comment = int.from_bytes(content[at + ZIP_COMMENT : at + ZIP_TAIL], "little")
    return at + ZIP_TAIL + comment >= len(content) - TAIL


def objects_of(reader: PdfReader) -> Iterator[Any]:
    """Everything that a PDF holds, whether a page leads there or not.

    Raises: Unfit for more than any honest file has.
    """
    yield reader.trailer
    names = [(number, generation) for generation, found in reader.xref.items() for number in found]
    names += [(number, 0) for number in reader.xref_objStm]
    if len(names) > MAX_OBJECTS:
        raise Unfit("TOO_LARGE")
    for number, generation in names:
        yield reader.get_object(IndirectObject(number, generation, reader))


def acts(found: Any) -> bool:
    """Whether an object, or one inside it, runs a script, starts something, or encloses a file."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            if DANGEROUS_KEYS & each.keys() or _names_of(each) & DANGEROUS_ACTIONS:
                return True
            waiting += [value for value in map(each.raw_get, each.keys()) if not isinstance(value, IndirectObject)]
        elif isinstance(each, ArrayObject):
            waiting += [value for value in list.__iter__(each) if not isinstance(value, IndirectObject)]
    return False


def _names_of(found: DictionaryObject) -> set[str]:
    """What a dictionary calls itself and does; one that stands elsewhere is looked up."""
    return {str(found[key]) for key in ("/S", "/Type", "/Subtype") if key in found}


def answer(told: dict[str, str], content: bytes = b"") -> None:
    """Writes the answer."""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def main() -> None:
    """Reads a file, and writes what was made of it or why nothing was."""
    bound()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    try:
        made, content = clean(sys.stdin.buffer.read(), sys.argv[1])
    except Unfit as unfit:
        answer({"unfit": str(unfit)})
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer({"unfit": "TOO_LARGE"})
    except Exception:  # noqa: BLE001 - whatever a library says of a hostile file, it cannot be read
        answer({"unfit": "UNREADABLE"})
    else:
        answer({"type": made}, content)


if __name__ == "__main__":
    main()
