from django.urls import path

from cases.administration import police
from cases.administration import views as protocols
from cases.documents import template_views as document_templates
from cases.people.departure import leaving_views as people
from organisations.models import Function, Role

app_name = "case_administration"
urlpatterns = [
    path("mensen/", people.staff, name="staff"),
    path("mensen/rol/<int:held_id>/beeindigen/", people.end, {"what": Role}, name="end_role"),
    path("mensen/functie/<int:held_id>/beeindigen/", people.end, {"what": Function}, name="end_function"),
    path("mensen/<uuid:person_id>/inloggen/", people.end_sign_in, name="end_sign_in"),
    path("sjablonen/", document_templates.templates, name="templates"),
    path("sjablonen/<slug:kind>/", document_templates.template, name="template"),
    path("sjablonen/<slug:kind>/voorbeeld/", document_templates.example, name="template_example"),
    path("politie/", police.police, name="police"),
    path("protocol/", protocols.start, name="protocols"),
    path("protocol/<slug:base>/", protocols.compose_page, name="compose"),
    path("protocol/<slug:base>/controle/", protocols.check_now, name="check"),
    path("protocol/<slug:base>/vaststellen/", protocols.adopt, name="adopt"),
    path("protocol/<slug:base>/document/<slug:version>/", protocols.document, name="document"),
    path("protocol/<slug:base>/document/<slug:version>/pdf/", protocols.document, {"form": "pdf"}, name="document_pdf"),
]
