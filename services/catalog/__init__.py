"""The catalog (公文目录): what agencies issue, under which attribute.

hears   feed.document-issued, feed.body-registered, requests.conversion-approved, its own catalog.body-registered
says    catalog.* (filings judged, documents archived, attributes determined and changed, documents withdrawn)
owns    documents, the register of issuing bodies, rejected filings; the library
"""
