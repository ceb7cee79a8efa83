"""Word, Excel and LibreOffice files as those programs save them, with the secret in each place where they put one."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.support.seeds.seed import RAW, SEED, WORDS, Seeded, exif, picture, saved, zipped

_OPEN = "http://schemas.openxmlformats.org"
OFFICE = f"{_OPEN}/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_PACKAGE = f"{_OPEN}/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_W = (
    f'xmlns:w="{_OPEN}/wordprocessingml/2006/main" xmlns:r="{OFFICE}" xmlns:a="{_OPEN}/drawingml/2006/main" '
    f'xmlns:pic="{_OPEN}/drawingml/2006/picture" xmlns:wp="{_OPEN}/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:w14="{_MS}/word/2010/wordml" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_X = f'xmlns="{_OPEN}/spreadsheetml/2006/main" xmlns:r="{OFFICE}" xmlns:xr="{_MS}/spreadsheetml/2014/revision"'


class Part(NamedTuple):
    """`of` is the part that points to this one, by `relation` (its last word, or all of it) and `link`."""

    name: str
    body: bytes | str
    of: str = ""
    relation: str = ""
    type: str = "application/xml"
    link: str = ""
    external: bool = False


def package(*parts: Part, stray: dict[str, bytes | str] | None = None) -> bytes:
    """A package with its lists of types and relationships. `stray` parts are in the file and nothing points to them."""
    types, links = [], {}
    for number, part in enumerate(parts):
        relation = part.relation if "://" in part.relation else f"{OFFICE}/{part.relation}"
        target, mode = (part.name, ' TargetMode="External"') if part.external else (f"/{part.name}", "")
        link = part.link or f"rId{number + 100}"
        row = f'<Relationship Id="{link}" Type="{relation}" Target="{target}"{mode}/>'
        links.setdefault(part.of, []).append(row)
        if not part.external:
            types.append(f'<Override PartName="/{part.name}" ContentType="{part.type}"/>')
    kept_parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="'
        'application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
        f'+xml"/>{"".join(types)}</Types>'
    }
    for owner, rows in links.items():
        folder, _sep, name = owner.rpartition("/")
        at = f"{folder}/_rels/{name}.rels".lstrip("/")
        kept_parts[at] = f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'
    kept_parts |= {part.name: part.body for part in parts if not part.external}
    return zipped({**kept_parts, **(stray or {})})


def word(body: str = "", *parts: Part, stray: dict[str, bytes | str] | None = None) -> bytes:
    """Parts without an owner hang under the text."""
    text = f"<w:document {_W}><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>{body}<w:sectPr/></w:body></w:document>"
    main = Part("word/document.xml", text, "", "officeDocument", f"{_WORD}.document.main+xml")
    return package(
        main,
        *(part if part.of or part.name.startswith("doc") else part._replace(of=main.name) for part in parts),
        stray=stray,
    )


def photo() -> bytes:
    return saved(picture(), "JPEG", comment=RAW, exif=exif())


def shown(link: str, more: str = "") -> str:
    """A picture in the text of Word, named after the file that it came from."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="{SEED}" descr="C:\\{SEED}.jpg"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="{SEED}.jpg" title="{SEED}"/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{link}">{more}</a:blip></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def _core() -> str:
    return f'<p:coreProperties xmlns:p="{_PACKAGE}/metadata/core-properties" xmlns:d="http://purl.org/dc/elements/1.1/"><d:creator>{SEED}</d:creator></p:coreProperties>'


def properties() -> list[Part]:
    """What both Word and Excel put beside the text."""
    xml = f"<a>{SEED}</a>"
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return [
        Part("docProps/core.xml", _core(), "", core),
        Part("docProps/app.xml", xml, "", "extended-properties"),
        Part("docProps/custom.xml", xml, "", "custom-properties"),
        Part("docProps/thumbnail.emf", RAW, "", f"{_PACKAGE}/relationships/metadata/thumbnail", "image/x-emf"),
        Part("docMetadata/LabelInfo.xml", xml, "", f"{_MS}/2020/02/relationships/classificationlabels"),
    ]


