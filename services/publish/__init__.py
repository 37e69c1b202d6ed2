"""publish (发布): the public portal, search, feeds, interpretations and copies on other sites.

Hears: catalog's documents archived, revised, tagged, changed in attribute, withdrawn; the feed's interpretations; its
own topic, where waiting interpretations and newly public documents find each other.
Says: publish.item-published, publish.item-withdrawn, publish.interpretation-filed, publish.interpretation-linked,
publish.filing-judged.
Owns: the items, the shelves of interpretations, the rejections; the projections ``portal`` and ``search``.
"""
