"""A page as PDF: the same HTML, laid out on A4 by WeasyPrint (decision 0020)."""

from __future__ import annotations

import logging
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ledger.faults import Fault

PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Packages of the system that WeasyPrint leaves to it, by their names in Debian."""


class NoPrinting(Fault):
    """A machine on which pages can't be printed, or not so that they can be read."""

    code = "no-printing"


def require_printing(pages: Path | None) -> None:
    """Refuse to print where there are no pages to print, or nothing to print them with.

    Raises
    ------
    NoPrinting
    """
    if pages is None:
        raise NoPrinting(
            "there are no pages to print", field="pdf", remedy="name a folder for them: --pages"
        )
    _printer()


def print_page(html: Path, pdf: Path) -> None:
    """Print a page of HTML; what it asks of the network or the disk is refused.

    The same page, fonts and version of WeasyPrint give the same bytes.

    Raises
    ------
    NoPrinting
        Where WeasyPrint, Pango or a font with Chinese signs is missing, or the page asks for more
        than it holds.
    """
    weasyprint = _printer()
    # of SVG's attributes it says that they are no CSS, hundreds of times, and draws them
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    nothing_but_itself = weasyprint.URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    page = weasyprint.HTML(string=html.read_text(encoding="utf-8"), url_fetcher=nothing_but_itself)
    try:
        printed = page.write_pdf(pdf_tags=True)
    except weasyprint.urls.FatalURLFetchingError as error:
        raise NoPrinting(
            f"{html.name} asks for something else: {error}",
            field="pdf",
            remedy="print pages that stand by themselves, as --pages writes them",
        ) from error
    pdf.write_bytes(printed)


def _printer() -> ModuleType:
    """WeasyPrint, on a machine that has what it needs."""
    try:
        weasyprint = import_module("weasyprint")
    except ImportError as error:
        raise NoPrinting(
            "WeasyPrint, which prints pages, isn't installed",
            field="pdf",
            remedy="pip install weasyprint, or leave --pdf out and print the HTML page from a "
            "browser",
        ) from error
    except OSError as error:
        raise NoPrinting(
            f"WeasyPrint lacks a library of the system: {str(error).splitlines()[0]}",
            field="pdf",
            remedy=f"install the system's packages {PANGO}",
        ) from error
    if not _has_chinese():
        raise NoPrinting(
            "no font with Chinese signs was found: boxes would be printed",
            field="pdf",
            remedy="install the system's package fonts-noto-cjk, or another such font",
        )
    return weasyprint


def _has_chinese() -> bool:
    """Whether fontconfig, which comes with Pango, knows a font with Chinese signs."""
    lists = shutil.which("fc-list")
    if lists is None:
        return True
    found = subprocess.run(  # noqa: S603 - no words of a user
        [lists, ":lang=zh-cn"], capture_output=True, check=False, timeout=60
    )
    return bool(found.stdout.strip())
