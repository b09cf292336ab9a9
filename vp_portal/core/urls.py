from django.urls import path

from vp_portal.core import views

app_name = "core"
urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("theme/", views.choose_theme, name="theme"),
]
