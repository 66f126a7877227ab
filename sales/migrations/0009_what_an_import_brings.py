import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

from sales.importing.problems import REASONS


def take_over(apps, schema_editor):
    """When imports wrote, and that one under way has brought its people."""
    runs = apps.get_model("sales", "ImportRun").objects
    runs.filter(state__in=["committed", "undone"]).update(
        wrote_at=Coalesce("undone_at", "finished_at")
    )
    runs.filter(state="committing", cursor__gt=0).update(people_placed=True)


def write_reasons(apps, schema_editor):
    """The reason of a code, as it was kept with each row."""
    rejections = apps.get_model("sales", "Rejection").objects
    for code, reason in REASONS.items():
        rejections.filter(code=code).update(reason=str(reason))


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0008_one_owner_at_a_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="stages_replaced",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="arrivals",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="people_placed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="planned_again",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="problems",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="wrote_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="pipelineversion",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="pipeline_versions",
                to="sales.importrun",
            ),
        ),
        migrations.AddField(
            model_name="pipelineversion",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="rejection",
            name="reason",
            field=models.CharField("reason", max_length=500, default=""),
        ),
        migrations.RunPython(migrations.RunPython.noop, write_reasons),
        migrations.RemoveField(model_name="rejection", name="reason"),
    ]
