"""Tables (NDJSON, CSV, XLSX) as rows for the feed, and the templates for them."""

from shared.documents.tables.columns import KINDS
from shared.documents.tables.files import read_table
from shared.documents.tables.rows import Row, RowError, Table
from shared.documents.tables.template import write_template

__all__ = ["KINDS", "Row", "RowError", "Table", "read_table", "write_template"]
