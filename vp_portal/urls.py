"""Every address of the portal. Names are `app:page`."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

urlpatterns = [
    path("", include("vp_portal.overview.urls")),
    path("plan/", include("goals.urls")),
    path("services/", include("services.urls")),
    path("finance/", include("finance.urls")),
    path("admin/", admin.site.urls),
    path("sign-in/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("sign-out/", auth_views.LogoutView.as_view(), name="logout"),
    path("", include("vp_portal.core.urls")),
]

handler400 = "vp_portal.core.views.bad_request"
handler403 = "vp_portal.core.views.forbidden"
handler404 = "vp_portal.core.views.not_found"
handler500 = "vp_portal.core.views.server_error"
