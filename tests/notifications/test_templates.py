"""Every letter that some room writes exists in both languages, and says it with what its caller gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from domain.bordereaux.premiums import PREMIUMS
from domain.claim_bordereaux.claims import CLAIMS
from domain.claims.terms import DocumentKind
from domain.notifications.rendering import FOLDER, LANGUAGES, amount_in_chinese, render

DOMAIN = Path(__file__).parent.parent.parent / "domain"
WRITERS = {"notify", "write_to_staff"}
SAMPLES = {
    "amount": "1500.00 CNY", "premium": "199.00 CNY", "refund": "120.50 CNY",
    "documents": "PROOF_OF_PURCHASE, DAMAGE_PHOTOS", "days_left": "15", "percent": "80",
    "unfitness": "UNREADABLE", "advanced": "500.00 CNY", "rest": "1000.00 CNY",
    "proceeds": "1800.00 CNY",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A place that writes a letter: which one, and the names of what it gives."""

    template: str
    names: frozenset[str]
    place: str


@dataclass(frozen=True)
class Wrapper:
    """A function that passes its template on to one of `WRITERS`, adding names of its own."""

    names: frozenset[str]


def _keys(node: ast.expr | None, within: ast.AST) -> set[str]:
    """The names in a dictionary that is written out, and in those that it is unpacked from."""
    if isinstance(node, ast.Name):
        node = next(
            (
                each.value
                for each in ast.walk(within)
                if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
                and each.targets[0].id == node.id
            ),
            None,
        )  # fmt: skip
    found: set[str] = set()
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                found.add(str(key.value))
            elif not (isinstance(value, ast.Name) and value.id == "parameters"):
                found |= _keys(value, within)
    return found


def _functions(path: Path) -> Iterator[ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.AsyncFunctionDef):
            yield node


def _calls(function: ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


@cache
def _wrappers(path: Path) -> dict[str, Wrapper]:
    """What hands a template's name on to a writer, or to another such, with what it adds itself."""
    found: dict[str, Wrapper] = {}
    while new := {name: each for name, each in _handing_on(path, found).items() if name not in found}:
        found |= new
    return found


def _handing_on(path: Path, known: dict[str, Wrapper]) -> dict[str, Wrapper]:
    found: dict[str, Wrapper] = {}
    for function in _functions(path):
        for name, call in _calls(function):
            if name in WRITERS and isinstance(_keyword(call, "template"), ast.Name):
                found[function.name] = Wrapper(frozenset(_keys(_keyword(call, "parameters"), function)))
            elif name in known and _hands_on(call):
                own = {each.arg for each in call.keywords if each.arg}
                found[function.name] = Wrapper(known[name].names | own)
    return found


def _hands_on(call: ast.Call) -> bool:
    """Whether the template of a call is what its function was given."""
    return any(isinstance(each, ast.Name) and each.id == "template" for each in call.args)


def _imported_wrappers(path: Path) -> dict[str, Wrapper]:
    found = dict(_wrappers(path))
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("domain."):
            source = DOMAIN.parent / (node.module.replace(".", "/") + ".py")
            if source.exists():
                theirs = _wrappers(source)
                found |= {each.name: theirs[each.name] for each in node.names if each.name in theirs}
    return found


def _used_in(path: Path) -> Iterator[Use]:
    wrappers = _imported_wrappers(path)
    for function in _functions(path):
        for name, call in _calls(function):
            place = f"{path.relative_to(DOMAIN)}:{call.lineno}"
            if name in {*WRITERS, "Letter"} and isinstance(written := _keyword(call, "template"), ast.Constant):
                yield Use(str(written.value), frozenset(_keys(_keyword(call, "parameters"), function)), place)
            elif name in wrappers and not _hands_on(call):
                texts = [each for each in call.args if isinstance(each, ast.Constant)]
                given = {each.arg for each in call.keywords if each.arg}
                for each in call.keywords:
                    given |= _keys(each.value, function) if each.arg is None else set()
                assert len(texts) == 1, f"{place} names no template that can be read here"
                yield Use(str(texts[0].value), wrappers[name].names | given, place)


def _of_bordereaux() -> Iterator[Use]:
    """What is written of each kind of bordereau, by its name and with its totals."""
    for kind in (PREMIUMS, CLAIMS):
        names = {"bordereau_number", "partner_code", "month", *kind.amounts_of(()).parts}
        yield Use(f"{kind.name.upper()}_DIFFERS", frozenset(names), "bordereaux/notices.py")


def uses() -> list[Use]:
    return [use for path in sorted(DOMAIN.rglob("*.py")) for use in _used_in(path)] + list(_of_bordereaux())


def _letters(language: str) -> set[str]:
    return {path.stem for path in (FOLDER / language).glob("[A-Z]*.txt")}


def test_the_places_that_write_letters_are_found() -> None:
    found = uses()
    assert len(found) >= 20
    replied = next(use for use in found if use.template == "COMPLAINT_REPLIED")
    assert replied.names == {"complaint_number", "due_on", "reply"}
    issued = next(use for use in found if use.template == "POLICY_ISSUED")
    assert issued.names >= {"policy_number", "premium", "starts_on", "last_day"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.template}-{use.place}")
def test_every_letter_says_what_its_caller_gives(use: Use, language: str) -> None:
    parameters = {name: SAMPLES.get(name, f"<{name}>") for name in use.names}
    text = render(use.template, language, parameters)
    assert text.subject
    assert len(text.body.splitlines()) >= 5
    shown = text.subject + text.body
    hidden = {name for name, value in parameters.items() if name not in SAMPLES and value not in shown}
    assert not hidden - {"due_on", "claim_number", "complaint_number"}


def test_every_letter_exists_in_both_languages_and_is_written_by_somebody() -> None:
    assert _letters("zh") == _letters("en") == {use.template for use in uses()}


def test_a_parameter_that_is_missing_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render("CLAIM_PAID", "en", {"claim_number": "CL2026000001"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_that_may_be_asked_for_has_a_name_in_words(language: str) -> None:
    asked = ", ".join(DocumentKind)
    body = render("CLAIM_DOCUMENTS_REQUESTED", language, {"claim_number": "CL1", "documents": asked}).body
    assert len([line for line in body.splitlines() if line.startswith("- ")]) == len(DocumentKind)
    assert not any(kind in body for kind in DocumentKind)


def test_amounts_read_as_chinese_readers_write_them() -> None:
    assert amount_in_chinese("1500.00 CNY") == "1,500.00 元"
    assert amount_in_chinese("1500 JPY") == "1,500 JPY"


def test_the_reply_to_a_complaint_stands_in_its_letter_as_it_was_written() -> None:
    reply = "We looked into it.\n\nYou are right & we pay <100.00 CNY>."
    parameters = {"complaint_number": "CP1", "due_on": "2026-12-01", "reply": reply}
    for language in LANGUAGES:
        assert reply in render("COMPLAINT_REPLIED", language, parameters).body
