from rest_framework.renderers import BaseRenderer, JSONRenderer

from monitor.api.problems import MEDIA_TYPE


class JSON(JSONRenderer):
    """JSON; an error keeps its own media type."""

    charset = "utf-8"


class CSV(BaseRenderer):
    """A table that the view made into CSV text. An error asked for as CSV is a problem in JSON all the same."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return JSONRenderer().render(data, MEDIA_TYPE, renderer_context)