def as_word_saves_it() -> bytes:
    xml = f"<a>{SEED}</a>"
    settings = (
        f'<w:settings {_W}><w:attachedTemplate r:id="rIdT"/><w:rsids><w:rsid w:val="{SEED}"/></w:rsids>'
        f'<w:evenAndOddHeaders/><w:docVars><w:docVar w:name="a" w:val="{SEED}"/></w:docVars><w:compat/></w:settings>'
    )
    fonts = f'<w:fonts {_W}><w:font w:name="Eigen"><w:embedRegular r:id="rIdE" w:fontKey="{SEED}"/></w:font></w:fonts>'
    note = f'<w:p w:rsidR="{SEED}" w14:paraId="{SEED}"><w:commentRangeStart w:id="0"/><w:r><w:t>tekst</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    ends = '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    said = f'<w:comments {_W}><w:comment w:id="0" w:author="{SEED}"/></w:comments>'
    foot = f'<w:footnotes {_W}><w:footnote w:id="2"><w:p w:rsidR="{SEED}"><w:r><w:t>voetnoot</w:t></w:r></w:p></w:footnote></w:footnotes>'
    head = f"<w:hdr {_W}><w:p><w:r><w:t>briefhoofd</w:t></w:r></w:p>{shown('rIdP')}</w:hdr>"
    store = f"{OFFICE}/customXml"
    return word(
        note + ends,
        *properties(),
        Part("word/settings.xml", settings, "", "settings", f"{_WORD}.settings+xml"),
        Part(f"file:///C:/{SEED}/brief.dotm", "", "word/settings.xml", "attachedTemplate", link="rIdT", external=True),
        Part("word/webSettings.xml", xml, "", "webSettings"),
        Part("word/styles.xml", f"<w:styles {_W}/>", "", "styles", f"{_WORD}.styles+xml"),
        Part("word/fontTable.xml", fonts, "", "fontTable", f"{_WORD}.fontTable+xml"),
        Part("word/fonts/font1.odttf", RAW, "word/fontTable.xml", "font", "application/x-fontdata", "rIdE"),
        Part("word/theme/theme1.xml", f'<a:theme {_W} name="Office"/>', "", "theme"),
        Part("word/comments.xml", said, "", "comments", f"{_WORD}.comments+xml"),
        Part("word/opmerkingen2.xml", said, "", f"{_MS}/2011/relationships/commentsExtended"),
        Part("word/people.xml", xml, "", f"{_MS}/2011/relationships/people"),
        Part("word/glossary/document.xml", xml, "", "glossaryDocument"),
        Part("word/footnotes.xml", foot, "", "footnotes", f"{_WORD}.footnotes+xml"),
        Part("word/header1.xml", head, "", "header", f"{_WORD}.header+xml"),
        Part("word/media/image1.jpg", photo(), "word/header1.xml", "image", "image/jpeg", "rIdP"),
        Part("customXml/item1.xml", xml, "", store),
        Part("customXml/itemProps1.xml", xml, "customXml/item1.xml", "customXmlProps"),
        Part("word/printerSettings1.bin", RAW, "", "printerSettings", "application/vnd.ms-printersettings"),
    )


