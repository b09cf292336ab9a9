from django.urls import path

from finance.views import economy, imports

app_name = "finance"
urlpatterns = [
    path("", economy.economy, name="economy"),
    path("postings/", economy.postings, name="postings"),
    path("allocation/", imports.allocate, name="allocate"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.batch, name="batch"),
]
