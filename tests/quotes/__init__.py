"""Tests of the quotes room."""
