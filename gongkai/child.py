"""Child processes that cannot outlive the process that started them."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# A tiny program that ties itself to its parent and then becomes the wanted one. `preexec_fn` would do the same but may
# deadlock in a process with threads. The second look at the parent closes the gap between fork and prctl.
_LEASH = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None, use_errno=True).prctl(1, int(signal.SIGKILL))
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def spawn(argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program that the kernel kills when the calling thread ends, with both outputs appended to a file.

    Call it from a thread that lives as long as the child is wanted: Linux ties the child to the *thread* that forked,
    not to the process.

    Args:
        argv: the program (an absolute path) and its arguments.
        log: the file that gets standard output and standard error.
        env: the whole environment of the child; the parent's when missing.

    Raises:
        OSError: the log cannot be opened or no process can be made.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _LEASH, str(os.getpid()), *argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            start_new_session=True,  # Ctrl-C in the terminal is for us; we stop the child in order
        )
