"""What requests does when it hears of something or is asked for something."""

from services.requests.handlers.acting import Acting, Wanted
from services.requests.handlers.acts import REVIEW_ACTS, STEP_ACTS
from services.requests.handlers.intake import Intake
from services.requests.handlers.material import Material
from services.requests.handlers.news import hears
from services.requests.handlers.people import People

__all__ = ["REVIEW_ACTS", "STEP_ACTS", "Acting", "Intake", "Material", "People", "Wanted", "hears"]
