"""The application, for the tests of what surveys show."""

from __future__ import annotations

from tests.face.conftest import face

__all__ = ["face"]
