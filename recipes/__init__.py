"""Recipes: what a training run is told, as TOML files; ``training.recipe`` says what they may hold."""
