from django.urls import path

from vp_portal.core import trace_views, views

app_name = "core"
urlpatterns = [
    path("audit/", trace_views.audit_page, name="audit"),
    path("gallery/", views.gallery, name="gallery"),
    path("csp-report/", views.collect_violation, name="csp_report"),
    path("theme/", views.choose_theme, name="theme"),
]
