"""Values of an offer: frozen as far as anybody writes, and quick to make.

An offer is some forty values of two hundred fields. A frozen dataclass sets each field through
``object.__setattr__``, which takes longer than what is worked out; here mypy alone refuses to
change one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Value = TypeVar("Value")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[Value]) -> type[Value]:
    """Make a dataclass whose fields nobody sets again."""
    return dataclass(unsafe_hash=True)(cls)
