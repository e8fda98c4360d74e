"""The application and a store, for the tests of claims bordereaux."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateways.store import FolderStore
from tests.face.conftest import face
from tests.factories.papers import kept_in

__all__ = ["face"]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Where files are kept."""
    return kept_in(tmp_path)
