"""Drop the snapshots of a metric that reads those of another now."""

from typing import Any

from django.db import migrations


def drop(apps: Any, schema_editor: Any) -> None:
    apps.get_model("metrics", "Snapshot").objects.filter(metric="stage-conversion").delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_stages")]

    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