def _words() -> Iterator[Seeded]:
    yield Seeded("word: all that Word puts beside a text", as_word_saves_it(), "docx")
    who = f'w:id="1" w:author="{SEED}" w:date="2026-01-01T00:00:00Z"'
    run = "<w:r><w:t>{}</w:t></w:r>".format
    gone = f"<w:r><w:delText>{SEED}</w:delText></w:r>"
    changes = (
        f"<w:p><w:ins {who}>{run('erbij gekomen')}</w:ins><w:del {who}>{gone}</w:del><w:moveFrom {who}>{run(SEED)}"
        f"</w:moveFrom><w:moveTo {who}>{run('verplaatst')}</w:moveTo></w:p><w:p><w:pPr><w:rPr><w:ins {who}/></w:rPr>"
        f"<w:pPrChange {who}><w:pPr/></w:pPrChange></w:pPr></w:p><w:tbl><w:tr><w:trPr><w:del {who}/></w:trPr><w:tc><w:p>"
        f"{run(SEED)}</w:p></w:tc></w:tr><w:tr><w:tc><w:p>{run('rij')}</w:p></w:tc></w:tr></w:tbl>"
    )
    yield Seeded("word: what was taken out while changes were tracked", word(changes), "docx")
    icon = (
        f'<a:extLst><a:ext uri="x"><s:svgBlip xmlns:s="{_MS}/drawing/2016/SVG/main" r:embed="rIdS"/></a:ext></a:extLst>'
    )
    svg = Part("word/media/image2.svg", f"<svg><text>{SEED}</text></svg>", "", "image", "image/svg+xml", "rIdS")
    jpeg = Part("word/media/image1.jpg", photo(), "", "image", "image/jpeg", "rIdP")
    yield Seeded("word: a photo with the name of its file, and a drawing", word(shown("rIdP", icon), jpeg, svg), "docx")
    for suffix, body in (
        ("png", photo()),
        ("gif", saved(picture().convert("P"), "GIF", comment=RAW)),
        ("tif", saved(picture(), "TIFF", description=SEED)),
        ("bmp", saved(picture(), "BMP") + RAW),
    ):
        part = Part(f"word/media/image1.{suffix}", body, "", "image", f"image/{suffix}", "rIdP")
        yield Seeded(f"word: a picture called {suffix}", word(shown("rIdP"), part), "docx")
    fields = (
        f'<w:p><w:r><w:instrText> INCLUDEPICTURE "file:///C:/{SEED}.jpg" </w:instrText></w:r>'
        f'<w:fldSimple w:instr=" LINK Excel.Sheet C:\\\\{SEED}.xlsx "><w:r><w:t>uitkomst</w:t></w:r></w:fldSimple>'
        "<w:r><w:instrText> PAGE </w:instrText></w:r></w:p>"
    )
    yield Seeded("word: fields that remember where they came from", word(fields), "docx")
    elsewhere = Part(f"file:///C:/Users/{SEED}/plan.docx", "", "", "hyperlink", link="rIdF", external=True)
    public = Part("https://www.example.org/", "", "", "hyperlink", link="rIdH", external=True)
    links = "<w:p>{}</w:p>".format(
        "".join(f'<w:hyperlink r:id="{link}">{run("klik hier")}</w:hyperlink>' for link in ("rIdF", "rIdH"))
    )
    yield Seeded("word: a link to a file of the writer", word(links, elsewhere, public), "docx")
    marks = (
        f'<w:p><w:permStart w:id="1" w:ed="{SEED}"/><w:permEnd w:id="1"/><w:r><w:pict><v:shape alt="{SEED}"><v:imagedata '
        f'o:title="{SEED}" src="file:///{SEED}"/></v:shape></w:pict></w:r></w:p>'
    )
    yield Seeded("word: who may write where, and an old drawing", word(marks), "docx")
    stray = {"mimetype": RAW, "word/rest.xml": f"<a>{SEED}</a>", "rest.dat": RAW, "word/media/weg.jpg": photo()}
    yield Seeded("word: parts that nothing points to", word(stray=stray), "docx")
    signed = Part("_xmlsignatures/origin.sigs", RAW, "", f"{_PACKAGE}/relationships/digital-signature/origin")
    yield Seeded("word: signed", package(*_main(), signed), "docx")
    emf = Part("word/media/image1.emf", RAW, "", "image", "image/x-emf", "rIdP")
    yield Seeded("word: a drawing that we cannot make anew", word(shown("rIdP"), emf), refused="embedded")
    far = Part(f"http://a.example/{SEED}.png", "", "", "image", link="rIdP", external=True)
    yield Seeded("word: a picture that tells when it is looked at", word(shown("rIdP"), far), refused="external")
    broken = Part("word/styles.xml", f"<w:styles {_W}>{SEED}", "", "styles")
    yield Seeded("word: cut off inside", word("", broken), refused="broken")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + RAW
    yield Seeded("word: of 1997", old, refused="type")
    yield Seeded("word: with a password", old + "EncryptedPackage".encode("utf-16-le"), refused="encrypted")
    slides = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": f"<a>{SEED}</a>"}
    yield Seeded("presentation", zipped(slides), refused="type")


def _main() -> list[Part]:
    text = f"<w:document {_W}><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p></w:body></w:document>"
    return [Part("word/document.xml", text, "", "officeDocument", f"{_WORD}.document.main+xml")]


def excel(rows: str = "", after: str = "", *parts: Part, book: str = "") -> bytes:
    cells = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{WORDS}</t></is></c></row>{rows}'
    sheet = f'<worksheet {_X} xr:uid="{{{SEED}}}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    workbook = f'<workbook {_X}>{book}<sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    under = "xl/worksheets/sheet1.xml"
    return package(
        Part("xl/workbook.xml", workbook, "", "officeDocument", f"{_SHEET}.sheet.main+xml"),
        Part(under, sheet, "xl/workbook.xml", "worksheet", f"{_SHEET}.worksheet+xml", "rId1"),
        *(part if part.of or part.name.startswith("doc") else part._replace(of=under) for part in parts),
    )


