"""Short runs of ``python -m training.retrain``: the demo's recipe with few relations and rounds."""

import re
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from training import retrain

ROOT = Path(__file__).parents[2]
DAYS = ("--train-until", "2026-02-17", "--test-until", "2026-03-20")
"""A cut and a short test in the small world."""


def short_recipe(folder: Path, head: str = "", **replaced: str) -> Path:
    """Write the recipe.

    Parameters
    ----------
    head : str
        Lines to begin with.
    replaced : str
        Settings, by name, in place of those of the demo: TOML values.
    """
    demo = (ROOT / "recipes" / "demo.toml").read_text(encoding="utf-8")
    few = {
        "relations": '["buyer_standing", "claim_terms", "conduct", "supplier_sources"]',
        "rounds": "10",
        "additive_rounds": "[5]",
    }
    for name, value in {**few, **replaced}.items():
        setting = rf"^{name} = (\[.*?\]|[^\n]*)( #[^\n]*)?$"
        assert re.search(setting, demo, re.MULTILINE | re.DOTALL), name
        demo = re.sub(setting, f"{name} = {value}", demo, count=1, flags=re.MULTILINE | re.DOTALL)
    path = folder / "short.toml"
    path.write_text(f"{head}\n{demo}", encoding="utf-8")
    return path


def learn(*words: str | Path) -> Result:
    """Run ``python -m training.retrain`` in this process."""
    script = typer.Typer()
    script.command()(retrain.main)
    return CliRunner().invoke(script, [str(word) for word in words])
