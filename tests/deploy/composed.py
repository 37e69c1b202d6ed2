"""The services as docker-compose.yml starts them: its commands, environments and health checks, on this machine.

Only what names another container is replaced: the hosts of Kafka, MongoDB and the listener, the ports, the folders of
volumes and secrets. One broker stands for three and one server for a replica set: with their addresses go the number
of copies and MongoDB's ``replicaSet``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gongkai.child import spawn
from gongkai.ports import free_port

ROOT = Path(__file__).parents[2]
SERVICES = ("catalog", "requests", "notify", "publish")
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def read_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return docker-compose.yml with its variables filled in as compose does: after it was parsed."""
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = _filled(loaded, variables)
    return found


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: variables.get(found[1]) or found[2], value)
    return value


class Container:
    """One service of the file."""

    def __init__(self, name: str, spec: Mapping[str, Any], folder: Path, places: Mapping[str, str]) -> None:
        """``places`` maps what names a container, a volume or a secret to what stands for it here."""
        self.name, self.spec = name, spec
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self._data = folder / name
        self._data.mkdir()
        (self._data / "blobs").symlink_to(folder / "blobs")
        self._inside = spec["environment"]["GONGKAI_PORT"]
        self._places = dict(places) | {"0.0.0.0": "127.0.0.1", "172.30.86.2": "127.0.0.1", "/data": str(self._data)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Its environment, with nothing of ours but the way to programs."""
        given = {name: self._placed(value) for name, value in self.spec["environment"].items()}
        return {"PATH": os.environ["PATH"], **given, "GONGKAI_PORT": str(self.port), "GONGKAI_REPLICATION": "1"}

    def _placed(self, value: str) -> str:
        for name, here in self._places.items():
            value = value.replace(name, here)
        return value

    def start(self) -> None:
        """Start its command."""
        program, *arguments = self.spec["command"]
        assert program == "python"
        self._process = spawn([sys.executable, *arguments], self.log, self.environment)

    def healthy(self) -> bool:
        """Run its health check once; fails where the process is gone."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-3000:]
        how, program, *arguments = self.spec["healthcheck"]["test"]
        assert (how, program) == ("CMD", "python")
        line = [part.replace(f":{self._inside}/", f":{self.port}/") for part in arguments]
        return subprocess.run([sys.executable, *line], capture_output=True, check=False).returncode == 0

    def patience(self) -> float:
        """Return how long compose waits for it to become healthy, in seconds."""
        check = self.spec["healthcheck"]
        return float(_seconds(check["start_period"]) + check["retries"] * _seconds(check["interval"]))

    def stop(self) -> int:
        """Stop it as compose does; return its exit status. Raises ``TimeoutExpired`` after its grace period."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_seconds(self.spec["stop_grace_period"]))

    def kill(self) -> None:
        """End it whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])
