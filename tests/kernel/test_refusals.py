"""What refusals say to people: whole sentences in both languages, each in its own punctuation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from domain.customers.details import SEALED
from domain.kernel.constraints import SENTENCES, WITHOUT_BOUND
from domain.kernel.refusals import Invalid
from tests.architecture.sources import Source, sources

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff}][,:;?!()]|[,:;?!()][\u4e00-\u9fff{]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def refused(source: Source) -> Iterator[tuple[str, bool]]:
    """The constraint of every `Invalid` that is made in a file, and whether a bound is told with it."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="Invalid"), args=[ast.Starred()]):
                yield from bounds(source.tree)
            case ast.Call(func=ast.Name(id="Invalid"), args=args, keywords=keywords):
                named = {each.arg: each.value for each in keywords}
                constraint = args[0] if args else named["constraint"]
                for name in names(constraint):
                    yield name, len(args) > 1 or "limit" in named


def bounds(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """What the bounds of input fields answer when they are broken."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name == "broken_by":
            for node in ast.walk(function):
                match node:
                    case ast.Tuple(elts=[ast.Constant(value=str(name)), ast.Constant(value=None)]):
                        yield name, False
                    case ast.Tuple(elts=[ast.Constant(value=str(name)), _]):
                        yield name, True


def names(node: ast.expr) -> Iterator[str]:
    """The constraints that an expression may name."""
    match node:
        case ast.Constant(value=str(name)):
            yield name
        case ast.JoinedStr() if ast.unparse(node).endswith("_form'"):
            yield from (f"{field}_form" for field in SEALED)
        case _:
            raise AssertionError(f"a constraint that no test can read: {ast.unparse(node)}")


USED = sorted({found for source in sources("api", "domain", "workers") for found in refused(source)})


def test_the_constraints_in_use_are_found() -> None:
    assert {("scale", True), ("required", False), ("max_length", True), ("characters", False)} < set(USED)
    assert {name for name, _ in USED} == set(SENTENCES)


@pytest.mark.parametrize(("constraint", "bounded"), USED)
def test_every_constraint_has_a_sentence_in_both_languages(constraint: str, bounded: bool) -> None:
    refusal = Invalid(constraint, "7" if bounded else None)
    english, chinese = refusal.message("en"), refusal.message("zh-CN")
    assert constraint in SENTENCES
    assert english.endswith(".") and english[0].isupper() and english.isascii()
    assert chinese.endswith("。") and CHINESE.search(chinese) and not HALF_WIDTH.search(chinese)
    for text in (english, chinese):
        assert ("7" in text) or not bounded or constraint == "unique"
        assert "  " not in text and "_" not in text


@pytest.mark.parametrize(
    ("refusal", "english", "chinese"),
    [
        (Invalid("scale", "2"), "At most 2 decimals.", "最多 2 位小数。"),
        (Invalid("between", "1 and 120"), "Between 1 and 120, both included.", "应在 1 至 120 之间（含两端）。"),
        (Invalid("warranty", "10 years"), None, "厂家保修期应在购买之后 10 年内届满。"),
        (Invalid("min", "0.01"), "At least 0.01.", "不得小于 0.01。"),
        (Invalid("min"), WITHOUT_BOUND["min"][0], WITHOUT_BOUND["min"][1]),
    ],
)
def test_the_bound_stands_in_the_sentence(refusal: Invalid, english: str | None, chinese: str) -> None:
    assert refusal.message("zh") == chinese
    assert english is None or refusal.message("en") == english


def test_chinese_sentences_have_chinese_punctuation() -> None:
    texts = [
        (source.path, node.value)
        for source in sources("domain")
        if source.path.endswith(("/refusals.py", "/constraints.py"))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
    ]
    assert len(texts) > 50
    assert [each for each in texts if HALF_WIDTH.search(each[1])] == []
