from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0012_only_mentioned"),
    ]

    operations = [
        migrations.RenameModel(old_name="ContactAsked", new_name="DutyAsked"),
    ]
