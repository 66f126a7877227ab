from django.db import migrations, models

# Of two that ran at once the younger goes on; the other's worker finds its lease lost.
ONE_RUNS = """
UPDATE jobs_job SET state = 'failed', lease = NULL, lease_until = NULL
WHERE state = 'running' AND key <> '' AND id NOT IN (
    SELECT max(id) FROM jobs_job WHERE state = 'running' AND key <> '' GROUP BY key)"""

# Of those that waited for the same, the one that was promised last does the work of all.
ONE_WAITS = """
DELETE FROM jobs_job USING (
    SELECT id, row_number() OVER (
        PARTITION BY key ORDER BY state = 'queued' DESC, state = 'failed' DESC, id DESC) AS place
    FROM jobs_job WHERE state IN ('queued', 'failed', 'dead') AND key <> '') ranked
WHERE ranked.id = jobs_job.id AND place > 1"""


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(ONE_RUNS, migrations.RunSQL.noop),
        migrations.RunSQL(ONE_WAITS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='job',
            name='job_key_is_unique_among_queued',
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'failed', 'dead']), models.Q(('key', ''), _negated=True)), fields=('key',), name='job_of_a_key_waits_or_is_dead_once'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running'), models.Q(('key', ''), _negated=True)), fields=('key',), name='job_of_a_key_runs_once'),
        ),
    ]
