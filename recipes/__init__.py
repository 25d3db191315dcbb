"""Recipes: what a training run is told, as TOML; ``training.recipe`` says what they may hold."""
