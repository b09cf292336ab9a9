from django.urls import path

from finance import views

app_name = "finance"
urlpatterns = [
    path("", views.economy, name="economy"),
    path("postings/", views.postings, name="postings"),
    path("allocation/", views.allocate, name="allocate"),
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.batch, name="batch"),
]
