"""Photos, films, sound, mail and text that carry the secret where their programs and machines put one."""

import contextlib
import io
import os
import struct
import zlib
from collections.abc import Iterator

import av
import numpy
from PIL import Image

from tests.support.seeds.seed import RAW, SEED, WORDS, Seeded, exif, picture, saved, zipped
from tests.support.seeds.seeded_documents import sound


def every() -> list[Seeded]:
    return [*_photos(), *_films(), *_sounds(), *_mails(), *_texts()]


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def under_nothing() -> Image.Image:
    """A picture with the secret in dots that are wholly see-through, as an eraser leaves them."""
    image = picture("RGBA")
    dots = RAW.ljust(30, b".")
    for place in range(10):
        image.putpixel((place, 0), (*dots[place * 3 : place * 3 + 3], 0))
    return image


def _photos() -> Iterator[Seeded]:
    plain = saved(picture(), "JPEG", quality=90)
    small = b"JFXX\0\x13" + bytes([8, 2]) + RAW.ljust(48, b"\0")
    yield Seeded("jpg: a small picture in its head", plain[:20] + _segment(0xE0, small) + plain[20:], "jpg")
    yield Seeded(
        "jpg: with notes that are no notes",
        plain[:2] + _segment(0xE1, b"Exif\0\0MM\0*\xff\xff" + RAW) + plain[2:],
        "jpg",
    )
    thumbnail = saved(picture().resize((24, 16)), "JPEG", comment=RAW)
    ifd1 = (
        b"Exif\0\0II*\0\x08\0\0\0\0\0\x0e\0\0\0\x02\0"
        + struct.pack("<HHII", 0x201, 4, 1, 44)
        + struct.pack("<HHII", 0x202, 4, 1, len(thumbnail))
        + bytes(6)
    )
    yield Seeded(
        "jpg: the small picture of its camera", plain[:2] + _segment(0xE1, ifd1 + thumbnail) + plain[2:], "jpg"
    )
    both = saved(picture(), "MPO", save_all=True, append_images=[picture().rotate(180)], comment=RAW, exif=exif())
    yield Seeded("jpg: two pictures of a depth camera", both, "jpg")
    yield Seeded("jpg: that comes in steps", saved(picture(), "JPEG", progressive=True, comment=RAW), "jpg")
    yield Seeded("jpg: dots between its parts", plain[:-2] + _segment(0xFE, RAW) + plain[-2:], "jpg")
    flat = saved(picture(), "PNG")
    many = (
        _chunk(b"tIME", struct.pack(">HBBBBB", 2026, 1, 1, 1, 1, 1))
        + _chunk(b"sPLT", RAW + b"\0\x08" + bytes(6))
        + _chunk(b"tEXt", b"Author\0" + RAW)
    )
    yield Seeded("png: a time, a palette and an author", flat[:33] + many + flat[33:], "png")
    yield Seeded(
        "png: notes behind the dots",
        flat[:-12] + _chunk(b"eXIf", exif()[6:]) + _chunk(b"zTXt", b"a\0\0" + zlib.compress(RAW)) + flat[-12:],
        "png",
    )
    yield Seeded("png: what an eraser left", saved(under_nothing(), "PNG"), "png")
    yield Seeded("webp: what an eraser left", saved(under_nothing(), "WEBP", lossless=True, exact=True), "webp")
    webp = saved(picture(), "WEBP")
    own = b"weEr" + struct.pack("<I", len(RAW) + len(RAW) % 2) + RAW.ljust(len(RAW) + len(RAW) % 2)
    yield Seeded(
        "webp: with a part of its own", b"RIFF" + struct.pack("<I", len(webp) - 8 + len(own)) + webp[8:] + own, "webp"
    )
    grey = Image.fromarray((numpy.arange(96 * 64, dtype=numpy.uint16) * 10).reshape(64, 96))
    notes = _chunk(b"tEXt", b"Author\0" + RAW)
    deep = saved(grey, "PNG")
    yield Seeded("png: grey of sixteen bits", deep[:33] + notes + deep[33:], "png")
    wide = saved(Image.new("L", (8160, 6144), 128), "JPEG", comment=RAW, quality=30)
    yield Seeded("jpg: fifty million dots of a phone", wide, "jpg")
    yield Seeded("bmp", saved(picture(), "BMP"), refused="type")
    yield Seeded("gif: of letters only", b"GIF89a=1;alert('" + RAW + b"')", refused="type")


