from django.core.management import CommandError
from django.db import migrations, models

NAME_THE_SURVIVOR = """
UPDATE sales_opportunitydetail d SET merged_into = survivor.external_id
FROM sales_opportunity survivor WHERE survivor.id = d.survivor_id"""

FIND_THE_SURVIVOR = """
UPDATE sales_opportunitydetail d SET survivor_id = survivor.id
FROM sales_opportunity merged JOIN sales_opportunity survivor
    ON survivor.organisation_id = merged.organisation_id AND survivor.source = merged.source
WHERE d.merged_into <> '' AND merged.id = d.opportunity_id
    AND survivor.external_id = d.merged_into"""

UNKNOWN = """
SELECT DISTINCT g.slug, merged.source, merged.external_id
FROM sales_opportunitydetail d
JOIN sales_opportunity merged ON merged.id = d.opportunity_id
JOIN teams_organisation g ON g.id = merged.organisation_id
WHERE d.merged_into <> '' AND NOT EXISTS (
    SELECT FROM sales_opportunity survivor
    WHERE survivor.organisation_id = merged.organisation_id AND survivor.source = merged.source
        AND survivor.external_id = d.merged_into AND survivor.id <> merged.id)
ORDER BY 1, 2, 3"""
SHOWN = 20


def refuse_unknown_survivors(apps, schema_editor):
    """Before, a survivor was a row; one that is none would be forgotten, and the merged count."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(UNKNOWN)
        found = ["/".join(row) for row in cursor.fetchall()]
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise CommandError(
            "These opportunities (organisation/source/id) are or were merged into one that is not "
            f"known: {', '.join(found[:SHOWN])}{more}. Nothing was changed here. Migrate forward, "
            "import the survivors, then go back again."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0009_what_an_import_brings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="opportunitydetail", name="opportunity_is_not_merged_into_itself"
        ),
        migrations.RenameField(
            model_name="opportunitydetail", old_name="merged_into", new_name="survivor"
        ),
        migrations.AddField(
            model_name="opportunitydetail",
            name="merged_into",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="The id of the survivor in the same CRM.",
                max_length=200,
                verbose_name="merged into",
            ),
        ),
        migrations.RunSQL(NAME_THE_SURVIVOR, FIND_THE_SURVIVOR),
        migrations.RemoveField(model_name="opportunitydetail", name="survivor"),
        migrations.AddField(
            model_name="stagedopportunity",
            name="merged_into",
            field=models.CharField(db_default="", max_length=200),
        ),
        migrations.RunPython(migrations.RunPython.noop, refuse_unknown_survivors),
    ]
