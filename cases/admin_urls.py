from django.urls import path

from cases.views import protocol_administration as protocols

app_name = "case_administration"
urlpatterns = [
    path("protocol/", protocols.start, name="protocols"),
    path("protocol/<slug:base>/", protocols.compose_page, name="compose"),
    path("protocol/<slug:base>/controle/", protocols.check_now, name="check"),
    path("protocol/<slug:base>/vaststellen/", protocols.adopt, name="adopt"),
    path("protocol/<slug:base>/document/<slug:version>/", protocols.document, name="document"),
    path("protocol/<slug:base>/document/<slug:version>/pdf/", protocols.document, {"form": "pdf"}, name="document_pdf"),
]