def _noted(codec: str) -> bytes:
    """What a dashcam writes between the pictures: place, speed, number plate."""
    note = bytes(16) + RAW
    return {
        "libx264": b"\0\0\0\1\x06\x05" + bytes([len(note)]) + note + b"\x80",
        "libx265": b"\0\0\0\1\x4e\x01\x05" + bytes([len(note)]) + note + b"\x80",
        "mpeg4": b"\0\0\1\xb2" + RAW,
    }.get(codec, b"")


@contextlib.contextmanager
def _usual_priority() -> Iterator[None]:
    """The AV1 encoder makes a thread of root a real-time one, and never takes that back."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


@_usual_priority()
def film(codec: str, *, with_sound: str = "", **metadata: str) -> bytes:
    """A second of film; its packets and its tags carry the secret."""
    out, title = io.BytesIO(), {"title": SEED, "location": "+52.0+5.0/", "comment": SEED, **metadata}
    with av.open(
        out, "w", format="mov" if with_sound.startswith("pcm") else "mp4", options={"movflags": "use_metadata_tags"}
    ) as target:
        target.metadata.update(title)
        stream = target.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.metadata["handler_name"] = SEED
        spoken = target.add_stream(with_sound, rate=44100) if with_sound else None
        for _number in range(10):
            for packet in stream.encode(av.VideoFrame.from_image(picture())):
                target.mux(_with_note(packet, codec))
        for packet in stream.encode():
            target.mux(_with_note(packet, codec))
        for start in range(0, 44100 if spoken else 0, 1024):
            tone = (numpy.sin(numpy.arange(start, start + 1024) / 20) * 9000).astype(numpy.int16)
            frame = av.AudioFrame.from_ndarray(tone[None], "s16", "mono")
            frame.sample_rate = 44100
            target.mux(spoken.encode(frame))
        if spoken:
            target.mux(spoken.encode())
    return out.getvalue()


def _with_note(packet: av.Packet, codec: str) -> av.Packet:
    noted = av.Packet(_noted(codec) + bytes(packet))
    noted.pts, noted.dts, noted.time_base, noted.duration = packet.pts, packet.dts, packet.time_base, packet.duration
    noted.is_keyframe, noted.stream = packet.is_keyframe, packet.stream
    return noted


def turned(data: bytes) -> bytes:
    """The same film, held upright: players turn it by a table in the head."""
    start = data.index(b"tkhd") + 44
    upright = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 64 << 16, 0, 0x40000000)
    return data[:start] + upright + data[start + 36 :]


def _boxed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def in_head(data: bytes, more: bytes) -> bytes:
    """Puts a box at the end of the `moov` box, which is the last of the file."""
    start = data.rindex(b"moov") - 4
    size = struct.unpack(">I", data[start : start + 4])[0]
    assert start + size == len(data)
    return data[:start] + struct.pack(">I", size + len(more)) + data[start + 4 :] + more


def _films() -> Iterator[Seeded]:
    for codec in ("libx264", "libx265", "mpeg4", "libsvtav1", "libvpx-vp9"):
        yield Seeded(f"film: {codec} with notes between its pictures", film(codec, with_sound="aac"), "mp4")
    yield Seeded("film: that was held upright", turned(film("libx264", with_sound="aac")), "mp4")
    place = _boxed(b"udta", _boxed(b"\xa9xyz", struct.pack(">HH", len(RAW), 0) + RAW))
    yield Seeded("film: the place of a phone", in_head(film("libx264"), place), "mp4")
    quick = bytearray(film("libx264", with_sound="aac"))
    quick[8:12] = b"qt  "
    yield Seeded("film: of an iPhone", bytes(quick), "mp4")
    yield Seeded("film: of which we know only the picture", film("mpeg4", with_sound="pcm_s16le"), refused="broken")


def _sounds() -> Iterator[Seeded]:
    cover = b"\0image/jpeg\0\x03\0" + saved(picture(), "JPEG", comment=RAW)
    frame = b"APIC" + struct.pack(">I", len(cover)) + b"\0\0" + cover
    size = len(frame)
    head = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    yield Seeded("sound: mp3 with a cover", head + frame + sound("mp3", title=SEED), "mp3")
    data = _boxed(b"data", struct.pack(">II", 13, 0) + saved(picture(), "JPEG", comment=RAW))
    who = _boxed(b"\xa9too", _boxed(b"data", struct.pack(">II", 1, 0) + RAW))
    listed = _boxed(b"ilst", _boxed(b"covr", data) + who)
    reader = _boxed(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    meta = _boxed(b"udta", _boxed(b"meta", bytes(4) + reader + listed))
    yield Seeded("sound: m4a with a cover and a device", in_head(sound("ipod"), meta), "m4a")
    yield Seeded("sound: that is packed otherwise", b"OggS" + bytes(60) + RAW, refused="type")


def _mails() -> Iterator[Seeded]:
    head = (
        f"From: Boze Burger <b@example.org>\r\nTo: {SEED} <r@example.org>\r\nCc: {SEED}@example.org\r\nSubject: Pas op\r\n"
        f"Date: Mon, 23 Nov 2026 23:10:00 +0100\r\nReply-To: {SEED}@example.org\r\n"
    )
    way = "".join(
        f"Received: from m{number}.{SEED}.example by b.example with SMTP id {number};\r\n\tMon, 23 Nov 2026 23:10:00 +0100\r\n"
        f"ARC-Authentication-Results: i={number}; mx.example; dkim=pass header.d=example.org; spf=pass smtp.rcpt={SEED}\r\n"
        for number in range(60)
    )
    body = f"\r\n{WORDS}\r\n"
    yield Seeded("mail: with a long way", (way + head + body).encode(), "eml")
    yield Seeded(
        "mail: after empty lines", ("\r\n\r\n" + way[:500].rsplit("\r\n", 1)[0] + "\r\n" + head + body).encode(), "eml"
    )
    yield Seeded("mail: with a mark at its start", (head + body).encode("utf-8-sig"), "eml")
    yield Seeded("mail: in UTF-16", (head + body).encode("utf-16"), "eml")
    box = f"From {SEED}@example.org Mon Nov 23 23:10:00 2026\r\n{head}{body}"
    yield Seeded("mail: out of a mailbox", box.encode(), "eml")
    yield Seeded("mail: a whole mailbox", (box + "\r\n" + box).encode(), refused="archive")
    strange = f"Content-Type: text/plain; charset=x-onbekend\r\n{body}"
    yield Seeded("mail: in letters that nobody knows", (head + strange).encode(), "eml")
    declared = f'Content-Type: text/html; charset=utf-8\r\n\r\n<?xml version="1.0" encoding="utf-8"?><!-- {SEED} --><html><head><meta name="a" content="{SEED}"/></head><body><p>{WORDS}</p><p class="{SEED}">tweede</p><img src="http://a.example/{SEED}.gif"/></body></html>'
    yield Seeded("mail: a page that declares itself", (head + declared).encode(), "eml")
    parts = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary="x"; protocol="application/pkcs7-signature"\r\n\r\n--x\r\n'
        f'Content-Type: multipart/mixed; boundary="y"\r\n\r\n--y\r\nContent-Type: text/plain\r\nX-Van: {SEED}\r\n\r\n{WORDS}\r\n--y\r\n'
        f"Content-Type: message/rfc822\r\n\r\nReceived: from {SEED}\r\nFrom: c@example.org\r\nTo: {SEED}@example.org\r\n\r\n{SEED}\r\n"
        f'--y\r\nContent-Type: image/jpeg; name="{SEED}.jpg"\r\n\r\n{SEED}\r\n--y--\r\n--x\r\n'
        f'Content-Type: application/pkcs7-signature; name="{SEED}.p7s"\r\n\r\n{SEED}\r\n--x--\r\n'
    )
    yield Seeded("mail: signed, with a mail and a photo", (head + parts).encode(), "eml")


def _texts() -> Iterator[Seeded]:
    hidden = "".join(chr(0xE0100 + byte) for byte in RAW) + "\u200b\u200d\u2060\ufeff"
    yield Seeded("text: with a mark that nobody sees", f"{WORDS}{hidden}".encode("utf-8-sig"), "txt")
    yield Seeded("text: with hard spaces and pages", f"\u00a0{WORDS}\u202fop\u00a0pagina\f2".encode(), "txt")
    yield Seeded(
        "text: made for a word processor",
        b"{\\rtf1{\\info{\\author " + RAW + b"}}" + WORDS.encode() + b"}",
        refused="type",
    )
    yield Seeded("text: made for a printer", b"%!PS-Adobe\n%%Creator: " + RAW, refused="type")
    yield Seeded("page: with a mark at its start", f"\ufeff<html><!-- {SEED} --></html>".encode(), refused="type")
    yield Seeded("program of Java", zipped({"META-INF/MANIFEST.MF": RAW}), refused="archive")
