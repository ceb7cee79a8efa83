class CannotClean(Exception):
    """The file is not taken. `code` is in the table of reporting/evidence/refusals.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
