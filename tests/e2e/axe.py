"""What axe has against an open page."""

import json
from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""Rules whose answer may be another in another theme or width; the rest depend on the markup."""


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """One line for each element at fault by ``rules``, or by all of ours."""
    only = {"type": "rule", "values": rules} if rules else TAGS
    options = json.dumps({"runOnly": only, "resultTypes": ["violations"], "preload": False})
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(f"axe.run({options}).then((result) => result.violations)")
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
