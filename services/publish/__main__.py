"""``python -m services.publish``"""

from services.publish.app import build
from shared.wiring import main

if __name__ == "__main__":
    main(build)
