"""Checking an Ed25519 signature (RFC 8032) in plain Python, so that nothing has to be installed."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1

Point = tuple[int, int, int, int]  # extended coordinates
ZERO: Point = (0, 1, 1, 0)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of this public key (32 bytes) signed the message (signature: 64 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _same(_times(scalar, BASE), _plus(nonce, _times(challenge, key)))


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _plus(left: Point, other: Point) -> Point:
    a = (left[1] - left[0]) * (other[1] - other[0]) % P
    b = (left[1] + left[0]) * (other[1] + other[0]) % P
    c = 2 * left[3] * other[3] * D % P
    d = 2 * left[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    product = ZERO
    while scalar:
        if scalar & 1:
            product = _plus(product, point)
        point, scalar = _plus(point, point), scalar >> 1
    return product


def _same(left: Point, other: Point) -> bool:
    return (left[0] * other[2] - other[0] * left[2]) % P == 0 and (left[1] * other[2] - other[1] * left[2]) % P == 0


_base = _point(bytes([0x58] + [0x66] * 31))
if _base is None:
    raise ArithmeticError("the base point is not on the curve")
BASE: Point = _base
