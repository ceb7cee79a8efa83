"""Keeps of a page only what drawing it needs: known keys and known operators. All else may tell about somebody."""

import re
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf, Stream, String

from . import images
from .refusal import CannotClean

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
    """Cleans, within `pdf`, what its pages are drawn with. Raises CannotClean("picture_in_pdf") and what pikepdf
    raises."""

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
        """Keep of the resources of a page or form what drawing needs; the others are taken out of `resources`."""
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

    def needed(self, value, key: str = ""):
        """`value` with only what drawing needs. `key` is the key of the dictionary under which it stands."""
        if isinstance(value, String):
            return value if key in _WORDS else String("")
        if not isinstance(value, Array | Dictionary | Stream):
            return value
        known = value.objgen if value.is_indirect else None
        if known in self._seen:
            return self._seen[known]
        if known:
            self._seen[known] = value
        kept = self._list(value) if isinstance(value, Array) else self._table(value, key)
        if known:
            self._seen[known] = kept
        return kept

    def layers(self) -> Dictionary | None:
        """Which layers are shown and which are hidden; their names, and what programs add to them, are left out."""
        properties = self._pdf.Root.get("/OCProperties")
        if not self._layers or not isinstance(properties, Dictionary):
            return None
        used = {layer.objgen for layer in self._layers}
        shown = Dictionary()
        default = properties.get("/D", Dictionary())
        for key in ("/ON", "/OFF"):
            if isinstance(default.get(key), Array):
                shown[key] = Array([layer for layer in default[key] if layer.objgen in used])
        if default.get("/BaseState") in (Name.ON, Name.OFF):
            shown.BaseState = default.BaseState
        return Dictionary(OCGs=Array(self._layers), D=shown)

    def _list(self, array: Array):
        kind = array[0] if len(array) else None
        if kind == Name.ICCBased:  # a profile is named after a device, a program or a person
            other = array[1].get("/Alternate")
            return self.needed(other) if isinstance(other, Array) else _DEVICES[int(array[1].N)]
        if kind in (Name.Indexed, Name.I) and len(array) == 4:
            array[1] = self.needed(array[1])
            if isinstance(array[3], Stream):
                array[3] = self.needed(array[3])
            return array
        if kind == Name.DeviceN:
            array = Array(list(array)[:4])
        for index, value in enumerate(list(array)):
            array[index] = self.needed(value)
        return array

    def _table(self, table: Dictionary | Stream, key: str):
        if key == "/Resources":
            self.keep_resources(table)
            return table
        if key == "/CharProcs":
            for name in list(table.keys()):
                table[name] = self.needed(table[name], "/CharProc")
            return table
        if table.get("/Type") == Name.OCG:
            for entry in set(table.keys()) - {"/Type"}:
                del table[entry]
            table.Name = String("")
            self._layers.append(table)
            return table
        for name in list(table.keys()):
            value = table[name]
            if name == "/Length":
                continue
            if name not in _NEEDED or (isinstance(value, String) and name not in _WORDS):
                del table[name]
            else:
                table[name] = self.needed(value, name)
        if isinstance(table, Stream):
            self._rewrite(table, key)
        return table

    def _rewrite(self, stream: Stream, key: str) -> None:
        if stream.get("/Subtype") == Name.Image:
            self._repaint(stream)
        elif stream.get("/Subtype") == Name.Form or stream.get("/PatternType") == 1 or key == "/CharProc":
            stream.write(self.content(stream))
        elif stream.get("/FunctionType") == 4 or stream.get("/Type") == Name.CMap or key == "/ToUnicode":
            stream.write(re.sub(rb"%[^\r\n]*", b"", stream.read_bytes()))

    def _repaint(self, image: Stream) -> None:
        """Paint a picture anew that has a file format of its own, since that can carry notes. It keeps its size."""
        filters = image.get("/Filter")
        names = [str(filter_name) for filter_name in filters] if isinstance(filters, Array) else [str(filters)]
        kind = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}.get(names[-1] if names else "")
        if kind is None:
            return
        raw = image.read_raw_bytes()
        if len(names) > 1:  # packed once more
            raw = Stream(self._pdf, raw, Filter=Array([Name(filter_name) for filter_name in names[:-1]])).read_bytes()
        try:
            samples, mode = images.same_samples(raw, kind)
        except CannotClean:
            raise CannotClean("picture_in_pdf") from None
        if kind == "JPEG2000":
            indexed = isinstance(image.get("/ColorSpace"), Array) and image.ColorSpace[0] in (Name.Indexed, Name.I)
            if indexed or mode not in _IN_MODE:
                raise CannotClean("picture_in_pdf")
            image.ColorSpace, image.BitsPerComponent = _IN_MODE[mode], 8
            if "/Decode" in image:
                del image["/Decode"]
        image.write(samples, filter=Name.DCTDecode)
        if "/DecodeParms" in image:
            del image["/DecodeParms"]


def _is_layer(value) -> bool:
    return isinstance(value, Dictionary) and value.get("/Type") in (Name.OCG, Name.OCMD)


def _allowed(name: str, operands) -> list:
    if name in _SHOWS:
        return operands[-3:] if name == '"' else operands[-1:]
    return [
        operand for operand in operands if type(operand) in _NUMBERS or not isinstance(operand, String | Dictionary)
    ]


def _check_inline(image) -> None:
    strange = set(image.obj.keys()) - _INLINE
    if strange or {"/DCTDecode", "/DCT", "/JPXDecode"} & set(image.filters):
        raise CannotClean("picture_in_pdf")
