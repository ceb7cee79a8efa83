"""The shapes of the API, for checking what is asked and for the OpenAPI document."""

from rest_framework import serializers

from monitor.formats import FORMATS
from monitor.formats.dcat import WRITERS
from monitor.formats.published import SEPARATORS

STATUSES = ["published", "withdrawn", "embargoed"]


class EditionsQuerySerializer(serializers.Serializer):
    """What may be asked of the list of editions. Every other parameter is wrong."""

    page = serializers.IntegerField(min_value=1, required=False, default=1)
    frequency = serializers.ChoiceField(choices=["quarterly", "yearly"], required=False)
    status = serializers.ChoiceField(choices=STATUSES, required=False)


class TableQuerySerializer(serializers.Serializer):
    format = serializers.ChoiceField(choices=list(FORMATS), required=False)
    labels = serializers.BooleanField(required=False, default=False)
    bom = serializers.BooleanField(required=False, default=False)
    separator = serializers.ChoiceField(choices=list(SEPARATORS), required=False, default="comma")
    bounds = serializers.BooleanField(required=False, default=False)


class CatalogQuerySerializer(serializers.Serializer):
    format = serializers.ChoiceField(choices=list(WRITERS), required=False)


class NoQuerySerializer(serializers.Serializer):
    pass


class ListedSerializer(serializers.Serializer):
    """What every list answers; `results` is added by each."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class EditionSerializer(serializers.Serializer):
    id = serializers.CharField(help_text="2026, 2026-Q3, or 2026-r2 for the revision of a year")
    number = serializers.IntegerField()
    cutOffDate = serializers.DateField()
    publishedAt = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(choices=STATUSES)
    method = serializers.CharField()
    base = serializers.IntegerField(help_text="every published value is a multiple of it")
    tables = serializers.ListField(child=serializers.CharField())
    softwareVersion = serializers.CharField()
    manifest = serializers.DictField(child=serializers.CharField(), help_text="SHA-256 of each file of the archive")
    embargoUntil = serializers.DateTimeField(required=False, help_text="only under embargo")
    revisedBy = serializers.CharField(required=False, help_text="only where a revision of this year took its place")
    withdrawnAt = serializers.DateTimeField(required=False, help_text="only where it was withdrawn")
    withdrawnBecause = serializers.CharField(required=False, help_text="only where it was withdrawn")


class EditionsSerializer(ListedSerializer):
    results = EditionSerializer(many=True)


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]


class DimensionSerializer(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    codes = CodeSerializer(many=True)


class ReplacedSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="a former code: editions from before still carry it")
    by = serializers.CharField(help_text="the code that counts in its place")
    since = serializers.IntegerField(help_text="the version of the list in which it was replaced")
    narrower = serializers.BooleanField(help_text="whether that code is only a part of what the former one was")


class VersionedDimensionSerializer(DimensionSerializer):
    version = serializers.IntegerField(help_text="goes up when a code is replaced")
    replaced = ReplacedSerializer(many=True)


class DimensionsSerializer(ListedSerializer):
    results = VersionedDimensionSerializer(many=True)


class CellsSerializer(serializers.Serializer):
    table = serializers.CharField()
    codes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="the codes that are added up; a dimension that is not named counts whole",
    )


class IndicatorSerializer(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    source = serializers.ChoiceField(choices=["register", "survey", "profile"])  # type: ignore[assignment]
    rule = serializers.ChoiceField(choices=["count", "share", "median", "p90", "rate", "organisations"])
    by = serializers.CharField(allow_null=True, help_text="the list for whose codes the figure is given")
    numerator = CellsSerializer(allow_null=True, help_text="none where organisations are counted")
    denominator = CellsSerializer(allow_null=True)
    tables = serializers.ListField(child=serializers.CharField())


class IndicatorsSerializer(ListedSerializer):
    results = IndicatorSerializer(many=True)


class FigurePartSerializer(serializers.Serializer):
    """The figure of one code: of a layer, a function or an item of prevention."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.FloatField(allow_null=True)
    of = serializers.IntegerField(
        allow_null=True, help_text="of how many organisations; of a rate: how many hold the function"
    )
    low = serializers.FloatField(allow_null=True, required=False, help_text="of a rate: it is surely not lower")
    high = serializers.FloatField(allow_null=True, required=False, help_text="of a rate: it is surely not higher")
    reason = serializers.ChoiceField(
        choices=["too_few", "holders_not_known"], allow_null=True, help_text="why there is no value"
    )


class FigureSerializer(serializers.Serializer):
    indicator = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.IntegerField(allow_null=True)
    low = serializers.IntegerField(allow_null=True, help_text="the lowest that it can be, since numbers are rounded")
    high = serializers.IntegerField(
        allow_null=True, help_text="the highest that it can be; null beside a low where there is no end"
    )
    unit = serializers.ChoiceField(choices=["count", "percent", "days", "per_100"])
    reason = serializers.ChoiceField(
        choices=["too_few", "beyond_last_class", "not_counted_then", "only_parts"],
        allow_null=True,
        help_text="why there is no value",
    )
    table = serializers.CharField(allow_null=True, help_text="none where organisations are counted")
    parts = FigurePartSerializer(many=True, required=False, help_text="only of what is given for each code of a list")


class FiguresSerializer(ListedSerializer):
    results = FigureSerializer(many=True)


class TableSerializer(serializers.Serializer):
    edition = serializers.CharField()
    editionStatus = serializers.ChoiceField(choices=STATUSES)
    table = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    dimensions = DimensionSerializer(many=True)
    cells = serializers.ListField(
        child=serializers.DictField(),
        help_text="a cell: the code of each dimension, period, value and status; with `bounds` low and high",
    )
    note = serializers.CharField(required=False, help_text="what to know before using it")


class CubeExtensionSerializer(serializers.Serializer):
    edition = serializers.CharField()
    editionStatus = serializers.ChoiceField(choices=STATUSES)
    table = serializers.CharField()
    base = serializers.IntegerField()
    low = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="with `bounds`")
    high = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="with `bounds`")


class CubeSerializer(serializers.Serializer):
    """A dataset of JSON-stat 2.0."""

    version = serializers.ChoiceField(choices=["2.0"])
    label = serializers.CharField()  # type: ignore[assignment]
    source = serializers.CharField()  # type: ignore[assignment]
    updated = serializers.DateField(required=False)
    id = serializers.ListField(child=serializers.CharField())
    size = serializers.ListField(child=serializers.IntegerField())
    role = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    dimension = serializers.DictField(child=serializers.DictField())
    value = serializers.ListField(child=serializers.IntegerField())
    status = serializers.CharField()
    extension = CubeExtensionSerializer()
    note = serializers.ListField(child=serializers.CharField(), required=False)


# "class" is a keyword of Python and cannot be written as an attribute of the class.
CubeSerializer._declared_fields["class"] = serializers.ChoiceField(choices=["dataset"])


class TokenRequestSerializer(serializers.Serializer):
    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    scope = serializers.CharField(required=False, help_text="figures.ahead; all of the client's where it is left out")
    client_id = serializers.CharField(required=False, help_text="instead of HTTP Basic")
    client_secret = serializers.CharField(required=False, help_text="instead of HTTP Basic")


class TokenSerializer(serializers.Serializer):
    access_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="seconds")
    token_type = serializers.ChoiceField(choices=["Bearer"])
    scope = serializers.CharField(allow_blank=True)


class AuditSerializer(serializers.Serializer):
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
