from django.db import migrations

MARK = """
UPDATE sales_stageevent e SET seen = TRUE FROM sales_importrun r
WHERE r.id = e.recorded_by_id AND r.kind = 'opportunities' AND e.external_id = 'seen'"""


class Migration(migrations.Migration):
    """Apart from adding the column, so that rows are locked only, not the table."""

    dependencies = [
        ('sales', '0006_events_only_seen'),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
