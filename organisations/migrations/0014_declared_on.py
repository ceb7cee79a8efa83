from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0013_duty_asked'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='declared_on',
            field=models.DateField(help_text='when they last said to be related to somebody', null=True),
        ),
    ]
