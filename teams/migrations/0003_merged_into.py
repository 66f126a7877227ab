import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0002_working_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="teams.team",
                verbose_name="merged into",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                name="only_a_closed_team_is_merged_into_another",
                condition=Q(merged_into=None)
                | (Q(closed_at__isnull=False) & ~Q(merged_into=F("pk"))),
            ),
        ),
    ]
