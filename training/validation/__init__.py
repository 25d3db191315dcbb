"""What a model is worth: measures, tests and controls on rows that it hasn't learned from.

Each module measures one thing of outcomes and predictions; ``validate`` puts them together. Where
scikit-learn or SciPy have a measure it is theirs.
"""