def as_excel_saves_it() -> bytes:
    xml, book = f"<a>{SEED}</a>", "xl/workbook.xml"
    known = (
        f'<fileSharing userName="{SEED}"/><m:AlternateContent xmlns:m="{_OPEN}/markup-compatibility/2006"><m:Choice '
        f'Requires="x15"><x:absPath xmlns:x="{_MS}/spreadsheetml/2010/11/ac" url="C:\\Users\\{SEED}\\"/></m:Choice>'
        f'</m:AlternateContent><xr:revisionPtr documentId="{SEED}"/><customWorkbookViews><customWorkbookView name="{SEED}"/>'
        "</customWorkbookViews>"
    )
    after = (
        f'<protectedRanges><protectedRange name="a" securityDescriptor="{SEED}"/></protectedRanges><scenarios><scenario '
        f'name="a" user="{SEED}"/></scenarios><customSheetViews><customSheetView guid="{SEED}"/></customSheetViews>'
        '<hyperlinks><hyperlink ref="A1" r:id="rIdF"/></hyperlinks><pageSetup paperSize="9" r:id="rIdP"/>'
        '<drawing r:id="rIdD"/><legacyDrawing r:id="rIdV"/><legacyDrawingHF r:id="rIdW"/>'
        '<tableParts count="1"><tablePart r:id="rIdT"/></tableParts>'
    )
    drawing = (
        f'<d:wsDr xmlns:d="{_OPEN}/drawingml/2006/spreadsheetDrawing" xmlns:a="a" xmlns:r="{OFFICE}"><d:pic><d:cNvPr id="2" '
        f'name="{SEED}.jpg" descr="{SEED}"/><a:blip r:embed="rIdJ"/></d:pic></d:wsDr>'
    )
    table = f'<table {_X} id="1" name="T" ref="A1:A2" tableType="queryTable" connectionId="1"><autoFilter ref="A1:A2"/></table>'
    cache = f'<pivotCacheDefinition {_X} refreshedBy="{SEED}" refreshedDate="45000.1"/>'
    vml = "application/vnd.openxmlformats-officedocument.vmlDrawing"
    persons = f"{_MS}/2017/10/relationships"
    return excel(
        "",
        after,
        *properties(),
        Part(f"file:///C:/{SEED}.xlsx", "", "", "hyperlink", link="rIdF", external=True),
        Part("xl/printerSettings/printerSettings1.bin", RAW, "", "printerSettings", link="rIdP"),
        Part("xl/drawings/drawing1.xml", drawing, "", "drawing", link="rIdD"),
        Part("xl/media/image1.jpeg", photo(), "xl/drawings/drawing1.xml", "image", "image/jpeg", "rIdJ"),
        Part("xl/drawings/vmlDrawing1.vml", xml, "", "vmlDrawing", vml, "rIdV"),
        Part("xl/drawings/vmlDrawing2.vml", xml, "", "vmlDrawing", vml, "rIdW"),
        Part("xl/comments1.xml", xml, "", "comments"),
        Part("xl/threadedComments/threadedComment1.xml", xml, "", f"{persons}/threadedComment"),
        Part("xl/tables/table1.xml", table, "", "table", link="rIdT"),
        Part("xl/queryTables/queryTable1.xml", xml, "xl/tables/table1.xml", "queryTable"),
        Part("xl/persons/person.xml", xml, book, f"{persons}/person"),
        Part("xl/calcChain.xml", xml, book, "calcChain"),
        Part("xl/connections.xml", xml, book, "connections"),
        Part("xl/styles.xml", f"<styleSheet {_X}/>", book, "styles"),
        Part("xl/pivotCache/pivotCacheDefinition1.xml", cache, book, "pivotCacheDefinition"),
        Part("customXml/item1.xml", xml, book, "customXml"),
        book=known,
    )


