"""Read models of publishing: the static portal, the search index, and questions over both. No decision is made here."""
