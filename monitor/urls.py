from django.urls import path

from monitor import factsheet_views, views

app_name = "monitor"
urlpatterns = [
    path("", views.index, name="index"),
    path("methode/", views.method, name="method"),
    path("factsheets/", factsheet_views.index, name="factsheets"),
    path("factsheets/<slug:slug>.pdf", factsheet_views.factsheet_pdf, name="factsheet_pdf"),
    path("factsheets/<slug:slug>/", factsheet_views.factsheet, name="factsheet"),
    path("<str:period>/", views.edition, name="edition"),
]
