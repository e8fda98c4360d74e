"""What tests of a claim's papers stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.documents.keeping import use_store
from domain.evidence.inspecting import use_scanner
from gateways.store import FolderStore
from tests.factories.evidence import inspected


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that files are kept in."""
    use_store(FolderStore(tmp_path / "files"))
    inspected()
    yield tmp_path / "files"
    use_scanner(None)
