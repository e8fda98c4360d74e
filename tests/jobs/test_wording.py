"""What readers are told of a job: every code that is given has its words in both languages, and no other is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from domain.jobs.execution import JobRun
from domain.jobs.refusals import AnotherIsLive, ToldTwice, Wordless
from domain.jobs.terms import Outcome
from domain.jobs.wording import GENERAL, fault_in_words, in_words, words
from domain.kernel.ids import new_id
from domain.notifications.terms import Failure
from domain.policies.terms import PolicyAction
from domain.rooms import parts
from tests.jobs.conftest import Place
from tests.jobs.kinds import SCRIPTS, Scripted

ROOT = Path(__file__).parents[2]
LITERAL = re.compile(r'(?:Outcome\.(?:failed|refused|unknown)|give_up)\((?:ticket, )?"(\w+)"')
IN_STATEMENTS = {"DEADLINE_PASSED", "WORKER_LOST"}
OF_EXCEPTIONS = {"COMMIT_UNKNOWN", "INTERNAL", "OUTCOME_UNKNOWN", "UNAVAILABLE"}
OF_MAIL = {f"MAIL_{each}" for each in Failure if each is not Failure.NO_CHANNEL}
OF_PROGRESS = {"REMINDERS_ASKED_FOR"} | {f"POLICIES_{each}" for each in (PolicyAction.BEGIN, PolicyAction.EXPIRE)}


def test_every_code_has_words_in_both_languages() -> None:
    assert [*parts("jobs"), *parts("refusals")]  # the rooms have told theirs
    literal = {code for path in (ROOT / "domain").rglob("*.py") for code in LITERAL.findall(path.read_text())}
    assert {"BANK_PENDING", "TIME_LIMIT", "UNKNOWN_KIND"} <= literal
    for code in literal | IN_STATEMENTS | OF_EXCEPTIONS | OF_MAIL | OF_PROGRESS:
        english, chinese = in_words(code, "en"), in_words(code, "zh")
        assert english and chinese, code
        assert english.isascii() and not chinese.isascii() and "{" not in english + chinese, code


def test_a_refusal_is_told_in_its_own_words_where_they_need_no_facts() -> None:
    assert fault_in_words("ANOTHER_JOB_IS_LIVE", "en") == AnotherIsLive.english
    assert fault_in_words("ANOTHER_JOB_IS_LIVE", "zh") == AnotherIsLive.chinese
    for code in ("REVIEW_STILL_OPEN", "TimeoutError", "{until}"):  # until when is not stored
        assert (fault_in_words(code, "en"), fault_in_words(code, "zh")) == GENERAL


def test_words_are_told_once_and_fit() -> None:
    words(INTERNAL=(in_words("INTERNAL", "en") or "", in_words("INTERNAL", "zh") or ""))  # a module loaded again
    with pytest.raises(ToldTwice):
        words(INTERNAL=("Something else.", "别的。"))
    with pytest.raises(ValueError, match="more than 64"):
        words(**{"X" * 65: ("Too long.", "过长。")})
    assert in_words("X" * 65, "en") is None


async def test_a_long_job_tells_only_what_has_words(place: Place) -> None:
    key = new_id()

    async def tell(run: JobRun) -> Outcome:
        await run.report(1, None, "rows", "POLICIES_BEGIN")
        with pytest.raises(Wordless):
            await run.report(2, None, "rows", "of Zhang San")
        return Outcome.done()

    SCRIPTS[key] = tell
    ticket, _ = await place.perform(Scripted(key))
    progress = json.loads((await place.row(ticket.job_id))["progress"])
    assert progress == {"done": 1, "total": None, "unit": "rows", "message": "POLICIES_BEGIN"}
