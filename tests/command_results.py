"""What a command line gives back where something is wrong."""

from typer.testing import Result


def told(result: Result, code: str) -> str:
    """What a person reads about a fault; programs read nothing."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    lines = result.stderr.strip().splitlines()
    assert lines[0].startswith(code), result.stderr
    assert lines[-1].startswith("  ")  # what to do
    return result.stderr
