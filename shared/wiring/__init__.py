"""From the environment to adapters. Only a service's ``app.py`` and the launcher look in here."""

from shared.wiring.commons import Platform
from shared.wiring.house import House
from shared.wiring.service import Server, Service, main, serve, server, service_app
from shared.wiring.settings import Settings, load_settings

__all__ = [
    "House",
    "Platform",
    "Server",
    "Service",
    "Settings",
    "load_settings",
    "main",
    "serve",
    "server",
    "service_app",
]
