"""What requests does when it hears of something or is asked for something."""

from services.requests.handlers.acting import REVIEW_ACTS, STEP_ACTS, Acting, Wanted
from services.requests.handlers.intake import Intake
from services.requests.handlers.news import hears
from services.requests.handlers.people import People

__all__ = ["REVIEW_ACTS", "STEP_ACTS", "Acting", "Intake", "People", "Wanted", "hears"]
