from django.db import migrations, models


class Migration(migrations.Migration):
    """Own protocols that were adopted before this version were made of the blocks of 2026-12."""

    dependencies = [("cases", "0005_records")]

    operations = [
        migrations.AddField(
            model_name="ownprotocol",
            name="base_version",
            field=models.CharField(
                default="2026-12",
                help_text="the version of the national protocol whose blocks it has",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
