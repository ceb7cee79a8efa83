"""Sound and film: the streams are packed into a new file, without tags, covers, places and names of devices."""

from io import BytesIO

import av
from av.error import FFmpegError

from .refusal import Refused

_CONTAINERS = {"mp3": "mp3", "m4a": "ipod", "mp4": "mp4"}
_CODECS = {
    "audio": {"mp3", "mp3float", "aac", "alac", "opus"},
    "video": {"h264", "hevc", "mpeg4", "av1", "vp9", "libdav1d"},
}


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    made = BytesIO()
    try:
        with av.open(BytesIO(data), format="mp3" if kind == "mp3" else "mov") as source:
            chosen = [one for one in (*source.streams.video[:1], *source.streams.audio[:1]) if _is_known(one)]
            chosen = [one for one in chosen if not one.disposition & av.stream.Disposition.attached_pic]
            if kind != "mp4":
                chosen = [one for one in chosen if one.type == "audio"]
            if not chosen:
                raise Refused("broken")
            options = {"write_id3v1": "0", "id3v2_version": "0", "write_xing": "0"} if kind == "mp3" else {}
            with av.open(made, "w", format=_CONTAINERS[kind], options={"fflags": "+bitexact", **options}) as target:
                pairs = {one.index: target.add_stream_from_template(one) for one in chosen}
                for pair in pairs.values():
                    pair.metadata.clear()
                for packet in source.demux(chosen):  # type: ignore[union-attr]
                    if packet.dts is None:
                        continue
                    packet.stream = pairs[packet.stream.index]
                    target.mux(packet)
    except (FFmpegError, ValueError, OSError, TypeError, IndexError, EOFError):
        raise Refused("broken") from None
    return made.getvalue(), kind


def _is_known(stream) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in _CODECS[stream.type]
