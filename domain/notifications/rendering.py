"""Turns a template and its parameters into what a letter says. A template is a file; its first line is the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.kernel.money import Currency

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - letters are plain text, never HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["in_chinese"] = amount_in_chinese
    return found


def amount_in_chinese(amount: str) -> str:
    """An amount as a Chinese reader writes it: `1,500.00 元` for `1500.00 CNY`, other currencies by their code."""
    number, _, currency = amount.partition(" ")
    return f"{Decimal(number):,} {'元' if currency == Currency.CNY else currency}"


def render(template: str, language: str, parameters: Mapping[str, str]) -> Text:
    """The subject and body of a letter in one language.

    Raises: jinja2's TemplateNotFound or UndefinedError for a template, or a parameter, that is missing.
    """
    text: str = _environment().get_template(f"{language}/{template}.txt").render(parameters)
    subject, _, body = text.partition("\n")
    return Text(" ".join(subject.split()), body.strip() + "\n")
