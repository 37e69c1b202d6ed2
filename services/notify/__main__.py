"""``python -m services.notify``"""

from services.notify.app import build
from shared.wiring import main

if __name__ == "__main__":
    main(build)
