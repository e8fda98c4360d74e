"""What Python adds to a statement's rows: derived parts, computed from hidden helpers that are dropped again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from domain.kernel.projection.entity import Derived
from domain.kernel.projection.selection import Call, Part, Value

TAG = "~t"
Parts: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True)
class Step:
    """One derived part: its key, the hidden helpers it is computed from, and the selected parts of an object."""

    key: str
    helpers: list[str]
    derived: Derived
    parts: Parts | None
    given: Callable[[Call], Mapping[str, Any]] | None = None

    def result(self, row: dict[str, Any], call: Call) -> Any:
        """The derived value for one row, cut to what was selected."""
        inputs = [row[helper] for helper in self.helpers]
        if self.derived.language:
            inputs.append(call.language)
        if self.derived.viewer:
            inputs.append(call.actor)
        if self.given is not None:
            inputs.append(self.given(call))
        found = self.derived.function(*inputs)
        return found if self.parts is None else _cut(found, self.parts)


def _cut(found: Any, parts: Parts) -> Any:
    if isinstance(found, list):
        return [_cut(each, parts) for each in found]
    return None if found is None else {part.key: _part(found, part) for part in parts}


def _part(found: dict[str, Any], part: Part) -> Any:
    """A part of a derived object; a quoted name is a fixed text, as `__typename` is."""
    if part.name.startswith('"'):
        return part.name.strip('"')
    value = found[part.name]
    return value if part.parts is None else _cut(value, part.parts)


@dataclass
class Steps:
    """The steps at one place of the answer: derived parts of its rows, and the places below it."""

    derived: list[Step] = field(default_factory=list)
    below: dict[str, Steps] = field(default_factory=dict)
    rows: Steps | None = None
    choices: dict[str, Steps] = field(default_factory=dict)

    def at(self, key: str) -> Steps:
        """The place below a key."""
        return self.below.setdefault(key, Steps())

    def each(self) -> Steps:
        """The place of each element of a list."""
        if self.rows is None:
            self.rows = Steps()
        return self.rows

    def choice(self, tag: str) -> Steps:
        """The place when it holds one of several kinds of rows, told apart by a hidden tag."""
        return self.choices.setdefault(tag, Steps())

    def derive(self, value: Value, helpers: list[str], derived: Derived) -> None:
        """Adds a derived part that is computed from hidden helpers of the same row."""
        self.derived.append(Step(value.key, helpers, derived, value.parts, value.given))

    @property
    def needed(self) -> bool:
        """Whether Python has anything to do here or below."""
        below = (*self.below.values(), *self.choices.values(), *([self.rows] if self.rows else []))
        return bool(self.derived) or any(steps.needed for steps in below)

    def apply(self, value: Any, call: Call) -> None:
        """Completes a parsed answer in place."""
        if isinstance(value, list):
            self._apply_to_each(value, call)
        elif value is not None:
            self._apply_to_row(value, call)

    def _apply_to_each(self, rows: list[Any], call: Call) -> None:
        if self.rows is not None and self.rows.needed:
            for row in rows:
                self.rows.apply(row, call)

    def _apply_to_row(self, value: dict[str, Any], call: Call) -> None:
        if self.choices and (tag := value.pop(TAG, None)) is not None:
            self.choices[tag].apply(value, call)
        for step in self.derived:
            value[step.key] = step.result(value, call)
        for hidden in {helper for step in self.derived for helper in step.helpers}:
            value.pop(hidden, None)
        for key, steps in self.below.items():
            if key in value and steps.needed:
                steps.apply(value[key], call)
