"""The report as PDF: whole, readable in both languages, and refused where it can't be printed."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.command_results import told
from tests.conftest import missing
from tests.training.short_runs import ROOT, learn
from tests.worlds import SmallWorld
from training.report.model_words import LANGUAGES, words_of
from training.report.page_parts import PARTS
from training.report.printing import NoPrinting, print_page, require_printing

LARGEST = 5_000_000
FEW = ["claim_terms", "conduct", "open_claims"]
"""Relations that are enough to fill a page."""

A4 = (595, 842)
"""In points."""


@dataclass
class Printed:
    """The folder of the pages of a run, and the id of its bundle."""

    pages: Path
    bundle: str

    def path(self, language: str) -> Path:
        return self.pages / f"{self.bundle}.{language}.pdf"

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """By language the text of every page."""
        return {
            language: [plain(page.extract_text()) for page in PdfReader(self.path(language)).pages]
            for language in LANGUAGES
        }


@pytest.fixture(scope="module")
def printer() -> None:
    """A machine that can print."""
    try:
        require_printing(ROOT)
    except NoPrinting as fault:
        missing(str(fault))


@pytest.fixture(scope="module")
def printed(
    printer: None, small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory
) -> Printed:
    """What the command prints of a short run."""
    folder = tmp_path_factory.mktemp("printed")
    demo = (ROOT / "recipes" / "demo.toml").read_text(encoding="utf-8")
    short = re.sub(r"rounds = \d+\n.*", "rounds = 10\nadditive_rounds = [10]", demo)
    short = re.sub(r"relations = \[[^]]*\]", f"relations = {FEW}", short)
    (folder / "short.toml").write_text(short, encoding="utf-8")
    periods = ("--train-until", "2026-02-17", "--test-until", "2026-06-17")

    result = learn(
        *(folder / "short.toml", "--db", small_world.url, *periods),
        *("--out", folder / "bundles", "--pages", folder / "pages", "--pdf"),
    )

    assert result.exit_code == 0, result.output
    return Printed(folder / "pages", Path(result.stdout.strip()).name)


def plain(text: str) -> str:
    """Without blanks: a line of Chinese breaks anywhere."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_page_can_be_read_in_the_pdf(printed: Printed, language: str) -> None:
    words, text = words_of(language), "".join(printed.texts[language])

    told = PdfReader(printed.path(language)).metadata

    assert told is not None
    assert told.title == f"{words['title']}: {printed.bundle}"
    for part in ("title", "summary", *PARTS):
        assert plain(words[part]) in text, part
    for note in ("grades_note", "moved_note", "contest_note", "examples_note"):
        assert plain(words[note]) in text, note


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_a4_and_numbered_and_none_is_empty(printed: Printed, language: str) -> None:
    path = printed.path(language)
    boxes = [page.mediabox for page in PdfReader(path).pages]

    assert 6 <= len(boxes) <= 30
    assert {(round(box.width), round(box.height)) for box in boxes} == {A4}
    for number, text in enumerate(printed.texts[language], start=1):
        assert f"{number}/{len(boxes)}" in text
        assert printed.bundle in text
        assert len(text) > 100
    assert path.stat().st_size <= LARGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signs_of_every_font_are_in_the_file(printed: Printed, language: str) -> None:
    fonts = list(fonts_of(PdfReader(printed.path(language))))

    assert fonts
    assert all(embedded(font) for font in fonts)


def fonts_of(pdf: PdfReader) -> Iterator[Any]:
    """The fonts of every page and of the drawings on it."""
    for page in pdf.pages:
        yield from fonts_in(page["/Resources"].get_object())


def fonts_in(resources: Any) -> Iterator[Any]:
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for drawing in resources.get("/XObject", {}).values():
        if "/Resources" in drawing.get_object():
            yield from fonts_in(drawing.get_object()["/Resources"].get_object())


def embedded(font: Any) -> bool:
    """Whether a font brings its signs."""
    described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(name.startswith("/FontFile") for name in described["/FontDescriptor"].get_object())


def refused(page: Path) -> NoPrinting:
    """What is said of a page that can't be printed; nothing is left behind."""
    with pytest.raises(NoPrinting) as found:
        print_page(page, page.with_suffix(".pdf"))
    assert not page.with_suffix(".pdf").exists()
    return found.value


@pytest.fixture
def some_page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("<p>a page</p>", encoding="utf-8")
    return path


def test_without_weasyprint_the_page_can_be_printed_from_a_browser(
    some_page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    fault = refused(some_page)

    assert "isn't installed" in fault.message
    assert "print the HTML page from a browser" in fault.remedy


def test_a_library_that_the_system_lacks_is_named(
    some_page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = "raise OSError(\"cannot load library 'libpango-1.0-0'\\nin many lines\")"
    (some_page.parent / "weasyprint.py").write_text(lacking, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.syspath_prepend(some_page.parent)

    fault = refused(some_page)

    assert fault.message.endswith("cannot load library 'libpango-1.0-0'")
    assert "libpangoft2-1.0-0" in fault.remedy


@pytest.mark.usefixtures("printer")
def test_without_a_font_with_chinese_signs_no_boxes_are_printed(
    some_page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = some_page.parent / "bin"
    programs.mkdir()
    (programs / "fc-list").write_text("#!/bin/sh\n", encoding="utf-8")
    (programs / "fc-list").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))

    assert "fonts-noto-cjk" in refused(some_page).remedy


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.png", "file:///etc/hostname"])
def test_what_a_page_asks_of_others_is_refused(some_page: Path, address: str) -> None:
    some_page.write_text(f"<img src='{address}'>", encoding="utf-8")

    fault = refused(some_page)

    assert address in fault.message
    assert "by themselves" in fault.remedy


@pytest.mark.parametrize(("pages", "why"), [(False, "no pages"), (True, "isn't installed")])
def test_the_command_asks_for_what_it_prints_with_before_it_learns(
    small_world: SmallWorld,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pages: bool,
    why: str,
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    options = ("--db", small_world.url, "--out", tmp_path / "bundles", "--pdf")
    named = ("--pages", tmp_path / "pages") if pages else ()

    result = learn(ROOT / "recipes" / "demo.toml", *options, *named)

    assert why in told(result, "no-printing")
    assert list(tmp_path.iterdir()) == []
