"""Every row of every table, to compare a database with itself at another time."""

from collections import Counter

from django.db import connection

from weerbaar.backup.snapshot import tables

LASTING = {"vault_ledgerevent", "vault_ledgerhead", "vault_organisationkey"}  # what was done stays, without content
# Keys of people and organisations are made when somebody first needs them, and belong to no case.
OF_CASES = {"vault_keypair": "purpose = 'reporter'", "vault_unlocker": "method = 'receipt'"}
Rows = dict[str, Counter]


def all_rows(leave_out: set[str] = LASTING) -> Rows:
    """{table: how often it has each row}."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            if table.name not in leave_out:
                columns = ", ".join(map(connection.ops.quote_name, table.columns))
                chosen = OF_CASES.get(table.name, "1 = 1")
                cursor.execute(f"SELECT {columns} FROM {table.name} WHERE {chosen}")  # noqa: S608
                found[table.name] = Counter(tuple(map(_comparable, row)) for row in cursor.fetchall())
    return found


def more(after: Rows, before: Rows) -> dict[str, list]:
    """The rows that came, of each table that has some."""
    came = {table: list((rows - before[table]).elements()) for table, rows in after.items()}
    return {table: rows for table, rows in came.items() if rows}


def _comparable(value):
    return bytes(value) if isinstance(value, memoryview) else repr(value) if isinstance(value, dict | list) else value
