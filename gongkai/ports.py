"""Ports on 127.0.0.1 for the programs we start."""

import json
import random
import socket
from pathlib import Path

_HOST = "127.0.0.1"
# Below Linux' range for outgoing connections: a client that keeps knocking at a dead server's port from that range
# sooner or later gets the port itself as its own end, and the server cannot come back to it.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port on 127.0.0.1 that nothing listens on, outside the range of outgoing connections."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - a port is no secret
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Say whether nothing listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: TIME_WAIT does not count
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def remembered(memory: Path, wanted: int | None = None) -> tuple[int, int]:
    """Return two ports, the same as last time while they are free, and note them for the next time.

    Args:
        memory: the JSON file that remembers them.
        wanted: a first port that must be it, free or not.
    """
    before = json.loads(memory.read_text(encoding="utf-8")) if memory.exists() else [None, None]
    first, second = (port if port and is_free(port) else free_port() for port in before)
    ports = wanted or first, second
    memory.write_text(json.dumps(ports), encoding="utf-8")
    return ports
