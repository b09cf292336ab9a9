from django.urls import path

from finance.views import economy, imports, periods, previews, readings, undoing, upload_errors, uploads

app_name = "finance"
urlpatterns = [
    path("", economy.economy, name="economy"),
    path("postings/", economy.postings, name="postings"),
    path("allocation/", imports.allocate, name="allocate"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.batch, name="batch"),
    path("imports/<int:pk>/file/", imports.original, name="original"),
    path("imports/<int:pk>/rows/<int:line>/", imports.original_row, name="original_row"),
    path("imports/<int:pk>/undo/", undoing.undo, name="undo"),
    path("periods/", periods.periods, name="periods"),
    path("periods/<int:number>/lock/", periods.lock, name="lock_period"),
    path("periods/<int:number>/unlock/", periods.unlock, name="unlock_period"),
    path("imports/new/", uploads.new, name="upload_new"),
    path("imports/receive/", uploads.receive, name="upload_receive"),
    path("imports/uploads/<int:pk>/", uploads.upload, name="upload"),
    path("imports/uploads/<int:pk>/reading/", readings.reading, name="upload_reading"),
    path("imports/uploads/<int:pk>/run/", previews.run, name="upload_run"),
    path("imports/uploads/<int:pk>/preview/", previews.preview, name="upload_preview"),
    path("imports/uploads/<int:pk>/codes/", previews.map_codes, name="upload_codes"),
    path("imports/uploads/<int:pk>/errors/", upload_errors.errors, name="upload_errors"),
    path("imports/uploads/<int:pk>/wrong-rows/", upload_errors.wrong_rows, name="upload_wrong_rows"),
    path("imports/uploads/<int:pk>/wrong-rows-xlsx/", upload_errors.wrong_rows_xlsx, name="upload_wrong_rows_xlsx"),
    path("imports/uploads/<int:pk>/correct/", upload_errors.correct, name="upload_correct"),
    path("imports/uploads/<int:pk>/right-rows/", upload_errors.right_rows, name="upload_right_rows"),
    path("imports/uploads/<int:pk>/turn/", previews.turn, name="upload_turn"),
    path("imports/uploads/<int:pk>/book/", previews.book, name="upload_book"),
    path("imports/uploads/<int:pk>/receipt/", previews.show_receipt, name="upload_receipt"),
    path("imports/uploads/<int:pk>/abandon/", uploads.abandon, name="upload_abandon"),
]
