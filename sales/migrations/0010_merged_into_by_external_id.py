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
    ]
