"""What axe has against an open page."""

import json
from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Tags of every rule we hold pages to."""

OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""Rules whose answer may be another in another theme or width; the rest depend on the markup."""


def violations(page: Page, rules: Sequence[str] = ALL) -> list[str]:
    """One line for each element at fault by ``rules``."""
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"], "preload": False})
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(f"axe.run({options}).then((result) => result.violations)")
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
