"""The catalog (公文目录): what agencies issue, under which attribute.

hears   feed.document-issued, feed.body-registered, feed.figures-reported, requests.conversion-approved,
        publish.report-opened, its own catalog.body-registered
says    catalog.* (filings judged, documents archived, attributes determined and changed, documents withdrawn,
        figures entered, Table I computed)
owns    documents, the register of issuing bodies, reported figures, rejected filings; the library
"""
