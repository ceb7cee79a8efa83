"""A table as SDMX-CSV 2.0: what it is an answer of, then dimensions, period, value and status of each cell."""

import csv
import io

from monitor.formats.csv import BOM
from monitor.formats.published import NORMAL, Options, PublishedTable

AGENCY, VERSION = "WEERBAAR", "1.0.0"
INFORMATION = "I"  # for who reads; not an order to add, replace or delete


def write(published: PublishedTable, options: Options) -> str:
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
