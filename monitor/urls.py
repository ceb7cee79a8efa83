from django.urls import path, register_converter

from monitor.periods import PeriodConverter
from monitor.views import figures, method, publishing

register_converter(PeriodConverter, "period")

app_name = "monitor"
urlpatterns = [
    path("", figures.index, name="index"),
    path("methode/", method.method, name="method"),
    path("redactie/", publishing.start, name="publishing"),
    path("redactie/<period:period>/", publishing.edition, name="publishing_edition"),
    path("redactie/<period:period>/<str:name>/", publishing.table, name="publishing_table"),
    path("<period:period>/", figures.edition, name="edition"),
    path("<period:period>/<str:name>/", figures.table, name="table"),
]
