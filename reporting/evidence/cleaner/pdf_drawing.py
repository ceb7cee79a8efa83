"""What drawing a page needs: known keys of known things, known operators. All else may tell about somebody."""

import re
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf, Stream, String

from . import images
from .refusal import Refused

_CATEGORIES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties"}
_KEYS = """
Type Subtype Resources BBox Matrix Group FormType OC S CS I K G BC TR
Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask Matte Filter DecodeParms
Predictor Colors Columns EarlyChange EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError
JBIG2Globals ColorTransform
LW LC LJ ML D RI OP op OPM Font FL SM SA BM CA ca AIS TK TR2
ShadingType Background AntiAlias Function Domain Coords Extend BitsPerCoordinate BitsPerFlag VerticesPerRow
PatternType PaintType TilingType XStep YStep Shading ExtGState
FunctionType Range Size BitsPerSample Order Encode C0 C1 N Functions Bounds
WhitePoint BlackPoint Gamma
BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo DW W DW2 W2
CIDToGIDMap FontBBox FontMatrix CharProcs FontName FontStretch FontWeight Flags ItalicAngle Ascent Descent Leading
CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CharSet
Length1 Length2 Length3 BaseEncoding Differences CMapName WMode UseCMap Registry Ordering Supplement
OCGs P VE
"""
_NEEDED = {f"/{key}" for key in _KEYS.split()}
_WORDS = {"/Registry", "/Ordering", "/CharSet"}  # strings that drawing needs
_SHOWS = {"Tj", "TJ", "'", '"'}
_OPERATORS = """
w J j M d ri i gs q Q cm m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* d0 d1
CS cs SC SCN sc scn G g RG rg K k sh Do
"""
_KNOWN = _SHOWS | {"EMC"} | set(_OPERATORS.split())
_NUMBERS = {int, Decimal}
_INLINE = {"/BitsPerComponent", "/ColorSpace", "/Decode", "/DecodeParms", "/Filter", "/Height", "/ImageMask"}
_INLINE |= {"/Intent", "/Interpolate", "/Length", "/Width", "/Type", "/Subtype"}
_DEVICES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_IN_MODE = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}


