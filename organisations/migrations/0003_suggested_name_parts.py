"""Suggests the parts of the names that exist. Nobody checked them, so they count for nothing yet but as a suggestion."""

from dataclasses import asdict

from django.db import migrations

from organisations.name_parts import guessed_parts


def suggest(apps, schema_editor):
    person_model = apps.get_model("organisations", "Person")
    people = list(person_model.objects.filter(names_checked=False, surname=""))
    for person in people:
        for part, words in asdict(guessed_parts(person.name)).items():
            setattr(person, part, words)
    person_model.objects.bulk_update(people, list(asdict(guessed_parts(""))), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_names_and_suspensions")]

    operations = [migrations.RunPython(suggest, migrations.RunPython.noop, elidable=True)]
