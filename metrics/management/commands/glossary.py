"""``manage.py glossary > docs/glossary.md``"""

from typing import Any

from django.core.management.base import BaseCommand

from metrics.glossary import glossary


class Command(BaseCommand):
    help = "Print the glossary of metrics as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(glossary(), ending="")
