"""What cannot wait, and who of the duty roster was called."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_duty_roster'),
        ('reporting', '0002_complaints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('occasion', models.UUIDField(help_text='the report, message or complaint: each rings once', unique=True)),
                ('rounds', models.PositiveSmallIntegerField(default=0, help_text='how often it rang')),
                ('answered_on', models.DateField(help_text='empty: it still rings', null=True)),
                ('answer', models.CharField(blank=True, choices=[('calls', 'Calls'), ('no_number', 'No Number')], max_length=10)),
                ('came_of', models.CharField(blank=True, choices=[('reached', 'Reached'), ('not_reached', 'Not Reached')], help_text='what the call came to', max_length=12)),
                ('holds_key', models.BooleanField(default=False, help_text='who answered has a key of the number')),
                ('answered_by', models.ForeignKey(help_text='empty: by a fixed contact outside', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('complaint', models.ForeignKey(help_text='empty: those of the case know it', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='reporting.complaint')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='reporting.report')),
            ],
        ),
        migrations.CreateModel(
            name='AlarmCall',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('used', models.BooleanField(default=False)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='reporting.alarm')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.dutyshift')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alarm', 'shift'), name='one_call_for_each_shift')],
            },
        ),
    ]
