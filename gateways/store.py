"""Files in a folder: each is written aside and moved into its place, so that nobody ever reads half of one."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from domain.documents.keeping import NotStored, StoreUnavailable, checked_key

FOLDER_MODE = 0o700


class FolderStore:
    """Keeps files below one folder, which every process of the system must reach; made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    async def put(self, key: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 - the name's ending says it
        """Keeps a file; once more is as once.

        Raises: StoreUnavailable, WrongKey.
        """
        await asyncio.to_thread(self._write, self.folder / checked_key(key), content)

    async def get(self, key: str) -> bytes:
        """A file that was kept.

        Raises: NotStored, StoreUnavailable, WrongKey.
        """
        return await asyncio.to_thread(self._read, self.folder / checked_key(key))

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as output:
                    output.write(content)
                    output.flush()
                    os.fsync(output.fileno())
                Path(name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(name).unlink()
                raise
            _settle(path.parent)
        except OSError as error:
            raise StoreUnavailable(f"the folder of files takes none ({error.strerror})") from None

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise NotStored("there is no such file") from None
        except OSError as error:
            raise StoreUnavailable(f"the folder of files gives none ({error.strerror})") from None


def _settle(folder: Path) -> None:
    """Lets a new name outlive a loss of power, as the row that names it does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
