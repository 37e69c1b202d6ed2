"""From the environment to adapters. Only a service's ``app.py`` and the launcher look in here."""

from shared.wiring.commons import Platform
from shared.wiring.house import House
from shared.wiring.service import Service
from shared.wiring.settings import Settings, load_settings

__all__ = ["House", "Platform", "Service", "Settings", "load_settings"]
