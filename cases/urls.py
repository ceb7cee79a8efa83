from django.urls import path

from cases.views import (
    absence,
    case,
    contact,
    handover,
    notes,
    phone,
    protocol_paper,
    quarantine,
    relations,
    search,
    together,
    transfer,
    worklist,
)

app_name = "cases"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("te-controleren/", quarantine.quarantine, name="quarantine"),
    path("zoeken/", search.search_cases, name="search"),
    path("samen/", together.together, name="together"),
    path("relaties/", relations.relations, name="relations"),
    path("afwezig/", absence.absence, name="absence"),
    path("telefoon/", phone.phone, name="phone"),
    path("zaak/<uuid:case_id>/", case.overview, name="overview"),
    path("zaak/<uuid:case_id>/melding/", case.report, name="report"),
    path("zaak/<uuid:case_id>/berichten/", contact.messages, name="messages"),
    path("zaak/<uuid:case_id>/bewijs/", contact.evidence, name="evidence"),
    path("zaak/<uuid:case_id>/bewijs/<int:number>/", contact.file, name="file"),
    path("zaak/<uuid:case_id>/bewijs/<int:number>/origineel/", contact.original, name="original"),
    path("zaak/<uuid:case_id>/notities/", notes.notes, name="notes"),
    path("zaak/<uuid:case_id>/besluiten/", case.decisions, name="decisions"),
    path("zaak/<uuid:case_id>/besluit/<slug:code>/", case.decision, name="decision"),
    path("zaak/<uuid:case_id>/protocol/", protocol_paper.protocol_of_case, name="protocol"),
    path("zaak/<uuid:case_id>/toegang/", case.people, name="people"),
    path("zaak/<uuid:case_id>/toegang/<uuid:task_id>/niet-vrij/", handover.conflict, name="conflict"),
    path("zaak/<uuid:case_id>/toegang/<uuid:task_id>/overdragen/", handover.give, name="give"),
    path("zaak/<uuid:case_id>/elders/", transfer.ask, name="transfer"),
    path("zaak/<uuid:case_id>/elders/<uuid:transfer_id>/", transfer.decide, name="decide_transfer"),
    path("zaak/<uuid:case_id>/logboek/", case.log, name="log"),
]
