"""Declared relations are sealed. What was kept of typed forms belongs to nobody who is known, so it goes."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


def seal_relations(apps, schema_editor):
    """Each row for an organisation in which both people were something, else one of the other, else one of who declared
    it: there it is looked for (organisations/people/relations.py)."""
    from vault.keyring.keys import Codes, stored_digest

    declared = apps.get_model("organisations", "DeclaredRelation")
    codes = Codes()
    for row in declared.objects.using(schema_editor.connection.alias).all():
        organisation = row.organisation_id = _organisation(apps, row)
        row.mark = stored_digest("relation", row.person_id, row.other_id)
        words = {"other": str(row.other_id), "code": row.code}
        row.sealed = codes.seal(organisation, words, "relation", row.id, row.person_id)
        row.save()
    # PostgreSQL alters no table of which foreign keys wait for the commit to be checked.
    schema_editor.connection.check_constraints()


def _organisation(apps, row) -> uuid.UUID:
    places: dict[uuid.UUID, list[uuid.UUID]] = {row.other_id: [], row.person_id: []}
    for name in ("Role", "Function"):
        held = apps.get_model("organisations", name).objects.filter(person__in=places).order_by("-held_from", "id")
        for person, organisation in held.values_list("person", "organisation"):
            places[person].append(organisation)
    theirs, own = places[row.other_id], places[row.person_id]
    shared = [place for place in theirs if place in own]
    anywhere = apps.get_model("organisations", "Organisation").objects.order_by("id").values_list("id", flat=True)
    return next(iter([*shared, *theirs, *own] or anywhere))


def forget_kept_forms(apps, schema_editor):
    apps.get_model("organisations", "KeptForm").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_suggested_name_parts"),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="declaredrelation",
            name="organisation",
            field=models.ForeignKey(
                help_text="of which the key seals the row",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddField(
            model_name="declaredrelation", name="mark", field=models.BinaryField(null=True)
        ),
        migrations.AddField(
            model_name="declaredrelation", name="sealed", field=models.BinaryField(null=True)
        ),
        migrations.RunPython(seal_relations, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(model_name="declaredrelation", name="declared_once"),
        migrations.RemoveField(model_name="declaredrelation", name="other"),
        migrations.RemoveField(model_name="declaredrelation", name="code"),
        migrations.AlterField(
            model_name="declaredrelation",
            name="organisation",
            field=models.ForeignKey(
                help_text="of which the key seals the row",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="declaredrelation",
            name="mark",
            field=models.BinaryField(
                help_text="a keyed digest of both people: each relation is declared once", unique=True
            ),
        ),
        migrations.AlterField(
            model_name="declaredrelation",
            name="sealed",
            field=models.BinaryField(help_text="the other, and what they are to each other"),
        ),
        migrations.RunPython(forget_kept_forms, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="keptform", name="sealed"),
        migrations.AddField(
            model_name="keptform",
            name="sealed",
            field=models.BinaryField(default=bytes),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="keptform",
            name="mark",
            field=models.BinaryField(
                db_index=True, default=bytes, help_text="a keyed digest of who typed it at which browser"
            ),
            preserve_default=False,
        ),
    ]
