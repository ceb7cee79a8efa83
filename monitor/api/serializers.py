"""The shapes of the API, for checking what is asked and for the OpenAPI document."""

from rest_framework import serializers


class EditionsQuery(serializers.Serializer):
    """What may be asked of the list of editions. Every other parameter is wrong."""

    page = serializers.IntegerField(min_value=1, required=False, default=1)
    frequency = serializers.ChoiceField(choices=["quarterly", "yearly"], required=False)


class TableQuery(serializers.Serializer):
    format = serializers.ChoiceField(choices=["json", "csv"], required=False)


class NoQuery(serializers.Serializer):
    pass


class Listed(serializers.Serializer):
    """What every list answers; `results` is added by each."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Edition(serializers.Serializer):
    id = serializers.CharField(help_text="2026 or 2026-Q3")
    number = serializers.IntegerField()
    cutOffDate = serializers.DateField()
    publishedAt = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=["published", "withdrawn"])
    method = serializers.CharField()
    base = serializers.IntegerField()
    tables = serializers.ListField(child=serializers.CharField())
    softwareVersion = serializers.CharField()
    manifest = serializers.DictField(child=serializers.CharField(), help_text="SHA-256 of each table as CSV")


class Editions(Listed):
    results = Edition(many=True)


class Code(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]


class Dimension(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    codes = Code(many=True)


class Dimensions(Listed):
    results = Dimension(many=True)


class Indicator(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    tables = serializers.ListField(child=serializers.CharField())


class Indicators(Listed):
    results = Indicator(many=True)


class Table(serializers.Serializer):
    edition = serializers.CharField()
    table = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    dimensions = Dimension(many=True)
    cells = serializers.ListField(
        child=serializers.DictField(), help_text="a cell: the code of each dimension, period, value and status"
    )


class Audit(serializers.Serializer):
    """What was proven, and how much it took to prove it."""

    edition = serializers.CharField()
    result = serializers.ChoiceField(choices=["safe"])
    need = serializers.IntegerField(help_text="how wide at least what anybody can conclude of a small count is")
    targets = serializers.IntegerField(help_text="cells whose count could be 1 to 4")
    proven = serializers.IntegerField()
    constraints = serializers.IntegerField()
    variables = serializers.IntegerField()
    editionsTogether = serializers.IntegerField()
    witnesses = serializers.IntegerField()
    seconds = serializers.FloatField()
    rulesVersion = serializers.CharField()
