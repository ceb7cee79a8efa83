# Everything that a second person answers has the same fields and states.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def use_one_set_of_states(apps, schema_editor):
    """A transfer that was done was agreed to, and what waited in a case that is closed by now has lapsed."""
    apps.get_model("cases", "Transfer").objects.filter(state="done").update(state="agreed")
    for kind in ("Transfer", "IdentityRequest"):
        rows = apps.get_model("cases", kind).objects.filter(state="asked", case__closed_on__isnull=False)
        rows.update(state="lapsed")


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_kind_change'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField('transfer', 'decided_by', 'answered_by'),
        migrations.RenameField('export', 'decided_by', 'answered_by'),
        migrations.RenameField('export', 'decided_at', 'answered_at'),
        migrations.RenameField('identityrequest', 'decided_by', 'answered_by'),
        migrations.RenameField('identityrequest', 'decided_at', 'answered_at'),
        migrations.AddField('transfer', 'answered_at', models.DateTimeField(null=True)),
        *(
            migrations.AlterField(
                model,
                'answered_by',
                models.ForeignKey(
                    help_text='the second person, or who took it back',
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name='+',
                    to=settings.AUTH_USER_MODEL,
                ),
            )
            for model in ('transfer', 'export', 'identityrequest')
        ),
        migrations.AlterField(
            'transfer',
            'state',
            models.CharField(
                choices=[
                    ('asked', 'Asked'),
                    ('agreed', 'Agreed'),
                    ('refused', 'Refused'),
                    ('withdrawn', 'Withdrawn'),
                    ('lapsed', 'Lapsed'),
                ],
                default='asked',
                max_length=10,
            ),
        ),
        migrations.AlterField(
            'identityrequest',
            'state',
            models.CharField(
                choices=[
                    ('asked', 'Asked'),
                    ('open', 'Open'),
                    ('refused', 'Refused'),
                    ('withdrawn', 'Withdrawn'),
                    ('lapsed', 'Lapsed'),
                    ('objected', 'Objected'),
                ],
                default='asked',
                max_length=10,
            ),
        ),
        migrations.RunPython(use_one_set_of_states, migrations.RunPython.noop),
    ]
