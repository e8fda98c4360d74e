"""Files that people hand in, honest ones and others, made here: none does harm, each looks as the harmful ones do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

import pillow_heif
from PIL import Image, ImageCms
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner knows as harmful and what harms nobody."""
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
PLACE = b"N31.2304E121.4737"


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A picture that is not of one colour."""
    found = Image.new(mode, size)
    bands = len(found.getbands())
    for x in range(0, size[0], 4):
        found.putpixel((x, x % size[1]), (x % 256,) * bands if bands > 1 else x % 256)
    return found


def written(image: Image.Image, form: str, **options: object) -> bytes:
    """A picture as a file."""
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


@cache
def jpeg() -> bytes:
    """An honest photo."""
    return written(picture(), "JPEG")


@cache
def jpeg_with_place() -> bytes:
    """A photo that tells where and by what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[MAKE] = "Acme Phone 张三"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[29] = PLACE.decode()
    exif.get_ifd(GPS)[1] = "N"
    return written(picture(), "JPEG", exif=exif.tobytes(), comment=b"taken at home")


@cache
def jpeg_of_two() -> bytes:
    """A photo as some phones write it: a second, smaller one stands behind the first."""
    return written(picture(), "MPO", save_all=True, append_images=[picture((16, 12))])


@cache
def jpeg_with_colours() -> bytes:
    """A photo that brings its own profile of colours."""
    return written(picture(), "JPEG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


@cache
def png(mode: str = "RGB") -> bytes:
    """An honest picture of a screen."""
    return written(picture(mode=mode), "PNG")


@cache
def heic() -> bytes:
    """An honest photo of a phone."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif.get_ifd(GPS)[29] = PLACE.decode()
    return written(picture(), "HEIF", exif=exif.tobytes())


@cache
def pdf(pages: int = 2) -> bytes:
    """An honest invoice."""
    output = io.BytesIO()
    canvas = Canvas(output)
    for number in range(pages):
        canvas.drawString(72, 720, f"Invoice, page {number + 1}")
        canvas.linkURL("https://example.com", (72, 700, 200, 715))
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _rewritten(writer: PdfWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _copied() -> PdfWriter:
    writer = PdfWriter()
    writer.append(io.BytesIO(pdf()))
    return writer


def pdf_with_script() -> bytes:
    """A PDF that runs a script when it is opened."""
    writer = _copied()
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    return _rewritten(writer)


def _stream(number: int, head: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        number, head, len(packed), packed,
    )  # fmt: skip


def pdf_of_packed(root: bytes) -> bytes:
    """A PDF of one page whose objects stand in a compressed stream; `root` is added to its first one."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    places, at = [], 0
    for number, each in enumerate(objects, 1):
        places.append(b"%d %d" % (number, at))
        at += len(each) + 1
    first = b" ".join(places) + b" "
    head = b"/Type /ObjStm /N 3 /First %d" % len(first)
    written = b"%PDF-1.7\n"
    begins = len(written)
    written += _stream(4, head, first + b" ".join(objects))
    table = len(written)
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, begins, 0), (1, table, 0)]
    packed = b"".join(struct.pack("!BLH", *row) for row in rows)
    written += _stream(5, b"/Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R", packed)
    return written + b"startxref\n%d\n%%%%EOF\n" % table


def pdf_with_hidden_script() -> bytes:
    """A PDF with a script whose names are spelt with escapes, inside a compressed stream."""
    return pdf_of_packed(b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>")


def pdf_with_named_script() -> bytes:
    """A PDF whose table of names leads to a script."""
    return pdf_of_packed(b"/Names << /JavaScript << /Names [(x) << /S /JavaScript /JS (1) >>] >> >>")


def pdf_that_starts() -> bytes:
    """A PDF that starts a program."""
    writer = _copied()
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
    return _rewritten(writer)


def pdf_with_file() -> bytes:
    """A PDF that encloses another file."""
    writer = _copied()
    writer.add_attachment("x.exe", b"MZ")
    return _rewritten(writer)


def pdf_encrypted() -> bytes:
    """A PDF that opens with a password."""
    writer = _copied()
    writer.encrypt("secret", algorithm="AES-256")
    return _rewritten(writer)


def pdf_and_archive() -> bytes:
    """A PDF that can be unpacked, too."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "x")
    content = pdf()
    at = content.rfind(b"startxref")
    tail = content[at:]
    whole = bytearray(content[:at] + archive.getvalue() + tail)
    end = whole.rfind(b"PK\x05\x06")
    whole[end + 20 : end + 22] = struct.pack("<H", len(tail))
    return bytes(whole)


def html() -> bytes:
    """A page that runs a script."""
    return b"<html><body onload=alert(1)><script>alert(document.cookie)</script></body></html>"


def svg() -> bytes:
    """A drawing that runs a script."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'


def program() -> bytes:
    """The head of a program."""
    return b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200


def gif_and_script() -> bytes:
    """A picture that is a script, too."""
    return b"GIF89a/*" + struct.pack("<HH", 10, 10) + b"\0\0\0*/=1;alert(1);//;"


def jpeg_with_tail(tail: bytes) -> bytes:
    """A photo on which something else hangs."""
    return jpeg() + tail


@cache
def bomb() -> bytes:
    """An archive of less than 200 KB that unpacks to 200 MB."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed, packed.open("0", "w") as entry:
        for _ in range(200):
            entry.write(b"\0" * 1024 * 1024)
    return output.getvalue()


@cache
def png_of(width: int, height: int) -> bytes:
    """A picture of one colour and many pixels, of which the file is small."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("!L", len(content)) + name + content + struct.pack("!L", zlib.crc32(name + content))

    packer = zlib.compressobj(9)
    line = b"\0" * (width // 8 + 2)
    packed = b"".join(packer.compress(line[: 1 + (width + 7) // 8]) for _ in range(height)) + packer.flush()
    head = struct.pack("!LLBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    """A picture whose text unfolds to a hundred megabytes."""
    content = png()
    packed = zlib.compress(b"x" * 100 * 1024 * 1024, 9)
    name, body = b"zTXt", b"Comment\0\0" + packed
    chunk = struct.pack("!L", len(body)) + name + body + struct.pack("!L", zlib.crc32(name + body))
    return content[:33] + chunk + content[33:]
