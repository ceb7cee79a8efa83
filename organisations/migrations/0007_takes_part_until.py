from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0006_profiles")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="takes_part_until",
            field=models.DateField(
                blank=True, help_text="the last day on which it took reports; empty while it does", null=True
            ),
        ),
    ]
