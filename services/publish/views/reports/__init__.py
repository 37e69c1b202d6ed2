"""The annual report as people read it: pages, DOCX, CSV, charts; and what is asked about many reports."""
