"""The commands `tricredit policy`: is a pack right, and what does another say otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
Named = Annotated[str, typer.Argument(help="generic, cn, or a TOML file")]


def group(told: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """The commands; ``told`` tells a fault and ends with status 2."""
    app = typer.Typer(help="Policy packs: what a lender allows.", no_args_is_help=True)

    @app.command()
    def check(pack: Named, *, as_json: AsJson = False) -> None:
        """Tell what a pack says, or all that is wrong with it (status 1)."""
        from lending.pack import path_of, read_pack
        from lending.policy.policy_sheet import fault_sheet, pack_sheet

        with told():
            found, faults = read_pack(path_of(pack))
        if as_json:
            typer.echo(
                json.dumps(
                    {
                        "pack": found.id if found else None,
                        "faults": [asdict(fault) for fault in faults],
                        "rules": [
                            rule.model_dump(mode="json")
                            for rule in (found.policy.rules if found else ())
                        ],
                    },
                    ensure_ascii=False,
                )
            )
        else:
            Console(highlight=False).print(pack_sheet(found) if found else fault_sheet(faults))
        if found is None:
            raise typer.Exit(1)

    @app.command()
    def diff(before: Named, after: Named, *, as_json: AsJson = False) -> None:
        """Tell what the second pack says otherwise, key by key."""
        from lending.pack import load_pack
        from lending.policy.pack_diff import differences
        from lending.policy.policy_sheet import difference_sheet

        with told():
            first, second = load_pack(before), load_pack(after)
        found = differences(first, second)
        if as_json:
            told_apart = [asdict(one) for one in found]
            typer.echo(
                json.dumps(
                    {"before": first.id, "after": second.id, "differences": told_apart},
                    ensure_ascii=False,
                )
            )
        else:
            Console(highlight=False).print(difference_sheet(first, second, found))

    return app
