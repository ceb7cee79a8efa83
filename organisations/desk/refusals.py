"""How an act at work is refused."""


class Refused(Exception):
    """An act that does not stand, with words that say what to do. Nothing has changed.

    `field` names the field of the form that the words belong to; empty: the page knows the field. `more` has the other
    faults that were found with this one, as (words, field). `asked`: what the answer at that field must carry back
    (`organisations.desk.forms.AskedField`); `answers`: the (value, words) that it then offers, where they depend on what was asked.
    """

    answers: tuple[tuple[str, str], ...] = ()

    def __init__(self, message: str, field: str = "", more: tuple[tuple[str, str], ...] = (), asked: str = "") -> None:
        super().__init__(message)
        self.asked = asked
        self.message = message
        self.field = field
        self.more = more

    @property
    def every(self) -> list[tuple[str, str]]:
        """All faults, as (words, field)."""
        return [(self.message, self.field), *self.more]
