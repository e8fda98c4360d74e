"""What readers are told of a job in their language by a stable code: why an attempt failed, what a long job is at.

Only the code is stored, so no row holds a sentence, an exception's text or personal data. The words of a code are told
once, by the room that gives it.
"""

from __future__ import annotations

from functools import cache

from domain.jobs.refusals import ToldTwice, Wordless
from domain.jobs.terms import CODE_LENGTH
from domain.kernel.refusals import refusal_classes

GENERAL = ("It did not work; the code says why.", "执行未成功，原因见代码。")

_words: dict[str, tuple[str, str]] = {}


def words(**told: tuple[str, str]) -> None:
    """Tells the words of codes, in English and in Chinese.

    Raises: ToldTwice for other words of a code than before; ValueError for a code that does not fit its column.
    """
    for code, sentences in told.items():
        if len(code) > CODE_LENGTH:
            raise ValueError(f"{code} has more than {CODE_LENGTH} characters")
        if _words.setdefault(code, sentences) != sentences:
            raise ToldTwice(code)


def in_words(code: str, language: str) -> str | None:
    """The sentence of a code for a reader, `zh` or `en`; None where this process was not told it."""
    found = _words.get(code)
    return found[language.startswith("zh")] if found else None


def expect_words(code: str | None) -> None:
    """Raises: Wordless for a code without words."""
    if code is not None and code not in _words:
        raise Wordless(code)


def fault_in_words(code: str, language: str) -> str:
    """Why an attempt failed: the words of the code, or of the one refusal that has it, or general ones."""
    return in_words(code, language) or _of_refusals().get(code, GENERAL)[language.startswith("zh")]


@cache
def _of_refusals() -> dict[str, tuple[str, str]]:
    """The sentences of refusals by code, where they need no facts (which are not stored) and only one class says it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for each in refusal_classes():
        found.setdefault(each.code, set()).add((each.english, each.chinese))
    single = {code: next(iter(said)) for code, said in found.items() if len(said) == 1}
    return {code: said for code, said in single.items() if "{" not in said[0] + said[1]}


words(
    COMMIT_UNKNOWN=("The connection was lost at the last moment; it is tried again.", "提交时连接中断，将重试。"),
    CONFLICT=("Somebody else changed the row at the same time.", "数据同时被他人更新。"),
    DEADLINE_PASSED=("It was not done until its deadline.", "未能在期限内完成。"),
    FORBIDDEN=("This is not for a worker to do.", "系统无权执行该操作。"),
    ILLEGAL_STATE=("The row it is about had moved on meanwhile.", "相关记录的状态已变化，无法执行。"),
    INTERNAL=("A fault of ours; it is in our logs.", "系统内部错误，已记录。"),
    NOT_FOUND=("The row it is about is not there.", "没有找到相关记录。"),
    OUTCOME_UNKNOWN=("Whether it had its effect is being found out.", "结果未知，正在核实。"),
    THROTTLED=("Too many attempts in a short time.", "短时间内尝试次数过多。"),
    TIME_LIMIT=("It took too long and was stopped.", "执行超时，已停止。"),
    UNAVAILABLE=("Something that it needs was out of reach.", "所需的服务暂不可用。"),
    UNKNOWN_KIND=("No worker knows this kind of work.", "没有可执行此类作业的程序。"),
    WORKER_LOST=("The worker that carried it out fell silent.", "执行作业的程序失去联系。"),
)
