"""``python -m services.catalog``; with ``streams`` the process that counts beside it."""

import sys

from services.catalog.app import build
from services.catalog.streams import feed_rate
from shared.wiring import main
from shared.wiring.streams import run_stream

if __name__ == "__main__":
    if sys.argv[1:] == ["streams"]:
        run_stream("catalog", "feed", feed_rate)
    else:
        main(build)
