"""What people ask about cases, reviews and the year; nothing here decides."""

from services.requests.views.asking import Scope, Views
from services.requests.views.caseload import caseload
from services.requests.views.counting import Counting
from services.requests.views.demands import Demands
from services.requests.views.opened import opened
from services.requests.views.yearbook import Overview, Watched, Yearbook

__all__ = ["Counting", "Demands", "Overview", "Scope", "Views", "Watched", "Yearbook", "caseload", "opened"]
