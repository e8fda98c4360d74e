"""The application, for the tests of what billing shows."""

from __future__ import annotations

from tests.face.conftest import face

__all__ = ["face"]
