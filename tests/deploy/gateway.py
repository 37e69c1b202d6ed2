"""The gateway's own nginx.conf under a real nginx, with stubs instead of services behind it."""

import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gongkai.ports import free_port
from tests.support import need

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
SERVICES = ("catalog", "requests", "notify", "publish")


class Stub(ThreadingHTTPServer):
    """Stands for one service: echoes what reaches it."""

    def __init__(self, name: str, more: threading.Event) -> None:
        super().__init__(("127.0.0.1", 0), _Echo)
        self.name = name
        self.more = more
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stub

    def do_GET(self) -> None:
        if self.path.endswith("/stream"):
            self._stream()
        else:
            self._echo()

    def do_POST(self) -> None:
        self._echo()

    def do_PUT(self) -> None:
        self._echo()

    def _echo(self) -> None:
        size = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        body = {"service": self.server.name, "path": self.path, "size": size, "headers": dict(self.headers)}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.more.wait(20)
        self.wfile.write(b"data: second\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Gateway:
    """Where the two listeners are, and a switch to stop a service behind them."""

    public: int
    console: int
    stubs: dict[str, Stub]
    more: threading.Event
    log: Path


def _fill(folder: Path, values: dict[str, str]) -> Path:
    """Fill in the template as the nginx image does: by envsubst, and only our own names."""
    names = " ".join(f"${{{name}}}" for name in values)
    filled = subprocess.run(
        [need.program("envsubst"), names],
        input=CONF.read_text(encoding="utf-8"),
        env=values,
        capture_output=True,
        text=True,
        check=True,
    )
    conf = folder / "nginx.conf"
    conf.write_text(filled.stdout, encoding="utf-8")
    return conf


def _answers(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text(encoding="utf-8")
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


@contextmanager
def nginx(upstreams: dict[str, str]) -> Iterator[tuple[int, int, Path]]:
    """Start the gateway in front of services by name and ``host:port``; yield its two ports and its log."""
    program = need.program("nginx")
    with ExitStack() as stack:
        # Not pytest's folder: nginx' workers give up root and must still get to their temporary files.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongkai-nginx-")))
        folder.chmod(0o755)
        public, console = free_port(), free_port()
        values = {f"GATEWAY_{name.upper()}": address for name, address in upstreams.items()}
        values |= {"GATEWAY_LISTEN": f"127.0.0.1:{public}", "GATEWAY_CONSOLE": f"127.0.0.1:{console}"}
        conf = _fill(folder, {**values, "GATEWAY_RUN": str(folder)})
        log = folder / "out.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [program, "-e", "stderr", "-p", str(folder), "-c", str(conf), "-g", "daemon off;"],
                stdout=out,
                stderr=out,
                env={"PATH": os.environ["PATH"]},
            )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        tick = threading.Event()
        for _ in range(500):
            if _answers(public, process, log):
                break
            tick.wait(0.02)
        yield public, console, log


@contextmanager
def running() -> Iterator[Gateway]:
    """Start four stubs and the gateway in front of them; end all of them."""
    with ExitStack() as stack:
        more = threading.Event()
        stubs = {name: Stub(name, more) for name in SERVICES}
        for stub in stubs.values():
            stack.callback(stub.server_close)
            stack.callback(stub.shutdown)
        stack.callback(more.set)
        upstreams = {name: f"127.0.0.1:{stub.server_port}" for name, stub in stubs.items()}
        public, console, log = stack.enter_context(nginx(upstreams))
        yield Gateway(public, console, stubs, more, log)
