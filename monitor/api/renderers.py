from rest_framework.renderers import JSONRenderer


class JSON(JSONRenderer):
    """JSON; an error keeps its own media type."""

    charset = "utf-8"
