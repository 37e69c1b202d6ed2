"""The shipped law, read once."""

import pytest

from shared.law.rules import Rules, load_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    """All shipped rules."""
    return load_rules()
