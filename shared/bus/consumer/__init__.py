"""The consumer: settles what it hears before it moves on, whatever happens to the log, the store or itself."""

from shared.bus.consumer.consumer import Consumer
from shared.bus.consumer.health import Health, Held, Stop
from shared.bus.consumer.parking import PARKED, Redriven
from shared.bus.consumer.receipts import held

__all__ = ["PARKED", "Consumer", "Health", "Held", "Redriven", "Stop", "held"]
