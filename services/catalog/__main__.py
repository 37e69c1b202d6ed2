"""``python -m services.catalog``"""

from services.catalog.app import build
from shared.wiring import main

if __name__ == "__main__":
    main(build)
