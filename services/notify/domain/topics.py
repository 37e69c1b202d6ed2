"""Topic subscriptions (主题订阅) and what has been read: wishes of recipients, independent of their profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.contracts.codes import NotifyCode
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.notify import InboxRead, OwnerKind, TopicSubscribed, TopicUnsubscribed
from shared.contracts.problems import Refused


class Subscription(Value):
    """What somebody wants to hear of; any one criterion is enough."""

    subscription_id: str
    owner_kind: OwnerKind
    owner: str
    subjects: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    ended: bool = False


class Inbox(Value):
    """Which items a recipient has read."""

    owner_kind: OwnerKind = "enterprise"
    owner: str = ""
    read: tuple[str, ...] = ()


def evolve_subscription(state: Subscription | None, fact: Fact) -> Subscription:
    """Fold a fact into a subscription."""
    match fact:
        case TopicSubscribed():
            return Subscription(**fact.model_dump())
        case TopicUnsubscribed() if state is not None:
            return state.model_copy(update={"ended": True})
    raise ValueError(f"a subscription cannot hear {type(fact).__name__}")


def evolve_inbox(state: Inbox | None, fact: Fact) -> Inbox:
    """Fold a fact into an inbox."""
    if not isinstance(fact, InboxRead):
        raise ValueError(f"an inbox cannot hear {type(fact).__name__}")
    read = tuple(dict.fromkeys((*(state.read if state else ()), *fact.items)))
    return Inbox(owner_kind=fact.owner_kind, owner=fact.owner, read=read)


def subscribe(wish: TopicSubscribed) -> list[Fact]:
    """Begin a subscription. Raises ``Refused`` SUBSCRIPTION_EMPTY."""
    if not (wish.subjects or wish.tags or wish.bodies or wish.keywords):
        raise Refused(NotifyCode.SUBSCRIPTION_EMPTY)
    return [wish]


def unsubscribe(state: Subscription | None, owner_kind: str, owner: str) -> list[Fact]:
    """End a subscription of one's own. Raises ``Refused`` SUBSCRIPTION_UNKNOWN."""
    if state is None or state.ended or (state.owner_kind, state.owner) != (owner_kind, owner):
        raise Refused(NotifyCode.SUBSCRIPTION_UNKNOWN)
    return [TopicUnsubscribed(subscription_id=state.subscription_id)]


def read(state: Inbox | None, owner_kind: OwnerKind, owner: str, items: Iterable[str]) -> list[Fact]:
    """Mark items as read; those that are so already change nothing."""
    known = set(state.read) if state else set()
    fresh = tuple(item for item in dict.fromkeys(items) if item not in known)
    return [InboxRead(owner_kind=owner_kind, owner=owner, items=fresh)] if fresh else []


def why(subscription: Subscription, document: DocumentView) -> Iterator[str]:
    """Yield why a document is on a subscriber's topics, in words."""
    if document.subject in subscription.subjects:
        yield f"订阅了主题分类“{document.subject}”"
    for tag in document.tags:
        if tag in subscription.tags:
            yield f"订阅了标签“{tag.partition(':')[2]}”"
    if document.body in subscription.bodies:
        yield f"订阅了{document.issuer}的文件"
    text = "\n".join((document.title, document.summary or "", *document.keywords))
    for word in subscription.keywords:
        if word in text:
            yield f"订阅了关键词“{word}”"
