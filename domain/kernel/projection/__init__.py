"""Compiled reads: a selection of named columns and relations becomes one SQL statement whose JSON is the answer."""
