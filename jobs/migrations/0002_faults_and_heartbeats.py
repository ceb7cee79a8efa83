import uuid

from django.db import migrations, models


def open_again(apps, schema_editor):
    """Until now work was given up after eight attempts. It is done after all, when its time comes."""
    apps.get_model("jobs", "Job").objects.filter(state="dead").update(state="open", lease_until=None)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Fault",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("cause", models.CharField(help_text="as `Job.error`", max_length=80, unique=True)),
                ("since", models.DateField(help_text="a day: the moment could be that of an anonymous report")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "retry_at",
                    models.DateTimeField(
                        help_text="of a service: nobody asks it before; else when one of its jobs tries again"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("queue", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="job",
            name="error",
            field=models.CharField(
                blank=True,
                help_text="why it last failed: a class and its place, or a service; never a text",
                max_length=80,
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[("open", "open"), ("done", "done"), ("dead", "taken out by an operator")],
                default="open",
                max_length=5,
            ),
        ),
        migrations.RunPython(open_again, migrations.RunPython.noop),
    ]
