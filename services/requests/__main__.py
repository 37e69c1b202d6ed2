"""``python -m services.requests``"""

from services.requests.app import build
from shared.wiring import main

if __name__ == "__main__":
    main(build)
