from django.urls import path, re_path

from monitor.api import views

urlpatterns = [
    path("openapi.json", views.OpenAPI.as_view(), name="openapi"),
    path("editions", views.Editions.as_view(), name="editions"),
    path("editions/<str:edition>", views.OneEdition.as_view(), name="edition"),
    path("editions/<str:edition>/audit", views.OneAudit.as_view(), name="audit"),
    path("editions/<str:edition>/tables/<str:table>", views.OneTable.as_view(), name="table"),
    path("indicators", views.Indicators.as_view(), name="indicators"),
    path("dimensions", views.Dimensions.as_view(), name="dimensions"),
    re_path("^.*$", views.Unknown.as_view(), name="unknown"),
]