class Drawing:
    """Cleans in place what the pages of `pdf` are drawn with. Raises Refused("picture_in_pdf") and what pikepdf raises."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._seen: dict[tuple[int, int], object] = {}
        self._layers: list = []

    def content(self, drawn) -> bytes:
        """The instructions of a page or form, without comments, unknown operators and notes between the lines."""
        kept: list[Any] = []
        for instruction in pikepdf.parse_content_stream(drawn):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                _check_inline(instruction.iimage)
                kept.append(instruction)
                continue
            name = str(instruction.operator)
            if name in {"BMC", "BDC"}:
                layer = (
                    name == "BDC" and instruction.operands[0] == Name.OC and isinstance(instruction.operands[1], Name)
                )
                kept.append(instruction if layer else ([Name.Span], Operator("BMC")))
            elif name in _KNOWN:
                operands = instruction.operands
                plain = _allowed(name, operands)
                kept.append(instruction if len(plain) == len(operands) else (plain, instruction.operator))
        return pikepdf.unparse_content_stream(kept)

    def keep_resources(self, resources: Dictionary | Stream) -> None:
        for category in list(resources.keys()):
            entries = resources[category]
            if category not in _CATEGORIES or not isinstance(entries, Dictionary):
                del resources[category]
                continue
            for name in list(entries.keys()):
                if category == "/Properties" and not _is_layer(entries[name]):
                    del entries[name]
                else:
                    entries[name] = self.needed(entries[name])

    def needed(self, found, key: str = ""):
        """`found` with only what drawing needs. `key` is where it hangs."""
        if isinstance(found, String):
            return found if key in _WORDS else String("")
        if not isinstance(found, Array | Dictionary | Stream):
            return found
        known = found.objgen if found.is_indirect else None
        if known in self._seen:
            return self._seen[known]
        if known:
            self._seen[known] = found
        kept = self._list(found) if isinstance(found, Array) else self._table(found, key)
        if known:
            self._seen[known] = kept
        return kept

    def layers(self) -> Dictionary | None:
        """Which layers are shown and which are not; their names and programs' habits stay behind."""
        found = self._pdf.Root.get("/OCProperties")
        if not self._layers or not isinstance(found, Dictionary):
            return None
        used = {one.objgen for one in self._layers}
        shown = Dictionary()
        default = found.get("/D", Dictionary())
        for key in ("/ON", "/OFF"):
            if isinstance(default.get(key), Array):
                shown[key] = Array([one for one in default[key] if one.objgen in used])
        if default.get("/BaseState") in (Name.ON, Name.OFF):
            shown.BaseState = default.BaseState
        return Dictionary(OCGs=Array(self._layers), D=shown)

    def _list(self, found: Array):
        kind = found[0] if len(found) else None
        if kind == Name.ICCBased:  # a profile is named after a device, a program or a person
            other = found[1].get("/Alternate")
            return self.needed(other) if isinstance(other, Array) else _DEVICES[int(found[1].N)]
        if kind in (Name.Indexed, Name.I) and len(found) == 4:
            found[1] = self.needed(found[1])
            if isinstance(found[3], Stream):
                found[3] = self.needed(found[3])
            return found
        if kind == Name.DeviceN:
            found = Array(list(found)[:4])
        for place, one in enumerate(list(found)):
            found[place] = self.needed(one)
        return found

    def _table(self, found: Dictionary | Stream, key: str):
        if key == "/Resources":
            self.keep_resources(found)
            return found
        if key == "/CharProcs":
            for name in list(found.keys()):
                found[name] = self.needed(found[name], "/CharProc")
            return found
        if found.get("/Type") == Name.OCG:
            for one in set(found.keys()) - {"/Type"}:
                del found[one]
            found.Name = String("")
            self._layers.append(found)
            return found
        for name in list(found.keys()):
            value = found[name]
            if name == "/Length":
                continue
            if name not in _NEEDED or (isinstance(value, String) and name not in _WORDS):
                del found[name]
            else:
                found[name] = self.needed(value, name)
        if isinstance(found, Stream):
            self._rewrite(found, key)
        return found

    def _rewrite(self, found: Stream, key: str) -> None:
        if found.get("/Subtype") == Name.Image:
            self._repaint(found)
        elif found.get("/Subtype") == Name.Form or found.get("/PatternType") == 1 or key == "/CharProc":
            found.write(self.content(found))
        elif found.get("/FunctionType") == 4 or found.get("/Type") == Name.CMap or key == "/ToUnicode":
            found.write(re.sub(rb"%[^\r\n]*", b"", found.read_bytes()))

    def _repaint(self, image: Stream) -> None:
        """A picture that carries its own file format may carry that format's notes too. It keeps its size and place."""
        found = image.get("/Filter")
        names = [str(one) for one in found] if isinstance(found, Array) else [str(found)]
        kind = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}.get(names[-1] if names else "")
        if kind is None:
            return
        raw = image.read_raw_bytes()
        if len(names) > 1:  # packed once more
            raw = Stream(self._pdf, raw, Filter=Array([Name(one) for one in names[:-1]])).read_bytes()
        try:
            made, mode = images.same_samples(raw, kind)
        except Refused:
            raise Refused("picture_in_pdf") from None
        if kind == "JPEG2000":
            indexed = isinstance(image.get("/ColorSpace"), Array) and image.ColorSpace[0] in (Name.Indexed, Name.I)
            if indexed or mode not in _IN_MODE:
                raise Refused("picture_in_pdf")
            image.ColorSpace, image.BitsPerComponent = _IN_MODE[mode], 8
            if "/Decode" in image:
                del image["/Decode"]
        image.write(made, filter=Name.DCTDecode)
        if "/DecodeParms" in image:
            del image["/DecodeParms"]


def _is_layer(found) -> bool:
    return isinstance(found, Dictionary) and found.get("/Type") in (Name.OCG, Name.OCMD)


def _allowed(name: str, operands) -> list:
    if name in _SHOWS:
        return operands[-3:] if name == '"' else operands[-1:]
    return [one for one in operands if type(one) in _NUMBERS or not isinstance(one, String | Dictionary)]


def _check_inline(image) -> None:
    strange = set(image.obj.keys()) - _INLINE
    if strange or {"/DCTDecode", "/DCT", "/JPXDecode"} & set(image.filters):
        raise Refused("picture_in_pdf")
