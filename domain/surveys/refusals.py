"""Why surveys says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class SurveyOver(Refusal):
    """An answer is taken for some days."""

    until: datetime
    code = "SURVEY_OVER"
    english = "This survey could be answered until {until}."
    chinese = "该调查的作答期限已于 {until} 届满。"
