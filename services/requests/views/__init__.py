"""What people ask about cases, reviews and the year; nothing here decides."""

from services.requests.views.asking import Scope, Views
from services.requests.views.caseload import caseload

__all__ = ["Scope", "Views", "caseload"]
