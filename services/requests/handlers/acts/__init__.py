"""What each step asks for, and what it makes of it."""

from collections.abc import Mapping

from services.requests.commands import Wish
from services.requests.domain.steps import StepName
from services.requests.handlers.acts.casework import CASEWORK
from services.requests.handlers.acts.deciding import DECIDING
from services.requests.handlers.acts.handling import HANDLING
from services.requests.handlers.acts.remedies import REMEDIES
from services.requests.handlers.acts.reviews import REVIEW_ACTS
from services.requests.handlers.material import Prepared

STEP_ACTS: Mapping[StepName, tuple[type[Wish], Prepared]] = {**CASEWORK, **HANDLING, **DECIDING, **REMEDIES}

__all__ = ["REVIEW_ACTS", "STEP_ACTS"]
