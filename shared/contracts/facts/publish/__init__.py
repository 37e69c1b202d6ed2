"""What publishing says: items on the portal, interpretations, copies on other sites, annual reports (发布)."""

from shared.contracts.facts.publish.items import (
    FilingJudged,
    InterpretationFiled,
    InterpretationLinked,
    InterpretationView,
    ItemPublished,
    ItemWithdrawn,
    Validity,
)
from shared.contracts.facts.publish.reports import ReportFormat, ReportOpened

__all__ = [
    "FilingJudged",
    "InterpretationFiled",
    "InterpretationLinked",
    "InterpretationView",
    "ItemPublished",
    "ItemWithdrawn",
    "ReportFormat",
    "ReportOpened",
    "Validity",
]
