import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0008_one_owner_at_a_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='stages_replaced',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), db_default=[], default=list, size=None),
        ),
    ]
