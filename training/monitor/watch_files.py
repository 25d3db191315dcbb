"""Writing what was found: figures for programs, pages for people, gauges for a collector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ledger.faults import Fault
from training.monitor.gauges import write_gauges
from training.monitor.monitor_page import monitor_page
from training.monitor.monitor_words import LANGUAGES, words_of


class FolderRefused(Fault):
    """A folder that can't be made or written to."""

    code = "folder-refused"


def require_folder(folder: Path) -> None:
    """Make a folder where there is none: better before a long run than after it.

    Raises
    ------
    FolderRefused
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderRefused(
            f"{folder} can't be made: {error.strerror}",
            field="out",
            remedy="name a folder that you may write to, and no file",
        ) from error


def write_watch(folder: Path, found: dict[str, Any]) -> tuple[Path, ...]:
    """Write ``monitor.json``, ``monitor.en.html``, ``monitor.zh.html`` and ``monitor.prom``.

    Files that are there are written anew.

    Raises
    ------
    FolderRefused
        Where the folder isn't there and can't be made.
    """
    require_folder(folder)
    words = words_of("en")
    alerts = [
        {
            **alert,
            "what": words[f"alert_{alert['code']}"].format(**alert),
            "do": words[f"do_{alert['code']}"],
        }
        for alert in found["alerts"]
    ]
    texts = {
        "monitor.json": json.dumps({**found, "alerts": alerts}, ensure_ascii=False, indent=1)
        + "\n",
        **{f"monitor.{language}.html": monitor_page(found, language) for language in LANGUAGES},
    }
    paths = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return (*paths, write_gauges(folder / "monitor.prom", found))
