"""The application, for the tests of what recoveries show."""

from __future__ import annotations

from tests.face.conftest import face

__all__ = ["face"]
