from django.urls import path, register_converter

from monitor.factsheets import views as factsheet_views
from monitor.pages import data, figures, method, publishing
from monitor.rules.periods import PeriodConverter

register_converter(PeriodConverter, "period")

app_name = "monitor"
urlpatterns = [
    path("", figures.index, name="index"),
    path("methode/", method.method, name="method"),
    path("data/", data.data, name="data"),
    path("verify_edition.pyz", method.verify_edition, name="verify_edition"),
    path("factsheets/", factsheet_views.index, name="factsheets"),
    path("factsheets/<slug:slug>.pdf", factsheet_views.factsheet_pdf, name="factsheet_pdf"),
    path("factsheets/<slug:slug>/", factsheet_views.factsheet, name="factsheet"),
    path("redactie/", publishing.start, name="publishing"),
    path("redactie/<period:period>/", publishing.edition, name="publishing_edition"),
    path("redactie/<period:period>/<str:name>/", publishing.table, name="publishing_table"),
    path("<period:period>/", figures.edition, name="edition"),
    path("<period:period>/<str:name>/", figures.table, name="table"),
]
