"""Programs a test cannot bring along: without them it is skipped, and in CI (`GONGKAI_CI`) a skip is a failure."""

import shutil

import pytest


def program(*names: str) -> str:
    """Return the path of the first of these programs that is installed, or skip the test saying which are missing."""
    for name in names:
        if path := shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin"):
            return path
    pytest.skip(f"needs one of these programs: {', '.join(names)}")
