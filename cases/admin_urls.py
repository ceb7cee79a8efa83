from django.urls import path

from cases.administration import views as protocols
from cases.documents import template_views as document_templates

app_name = "case_administration"
urlpatterns = [
    path("sjablonen/", document_templates.templates, name="templates"),
    path("sjablonen/<slug:kind>/", document_templates.template, name="template"),
    path("sjablonen/<slug:kind>/voorbeeld/", document_templates.example, name="template_example"),
    path("protocol/", protocols.start, name="protocols"),
    path("protocol/<slug:base>/", protocols.compose_page, name="compose"),
    path("protocol/<slug:base>/controle/", protocols.check_now, name="check"),
    path("protocol/<slug:base>/vaststellen/", protocols.adopt, name="adopt"),
    path("protocol/<slug:base>/document/<slug:version>/", protocols.document, name="document"),
    path("protocol/<slug:base>/document/<slug:version>/pdf/", protocols.document, {"form": "pdf"}, name="document_pdf"),
]
