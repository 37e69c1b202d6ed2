"""The bus: a port, its Kafka adapter, the shipped memory fake, and the dispatcher that settles what is heard."""
