"""Tests of the inquiries room."""
