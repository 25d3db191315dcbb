"""Scenarios as files; ``simulator.scenario.read_scenario`` reads one by its name."""
