"""Work that follows from the date and from what waits, by looking at the state."""

from services.requests.sweeps.archiving import Archivist
from services.requests.sweeps.deadlines import Deadlines
from services.requests.sweeps.hotspots import Hotspots
from services.requests.sweeps.tabling import Tabler, stillness

__all__ = ["Archivist", "Deadlines", "Hotspots", "Tabler", "stillness"]
