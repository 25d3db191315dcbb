"""Writing what a run says of a bundle: its report in each language, and its card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.report.curves import Tested
from training.report.model_card import card_text, model_card
from training.report.model_page import model_page
from training.report.model_words import LANGUAGES
from training.report.page_parts import Shown
from training.report.printing import print_page


def write_pages(folder: Path, report: dict[str, Any], tested: Tested) -> tuple[Path, ...]:
    """Write ``BUNDLE.en.html``, ``BUNDLE.zh.html``, ``BUNDLE.card.md`` and ``BUNDLE.card.json``.

    The folder is made where it isn't there; files that are there are written anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card, shown = model_card(report, tested.bundle), Shown(report, tested)
    texts = {
        **{f"{language}.html": model_page(shown, language) for language in LANGUAGES},
        "card.md": card_text(card),
        "card.json": json.dumps(card, ensure_ascii=False, indent=1) + "\n",
    }
    paths = []
    for ending, text in texts.items():
        path = folder / f"{report['bundle']}.{ending}"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def print_pages(folder: Path, bundle: str) -> tuple[Path, ...]:
    """Print the pages of a bundle beside themselves, as ``BUNDLE.en.pdf`` and ``BUNDLE.zh.pdf``.

    Returns
    -------
    tuple of Path
        What was printed; nothing where the bundle was not tested and has no pages.

    Raises
    ------
    NoPrinting
        Where this machine can't print them.
    """
    pages = [folder / f"{bundle}.{language}.html" for language in LANGUAGES]
    printed = []
    for page in pages:
        if page.is_file():
            print_page(page, page.with_suffix(".pdf"))
            printed.append(page.with_suffix(".pdf"))
    return tuple(printed)
