from django.urls import path, re_path

from goals.views import calendar, check_ins, document, exports, imports, measures, results, sections, tree, versions

app_name = "goals"
urlpatterns = [
    path("", tree.plan, name="plan"),
    path("document/", document.document, name="document"),
    path("document/sections/new/", sections.new, name="section_new"),
    path("document/sections/<int:pk>/", sections.section, name="section"),
    path("document/sections/<int:pk>/preview/", sections.preview, name="section_preview"),
    path("document/sections/<int:pk>/move/", sections.move, name="section_move"),
    path("document/sections/<int:pk>/remove/", sections.remove, name="section_remove"),
    path("document/decide/", versions.decide, name="decide"),
    path("document/revise/", versions.revise, name="revise"),
    path("document/export/", exports.export, name="export"),
    path("document/exports/<str:key>/", exports.job, name="export_job"),
    path("document/exports/<str:key>/file/", exports.file, name="export_file"),
    path("document/import/", imports.read, name="import"),
    path("document/import/confirm/", imports.confirm, name="import_confirm"),
    path("document/versions/", versions.versions, name="versions"),
    path("document/versions/<int:pk>/", versions.version, name="version"),
    path("document/versions/<int:pk>/changes/", versions.changes, name="version_changes"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/$", results.result, name="result"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/check-ins/$", check_ins.check_in, name="check_in"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/check-ins/draft/$", check_ins.draft, name="draft"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/check-ins/review/$", check_ins.review, name="review"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/readings/$", check_ins.reading, name="reading"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<str:code>/", measures.measure, name="measure"),
    path("alignment/", tree.alignment, name="alignment"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path("reminders/", calendar.reminders, name="reminders"),
    path("reminders/choose/", calendar.choose, name="reminders_choose"),
    path("reminders/calendar/", calendar.make_feed, name="feed_make"),
    path("reminders/calendar/revoke/", calendar.revoke_feed, name="feed_revoke"),
]
