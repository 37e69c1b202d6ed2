"""The feed's door (报送入口): agencies report facts, the log remembers them, a judge answers on the receipt."""

from shared.web.feed.deps import DiskGuard, FeedDeps, Verdict, Verdicts
from shared.web.feed.door import Door
from shared.web.feed.questions import Questions
from shared.web.feed.router import feed_router

__all__ = ["DiskGuard", "Door", "FeedDeps", "Questions", "Verdict", "Verdicts", "feed_router"]
