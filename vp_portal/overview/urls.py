from django.urls import path

from vp_portal.overview import rights_views, views

app_name = "overview"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("rights/", rights_views.rights, name="rights"),
    path("services/units/<str:code>/", views.unit, name="unit"),
    path("services/<str:code>/", views.cost_object, name="cost_object"),
]
