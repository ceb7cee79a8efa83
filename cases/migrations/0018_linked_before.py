"""Whoever is kept out of a case is kept out of those that people linked with it before: a worker does it for each link."""

from django.db import migrations

from jobs.outbox import week_start


def promise(apps, schema_editor):
    alias = schema_editor.connection.alias
    jobs = apps.get_model("jobs", "Job").objects.using(alias)
    for link in apps.get_model("cases", "CaseLink").objects.using(alias).values_list("id", flat=True).iterator():
        key = f"cases.keep_out_of_both:{link}"
        jobs.get_or_create(key=key, defaults={"kind": "cases.keep_out_of_both", "target": link, "due": week_start()})


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_document_reference"), ("jobs", "0001_initial")]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
