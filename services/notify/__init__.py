"""notify (政策精准推送): each policy to exactly the enterprises it concerns, once, with the reason.

hears   feed.enterprise-registered, feed.partner-registered, feed.licence-changed; the catalog's
        documents; its own topic
says    notify.* (filings judged, profiles, channels, subscriptions, pushes planned, delivered and withdrawn)
owns    enterprises, partners, channels, subscriptions, inboxes, pushes; the ledger of deliveries
"""
