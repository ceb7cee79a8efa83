"""A table as SDMX-CSV 2.0: each row names the dataflow, then the dimensions, period, value and status of a cell."""

import csv
import io

from monitor.formats.csv import BOM
from monitor.formats.published import NORMAL, Options, PublishedTable

AGENCY, VERSION = "WEERBAAR", "1.0.0"
INFORMATION = "I"  # the action of SDMX-CSV for readers, beside append, replace and delete


def write(published: PublishedTable, options: Options) -> str:
    """The table as SDMX-CSV, with the options of the request."""
    table = published.table
    flow = f"{AGENCY}:{table.id}({VERSION})"
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["STRUCTURE", "STRUCTURE_ID", "ACTION", *table.dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]
    )
    for *codes, value in published.rows:
        writer.writerow(["dataflow", flow, INFORMATION, *codes, published.edition.period, value, NORMAL])
    return BOM + text.getvalue() if options.bom else text.getvalue()