def _excels() -> Iterator[Seeded]:
    yield Seeded("excel: all that Excel puts beside the numbers", as_excel_saves_it(), "xlsx")
    rows = "".join(
        f'<row r="{row}">{"".join(f"<c r={chr(34)}A{row}{chr(34)} s={chr(34)}1{chr(34)}><v>{row * column}</v></c>" for column in range(20))}</row>'
        for row in range(2, 4_000)
    )
    yield Seeded("excel: eighty thousand numbers", excel(rows, "", *properties()), "xlsx")
    far = Part(f"file:///C:/{SEED}.xlsx", "", "xl/workbook.xml", "externalLinkPath", external=True)
    yield Seeded("excel: numbers that are fetched elsewhere", excel("", "", far), refused="external")
    control = Part("xl/activeX/activeX1.bin", RAW, "", "activeXControlBinary")
    yield Seeded("excel: a button with a program", excel("", "", control), refused="macro")


_O = "urn:oasis:names:tc:opendocument:xmlns"
_ODF = (
    f'xmlns:office="{_O}:office:1.0" xmlns:text="{_O}:text:1.0" xmlns:draw="{_O}:drawing:1.0" xmlns:svg="{_O}:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:ooo="http://openoffice.org/2009/office"'
)


def libre(body: str = "", parts: dict[str, bytes | str] | None = None, head: str = "") -> bytes:
    every = parts or {}
    content = f"<office:document-content {_ODF}>{head}<office:body><office:text>{body}<text:p>{WORDS}</text:p></office:text></office:body></office:document-content>"
    listed = "".join(f'<m:file-entry m:full-path="{name}"/>' for name in ("/", "content.xml", *every))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_O}:manifest:1.0">{listed}</m:manifest>',
            **every,
        }
    )


def _libres() -> Iterator[Seeded]:
    xml = f"<a>{SEED}</a>"
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion><dc:creator>{SEED}</dc:creator><text:p>{SEED}</text:p>"
        f'</text:deletion></text:changed-region></text:tracked-changes><text:p>voor<text:change text:change-id="1"/>'
        f'<office:annotation office:name="1"><dc:creator>{SEED}</dc:creator><text:p>{SEED}</text:p></office:annotation>tussen'
        f'<office:annotation-end office:name="1"/>achter</text:p><draw:frame draw:name="a"><draw:image xlink:href="Pictures/1.jpg"/>'
        f'<draw:image xlink:href="Pictures/2.svg"/><svg:title>{SEED}</svg:title><svg:desc>{SEED}</svg:desc></draw:frame>'
        f'<text:p><text:a xlink:href="file:///home/{SEED}/a.odt">eigen bestand</text:a><text:a xlink:href="https://example.org/">plein</text:a></text:p>'
    )
    head = f'<office:scripts/><office:automatic-styles><a ooo:rsid="{SEED}" ooo:paragraph-rsid="{SEED}"/></office:automatic-styles>'
    beside: dict[str, bytes | str] = dict.fromkeys(
        ("meta.xml", "settings.xml", "manifest.rdf", "layout-cache", "eigen.xml"), xml
    )
    beside |= {"Thumbnails/thumbnail.png": RAW, "Configurations2/accelerator/current.xml": xml, "Fonts/1.ttf": RAW}
    beside |= {
        "Pictures/1.jpg": photo(),
        "Pictures/2.svg": f"<svg>{SEED}</svg>",
        "styles.xml": f'<b ooo:rsid="{SEED}" {_ODF}/>',
    }
    beside |= {"META-INF/documentsignatures.xml": xml}
    yield Seeded("libre: all that LibreOffice puts beside a text", libre(body, beside, head), "odt")
    linked = f'<draw:frame><draw:image xlink:href="../../home/{SEED}/foto.jpg"/></draw:frame>'
    yield Seeded("libre: a picture that is elsewhere", libre(linked), refused="external")
    locked = {"META-INF/manifest.xml": '<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'}
    yield Seeded("libre: with a password", libre("", locked), refused="encrypted")
    yield Seeded("libre: wholly packed with a password", libre("", {"encrypted-package": RAW}), refused="encrypted")
    yield Seeded("libre: with a program", libre("", {"Basic/Standard/Module1.xml": xml}), refused="macro")
    yield Seeded("libre: with a sheet inside", libre("", {"Object 1/content.xml": xml}), refused="embedded")
    sheet = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": xml}
    yield Seeded("libre: of another kind", zipped(sheet), refused="type")


def every() -> list[Seeded]:
    return [*_words(), *_excels(), *_libres()]
