"""Who is on duty, and when."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_seal_relations'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyShift',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, help_text='of a fixed contact outside, who never signs in', max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('begins', models.PositiveSmallIntegerField(help_text='minutes from Monday 0.00 by the Dutch clock', null=True)),
                ('ends', models.PositiveSmallIntegerField(help_text='as `begins`; not later: after the end of the week', null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duty_shifts', to='organisations.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['begins', 'id'],
            },
        ),
    ]
