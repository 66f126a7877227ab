"""Drop the snapshots of a metric that reads those of another now."""

from typing import Any

from django.db import migrations


def drop(apps: Any, schema_editor: Any) -> None:
    apps.get_model("metrics", "Snapshot").objects.filter(metric="stage-conversion").delete()


def recompute(apps: Any, schema_editor: Any) -> None:
    """The code before this keeps them; a sweep of it promises that where definitions differ."""
    apps.get_model("metrics", "Counted").objects.update(definitions="")


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_stages")]

    operations = [migrations.RunPython(drop, recompute)]
