"""Packs the streams of sound and film into a new file, without tags, covers, locations and names of devices."""

import re
from collections.abc import Iterator
from io import BytesIO

import av
from av.bitstream import BitStreamFilterContext
from av.error import FFmpegError

from .refusal import CannotClean

_CONTAINERS = {"mp3": "mp3", "m4a": "ipod", "mp4": "mp4"}
_CODECS = {
    "audio": {"mp3", "mp3float", "aac", "alac", "opus"},
    "video": {"h264", "hevc", "mpeg4", "av1", "vp9", "libdav1d"},
}
# A film can carry notes between its pictures; those of a dashcam tell where it was and how fast. Only pictures pass.
_ONLY_PICTURES = {
    "h264": "filter_units=pass_types=1-5|7-11|13-15|19-20",
    "hevc": "filter_units=pass_types=0-9|16-21|32-37",
    "av1": "filter_units=remove_types=5|15",
    "libdav1d": "filter_units=remove_types=5|15",
}
_HEVC_HEADERS = {32, 33, 34}
_NOTE = re.compile(rb"\x00\x00\x01\xb2.*?(?=\x00\x00\x01|\Z)", re.DOTALL)  # of MPEG-4 part 2


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    """The new recording and its kind (mp3, m4a or mp4). Raises CannotClean("broken") for what no player could read."""
    out = BytesIO()
    try:
        with av.open(BytesIO(data), format="mp3" if kind == "mp3" else "mov") as source:
            chosen = _chosen(source, kind)
            options = {"write_id3v1": "0", "id3v2_version": "0", "write_xing": "0"} if kind == "mp3" else {}
            with av.open(out, "w", format=_CONTAINERS[kind], options={"fflags": "+bitexact", **options}) as target:
                pairs = {stream.index: _pair(stream, target) for stream in chosen}
                for packet in source.demux(chosen):  # type: ignore[union-attr]
                    stream, sieve = pairs[packet.stream.index]
                    for kept in _sifted(packet, sieve):
                        kept.stream = stream
                        target.mux(kept)
    except (FFmpegError, ValueError, OSError, TypeError, IndexError, EOFError):
        raise CannotClean("broken") from None
    return out.getvalue(), kind


def _chosen(source, kind: str) -> list:
    """The first picture and the first sound. A film of which we would keep only half is refused, not halved."""
    films = [stream for stream in source.streams.video if not stream.disposition & av.stream.Disposition.attached_pic]
    chosen = [*(films[:1] if kind == "mp4" else []), *source.streams.audio[:1]]
    if not chosen or not all(_is_known(stream) for stream in chosen):
        raise CannotClean("broken")
    return chosen


def _is_known(stream) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in _CODECS[stream.type]


def _pair(stream, target):
    """The stream in the new file, and what its packets go through."""
    copy = target.add_stream_from_template(stream, opaque=True)
    copy.metadata.clear()
    name = stream.codec_context.name
    if name == "mpeg4":
        copy.codec_context.extradata = _NOTE.sub(b"", copy.codec_context.extradata or b"")
        return copy, _NOTE
    if name not in _ONLY_PICTURES:
        return copy, None
    sieve = BitStreamFilterContext(_ONLY_PICTURES[name], stream, copy)
    if name == "hevc":  # the filter leaves what stands before the first picture as it was
        units = re.split(rb"\x00*\x00\x00\x01", copy.codec_context.extradata or b"")
        headers = [unit for unit in units if unit and unit[0] >> 1 & 63 in _HEVC_HEADERS]
        copy.codec_context.extradata = b"".join(b"\0\0\0\1" + unit for unit in headers)
    return copy, sieve


def _sifted(packet, sieve) -> Iterator:
    if sieve is _NOTE and packet.dts is not None:
        kept = av.Packet(_NOTE.sub(b"", bytes(packet)))
        kept.pts, kept.dts, kept.time_base = packet.pts, packet.dts, packet.time_base
        kept.duration, kept.is_keyframe = packet.duration, packet.is_keyframe
        yield kept
    elif isinstance(sieve, BitStreamFilterContext):
        yield from sieve.filter(packet if packet.dts is not None else None)
    elif packet.dts is not None:
        yield packet
