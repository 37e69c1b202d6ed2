"""Files are what their names say, or are refused with a reason."""

import io
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest

from shared.contracts.problems import Refused
from shared.documents.reading import MOST_BYTES, check_type, decode, load, read_document

TEXT = "崇海区水务局文件\n崇水务〔2023〕40号\n"


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_document(name, data)
    assert caught.value.detail
    return str(caught.value.code)


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("崇海区水务局文件")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "发文字号", "崇水务〔2023〕40号"
    document.add_paragraph("各镇：")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_pdf(text: str) -> bytes:
    """A page whose font names each sign by its UTF-16 code and says so (ToUnicode)."""
    codes = text.encode("utf-16-be").hex().upper()
    stream = f"BT /F1 12 Tf 72 700 Td <{codes}> Tj ET" if text else ""
    cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> "
    cmap += "endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        (
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/FontDescriptor 8 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
        ),
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
        "<</Type/FontDescriptor/FontName/A/Flags 4/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 1/Descent 0/CapHeight 1>>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (body + f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").encode("latin-1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    assert read_document("a.txt", TEXT.encode(encoding)).text == TEXT


def test_bytes_that_are_no_chinese_text_are_not_guessed_at() -> None:
    with pytest.raises(Refused) as caught:
        decode(bytes(range(0x80, 0x100)))

    assert str(caught.value.code) == "ENCODING_UNKNOWN"


def test_a_docx_is_read_in_order_with_its_tables() -> None:
    read = read_document("a.DOCX", a_docx())

    assert read.text == "崇海区水务局文件\n发文字号\t崇水务〔2023〕40号\n各镇："


def test_the_text_layer_of_a_pdf_is_read_without_radicals() -> None:
    assert read_document("a.pdf", a_pdf("崇海区水务局⽂件")).text.strip() == "崇海区水务局文件"


def test_a_scan_has_no_text() -> None:
    assert refusal("a.pdf", a_pdf("")) == "NO_TEXT"


def test_an_encrypted_pdf_is_named_so() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(a_pdf("密")))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    assert refusal("a.pdf", out.getvalue()) == "FILE_ENCRYPTED"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", a_pdf("文"), "FILE_TYPE_MISMATCH"),
        ("a.pdf", a_docx(), "FILE_TYPE_MISMATCH"),
        ("a.txt", a_docx(), "FILE_TYPE_MISMATCH"),
        ("a.txt", b"<!DOCTYPE html><html></html>", "FILE_TYPE_MISMATCH"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "FILE_TYPE_MISMATCH"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "FILE_ENCRYPTED"),
        ("a.docx", b"PK\x03\x04 and nothing more", "FILE_DAMAGED"),
        ("a.pdf", b"%PDF-1.7 and nothing more", "FILE_DAMAGED"),
        ("a.exe", b"MZ", "FILE_TYPE_UNKNOWN"),
        ("a.csv", b"a,b", "FILE_TYPE_UNKNOWN"),
        ("a.txt", b" \n", "FILE_EMPTY"),
        ("a.txt", b"a" * (MOST_BYTES + 1), "FILE_TOO_LARGE"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(name: str, data: bytes, code: str) -> None:
    assert refusal(name, data) == code


def test_a_package_that_unpacks_to_too_much_is_never_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\x00" * (20 * 1024 * 1024))

    assert refusal("a.docx", out.getvalue()) == "FILE_INFLATES"


def test_a_package_of_another_kind_is_no_docx() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")

    assert refusal("a.docx", out.getvalue()) == "FILE_TYPE_MISMATCH"
    assert check_type("a.xlsx", out.getvalue()) == ".xlsx"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    with pytest.raises(Refused) as caught:
        load(path)

    assert str(caught.value.code) == "FILE_TOO_LARGE"
