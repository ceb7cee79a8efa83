from django.urls import path

from cases.views import case, worklist

app_name = "cases"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("zaak/<uuid:case_id>/", case.overview, name="overview"),
    path("zaak/<uuid:case_id>/melding/", case.report, name="report"),
    path("zaak/<uuid:case_id>/besluiten/", case.decisions, name="decisions"),
    path("zaak/<uuid:case_id>/besluit/<slug:code>/", case.decision, name="decision"),
    path("zaak/<uuid:case_id>/toegang/", case.people, name="people"),
    path("zaak/<uuid:case_id>/logboek/", case.log, name="log"),
]
