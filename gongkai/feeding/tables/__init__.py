"""Tables (NDJSON, CSV, XLSX) as rows for the feed, and the templates for them."""

from gongkai.feeding.tables.columns import KINDS
from gongkai.feeding.tables.files import read_table
from gongkai.feeding.tables.rows import Row, RowError, Table
from gongkai.feeding.tables.template import write_template

__all__ = ["KINDS", "Row", "RowError", "Table", "read_table", "write_template"]
