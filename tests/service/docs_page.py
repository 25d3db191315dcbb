"""The Swagger page in a browser: opened, operations executed, all that it asks written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page, Response

TIMEOUT_MS = 120_000


@dataclass
class DocsPage:
    """The page of a service on 127.0.0.1.

    Attributes
    ----------
    asked : list of str
        Every address that the page has asked for.
    told : list of str
        What the console said, and errors of the page.
    """

    page: Page
    port: int
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def open(self) -> str:
        """Go there; the policy that the page came with."""
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.told.append(f"{said.type} {said.text}"))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        answer = self.page.goto(f"{self.home}/docs")
        self.page.wait_for_selector(".opblock")
        return (answer and answer.header_value("content-security-policy")) or ""

    @property
    def home(self) -> str:
        """Where the service is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of others than the service."""
        return [url for url in self.asked if not url.startswith((f"{self.home}/", "data:"))]

    def operations(self) -> list[str]:
        """Operations in the order of the page, as ``tag-id``."""
        boxes = self.page.locator(".opblock").all()
        return [(box.get_attribute("id") or "").removeprefix("operations-") for box in boxes]

    def execute(self, operation: str, example: str | None = None) -> tuple[int, str]:
        """Open an operation, choose an example by its summary, press Execute; status and body."""
        box = self.page.locator(f"#operations-{operation}")
        box.locator(".opblock-summary-control").click()
        if example is not None:
            chosen = box.locator(".opblock-section-request-body .examples-select-element")
            chosen.select_option(label=example)
        live = box.locator(".live-responses-table")
        if box.locator(".btn-clear").count():
            box.locator(".btn-clear").click()
            live.wait_for(state="detached")
        with self.page.expect_response(self._of_the_interface, timeout=TIMEOUT_MS) as answer:
            box.locator(".execute").click()
        shown = live.locator("tbody .response-col_status").first
        shown.wait_for(timeout=TIMEOUT_MS)
        status = answer.value.status
        assert shown.inner_text().split()[0] == str(status)
        box.locator(".opblock-summary-control").click()  # what is open is drawn again each time
        return status, answer.value.text()

    def _of_the_interface(self, answer: Response) -> bool:
        return not answer.url.startswith(f"{self.home}/docs")
