"""``python -m training.monitor``."""

import typer

from training.monitor.monitor_command import main

typer.run(main)
