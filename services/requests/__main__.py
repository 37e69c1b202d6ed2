"""``python -m services.requests``; with ``streams`` the process that counts beside it."""

import sys

from services.requests.app import build
from services.requests.streams import heat
from shared.wiring import main
from shared.wiring.streams import run_stream

if __name__ == "__main__":
    if sys.argv[1:] == ["streams"]:
        run_stream("requests", "requests", heat)
    else:
        main(build)
