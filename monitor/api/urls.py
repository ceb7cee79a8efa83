from django.urls import path, re_path

from monitor.api import catalog, tables, tokens, views

urlpatterns = [
    path("openapi.json", views.OpenAPI.as_view(), name="openapi"),
    path("oauth/token", tokens.TokenView.as_view(), name="token"),
    path("catalog", catalog.Catalog.as_view(), name="catalog"),
    path("editions", views.Editions.as_view(), name="editions"),
    path("editions/<str:edition>", views.OneEdition.as_view(), name="edition"),
    path("editions/<str:edition>/archive", views.Archive.as_view(), name="archive"),
    path("editions/<str:edition>/audit", views.OneAudit.as_view(), name="audit"),
    path("editions/<str:edition>/figures", views.Figures.as_view(), name="figures"),
    path("editions/<str:edition>/tables/<str:table>", tables.OneTable.as_view(), name="table"),
    path("indicators", views.Indicators.as_view(), name="indicators"),
    path("indicators/<str:indicator>", views.OneIndicator.as_view(), name="indicator"),
    path("dimensions", views.Dimensions.as_view(), name="dimensions"),
    path("dimensions/<str:dimension>", views.OneDimension.as_view(), name="dimension"),
    re_path("^.*$", views.Unknown.as_view(), name="unknown"),
]
