"""Tests of applications and underwriting."""
