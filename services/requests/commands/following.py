"""What applicants ask for themselves, in a case they follow; the day is always today."""

from __future__ import annotations

from services.requests.commands.base import Prose, Wish
from services.requests.commands.casework import Described


class Amend(Wish):
    """The application in its corrected wording, whole."""

    description: Described


class OwnReason(Wish):
    """Why so much is asked for (条例 Art. 35)."""

    text: Prose


class Leave(Wish):
    """The application is taken back."""
