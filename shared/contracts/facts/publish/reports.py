"""From opening to publishing the annual report of a body (政府信息公开工作年度报告, 条例 Art. 49–50)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact

ReportFormat = Literal["2019", "2021"]
"""国办公开办函〔2019〕60号 for the reports on 2019 and 2020, 国办公开办函〔2021〕30号 for those since."""


class ReportOpened(Fact):
    """Work on an edition of a report began: whoever keeps figures computes its tables now.

    ``report_id`` is ``rp:<body>:<year>``. A correction opens the next ``edition``, with the ``note`` (更正说明) that
    readers will see.
    """

    type: ClassVar[str] = "publish.report-opened"

    report_id: str
    body: str
    year: int
    format: ReportFormat
    edition: int = 1
    opened_at: datetime
    by: str = ""
    note: str = ""
