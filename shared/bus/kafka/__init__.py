"""The bus on Apache Kafka; with ``bus.streams`` the only place that names its client library."""

from shared.bus.kafka.log import KafkaLog

__all__ = ["KafkaLog"]
