"""What the tests of risk share: the application."""

from __future__ import annotations

from tests.face.conftest import face

__all__ = ["face"]
