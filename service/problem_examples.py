"""An example of each problem, and its kind in Chinese: for the description of the interface.

Whoever adds a code to `service.problems.STATUS` adds a line to one of the three. Words are as the
service says them; the caller is told the title, the remedy and, of what was written for callers,
what happened.
"""

from __future__ import annotations

from service.book_problems import OF_THE_BOOK
from service.occurrence import Occurrence
from service.request_problems import OF_REQUESTS
from service.service_problems import OF_THE_SERVICE

OCCURRENCES: dict[str, Occurrence] = {**OF_REQUESTS, **OF_THE_BOOK, **OF_THE_SERVICE}
"""By code."""
