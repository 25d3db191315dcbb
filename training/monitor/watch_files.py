"""Writing what was found: figures for programs, pages for people, gauges for a collector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.monitor.gauges import write_gauges
from training.monitor.monitor_page import monitor_page
from training.monitor.monitor_words import LANGUAGES, words_of


def write_watch(folder: Path, found: dict[str, Any]) -> tuple[Path, ...]:
    """Write ``monitor.json``, ``monitor.en.html``, ``monitor.zh.html`` and ``monitor.prom``.

    The folder is made where it isn't there; files that are there are written anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
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
