import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def ask_anew(apps, schema_editor):
    """What waited says neither whom it was about nor where; it lasted a week at most."""
    apps.get_model("organisations", "EndAsked").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("organisations", "0006_end_asked")]

    operations = [
        migrations.RunPython(ask_anew, migrations.RunPython.noop),
        migrations.AddField(
            model_name="endasked",
            name="organisation",
            field=models.ForeignKey(
                default=None,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="organisations.organisation",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="endasked",
            name="person",
            field=models.ForeignKey(
                default=None,
                help_text="whom it is about",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
            preserve_default=False,
        ),
    ]
