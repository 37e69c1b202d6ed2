"""The year in numbers (统计与年报): tallies of cases, Tables II and III, what is watched, what supervision sees."""

from services.requests.domain.reporting.figures import Figures, Rate, figures, workdays
from services.requests.domain.reporting.tables import Broken, LastYear, Period, Report, Table, report
from services.requests.domain.reporting.tally import Remedied, Ruling, Tally, fold
from services.requests.domain.reporting.watch import Numbering, Reconciled, numbering, reconcile

__all__ = [
    "Broken",
    "Figures",
    "LastYear",
    "Numbering",
    "Period",
    "Rate",
    "Reconciled",
    "Remedied",
    "Report",
    "Ruling",
    "Table",
    "Tally",
    "figures",
    "fold",
    "numbering",
    "reconcile",
    "report",
    "workdays",
]
