"""Words of the evidence room."""

from __future__ import annotations

from enum import StrEnum


class FileType(StrEnum):
    """Types of files that may be handed in 文件类型."""

    PDF = "PDF"
    """PDF 文件."""
    JPEG = "JPEG"
    """JPEG 图片."""
    PNG = "PNG"
    """PNG 图片."""
    HEIC = "HEIC"
    """HEIC 图片: as phones take them; given out as JPEG."""


class FileState(StrEnum):
    """Where a file stands 材料文件状态."""

    AWAITED = "AWAITED"
    """待上传: a ticket was given, nothing has come in."""
    UPLOADED = "UPLOADED"
    """已上传: it came in and is kept apart."""
    CHECKING = "CHECKING"
    """检查中: it is being checked."""
    RELEASED = "RELEASED"
    """已放行: it was found harmless and may be read."""
    REFUSED = "REFUSED"
    """已拒收: it is unfit, for a coded reason."""


class FileAction(StrEnum):
    """What is done with a file."""

    TAKE_IN = "TAKE_IN"
    """接收: it came in by its ticket."""
    CHECK = "CHECK"
    """检查: a worker begins to check it."""
    RELEASE = "RELEASE"
    """放行: it is harmless."""
    REFUSE = "REFUSE"
    """拒收: it is unfit."""


class Unfitness(StrEnum):
    """Why a file is refused 拒收原因."""

    TYPE_DIFFERS = "TYPE_DIFFERS"
    """内容与类型不符: its content is not of the type that it was announced as."""
    UNREADABLE = "UNREADABLE"
    """无法读取: it is damaged, cut off, or no such file at all."""
    TOO_LARGE = "TOO_LARGE"
    """内容过大: it has too many pixels or pages, or unfolds to too much."""
    ENCRYPTED = "ENCRYPTED"
    """已加密: it can be opened with a password only."""
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    """含可执行内容: it holds scripts, actions or enclosed files."""
    MALWARE = "MALWARE"
    """含恶意代码: the scanner knows it as harmful."""


MEDIA = {
    FileType.PDF: "application/pdf",
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.HEIC: "image/heic",
}
"""The media type of each type."""
ENDINGS = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg"),
    FileType.PNG: ("png",),
    FileType.HEIC: ("heic", "heif"),
}
"""How the names of its files end; the first is how they end when we give them out."""
