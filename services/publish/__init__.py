"""publish (发布): the public portal, search, feeds, interpretations and copies on other sites.

Hears: catalog's documents archived, revised, tagged, changed in attribute, withdrawn; the feed's interpretations; its
own topic, where waiting interpretations and newly public documents find each other; catalog's bodies, and the tables
of annual reports that catalog and requests compute.
Says: publish.item-published, publish.item-withdrawn, publish.interpretation-filed, publish.interpretation-linked,
publish.filing-judged, publish.body-noted, publish.report-opened and every further step of a report.
Owns: the items, the shelves of interpretations, the rejections, the annual reports, the bodies that owe them; the
projections ``portal`` and ``search``.
"""
