"""The feed's door (报送入口): agencies report facts, the log remembers them, a judge answers on the receipt."""

from shared.web.feed.deps import DiskGuard, FeedDeps, Verdict, Verdicts
from shared.web.feed.router import feed_router

__all__ = ["DiskGuard", "FeedDeps", "Verdict", "Verdicts", "feed_router"]
