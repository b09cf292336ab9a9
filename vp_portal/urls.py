"""Every address of the portal. Names are `app:page`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("vp_portal.overview.urls")),
    path("plan/", include("goals.urls")),
    path("services/", include("services.urls")),
    path("finance/", include("finance.urls")),
    path("admin/", admin.site.urls),
    path("", include("vp_portal.core.signin.urls")),
    path("", include("vp_portal.core.urls")),
]

handler400 = "vp_portal.core.views.bad_request"
handler403 = "vp_portal.core.views.forbidden"
handler404 = "vp_portal.core.views.not_found"
handler500 = "vp_portal.core.views.server_error"
