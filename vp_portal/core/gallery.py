"""Made-up content for the gallery page, which shows every component in all its states."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict

from vp_portal.core import charts, flow_charts, formatting, small_charts
from vp_portal.core.badges import Badge
from vp_portal.core.flow_charts import Stop, Stream
from vp_portal.core.periods import Period

STATUSES = (
    Badge("ej påbörjat", "muted", "○"),
    Badge("på plan", "ok", "●"),
    Badge("bevakas", "watch", "◐"),
    Badge("risk", "risk", "▲"),
    Badge("uppnått", "ok", "✓"),
    Badge("avbrutet", "muted", "✕"),
)
ICONS = ("●", "○", "◐", "▲", "✓", "✕", "info", "alert", "person", "up", "down", "level", "arrow")
COLOURS = (
    *("paper", "surface", "sunken", "ink", "ink-soft", "hairline", "outline"),
    *("accent", "accent-strong", "accent-soft", "focus", "band", "ok", "watch", "risk", "muted", "info"),
    *("ok-fill", "watch-fill", "risk-fill", "muted-fill", "info-fill"),
    *("series-1", "series-2", "series-3", "series-4", "above", "below"),
)


class SampleForm(forms.Form):
    name = forms.CharField(label="Benämning", help_text="Så som användarna kallar tjänsten.")
    comment = forms.CharField(label="Kommentar", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    status = forms.ChoiceField(label="Status", choices=[("", "Välj"), *((s.label, s.label) for s in STATUSES)])
    share = forms.DecimalField(label="Andel", help_text="I procent, högst 100.", max_value=100)
    side = forms.ChoiceField(label="Sida", choices=[("b", "Verksamhet"), ("i", "IT")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Jag har läst avstämningen", required=False)


class SampleFilter(forms.Form):
    unit = forms.ChoiceField(label="Enhet", choices=[("", "Alla"), ("sd", "Systemdrift")], required=False)
    owner = forms.CharField(label="Ansvarig", required=False)
    late = forms.BooleanField(label="Bara försenade", required=False)


def _money(*thousands: int | None) -> list[Decimal | None]:
    return [None if t is None else Decimal(t) * 1000 for t in thousands]


def _months(year: int, values: list[Decimal | None]) -> list[charts.Point]:
    periods = [Period(year * 100 + month) for month in range(1, len(values) + 1)]
    return [
        charts.Point(formatting.month_label(p), v, f"?period={p}#charts", formatting.period_name(p))
        for p, v in zip(periods, values, strict=True)
    ]


def _flow() -> flow_charts.FlowChart:
    names = [("Personal", "IT"), ("11320 Systemdrift",), ("Lagring", "E-post och kalender", "Utan hemvist")]
    streams = [
        *((0, name, "11320 Systemdrift", amount) for name, amount in (("Personal", 4200), ("IT", 2900))),
        *((1, "11320 Systemdrift", name, amount) for name, amount in zip(names[2], (5300, 2100, -300), strict=True)),
    ]
    return flow_charts.flow(
        "Flöde med en kreditering",
        [[Stop(name, name) for name in column] for column in names],
        [Stream(column, source, target, Decimal(amount) * 1000) for column, source, target, amount in streams],
    )


THIS_YEAR = _money(1410, 1395, 2210, 1430, 1480, 2650, 1395, None, None, None, None, None)
LAST_YEAR = _money(1310, 1350, 1940, 1390, 1420, 2410, 1330, 1380, 1400, 2050, 1450, 2890)
NET = _money(120, -80, 210, -240, 35, 0, -410)


def _charts() -> dict[str, Any]:
    this, last = charts.Series("2025", _months(2025, THIS_YEAR)), charts.Series("2024", _months(2024, LAST_YEAR), "2")
    same_months = charts.Series("2024", _months(2025, LAST_YEAR), "2")
    target = charts.Series("Mål", [charts.Point(p.label, Decimal(90)) for p in this.points], "target")
    share = charts.Series(
        "Känt värde",
        [charts.Point(p.label, Decimal(v), p.url, p.name) for p, v in zip(this.points, range(41, 89, 4), strict=True)],
    )
    huge = [charts.Point("2024", Decimal("98765432109.12")), charts.Point("2025", Decimal("-12345678901.99"))]
    return {
        "chart_bars": charts.bars("Kostnad per månad, jämförd med förra året", [this, same_months]),
        "chart_line": charts.line("Andel tjänster med känt värde", [share, target], fmt=formatting.percent),
        "chart_net": charts.bars("Avvikelse mot budget per månad", [charts.Series("Avvikelse", _months(2025, NET))]),
        "chart_single": charts.line("En enda period", [charts.Series("2025", last.points[:1])]),
        "chart_huge": charts.bars("Mycket stora belopp", [charts.Series("Utfall", huge)], details=formatting.kr_ore),
        "chart_zero": charts.bars("Bara nollor", [charts.Series("2025", _months(2025, _money(0, 0, 0)))]),
        "chart_empty": charts.line("Kostnad per månad", [charts.Series("2025", _months(2025, _money(None, None)))]),
        "chart_flow": _flow(),
        "bullets": [
            small_charts.bullet(94, 90, name="Kompetensprofil", fmt=formatting.percent, full=100),
            small_charts.bullet(61, 90, name="Känt värde", fmt=formatting.percent, full=100),
            small_charts.bullet(3, 2, name="Utan hemvist", fmt=formatting.percent, more_is_better=False),
            small_charts.bullet(40, None, name="Utan mål", fmt=formatting.percent, full=100),
        ],
    }


def _key_figures() -> list[dict[str, Any]]:
    spark = small_charts.sparkline(THIS_YEAR[:7], name="Kostnad per månad")
    return [
        {
            "label": "Kostnad i år",
            "value": "18,4\u00a0Mkr",
            "url": "#",
            "tone": "watch",
            "change": "+2,8\u00a0%",
            "direction": "up",
            "change_tone": "watch",
            "compare": "mot budget 17,9\u00a0Mkr",
            "spark": spark,
        },
        {"label": "Mina resultat", "value": "5", "url": "#", "tone": "risk", "note": "3 på plan · 1 bevakas · 1 risk"},
        {
            "label": "Utan hemvist",
            "value": "1,2\u00a0%",
            "tone": "ok",
            "compare": "220\u00a0tkr, äldst 74 dagar",
            "target": "Mål ≤\u00a02\u00a0%",
        },
        {"label": "Prognos", "value": formatting.MISSING, "tone": "muted", "note": "Ingen prognos är lämnad."},
    ]


def _tree() -> list[dict[str, Any]]:
    return [
        {
            "level": 1,
            "number": "3.1",
            "text": "Tydliga tjänster",
            "url": "#",
            "progress": None,
            "note": "Fokusområdet har inget mål",
            "note_url": "#",
        },
        {
            "level": 2,
            "text": "Mål: Vi levererar rätt saker",
            "url": "#",
            "progress": 52,
            "expected": 60,
            "status": STATUSES[2],
        },
        {
            "level": 3,
            "number": "3.1.1",
            "text": "Vi har en fungerande struktur för tjänster och leveranser",
            "url": "#",
            "owner": "Anna Berg",
            "owner_url": "#",
            "status": STATUSES[1],
            "progress": 64,
            "expected": 60,
            "age": "6 dagar sedan",
        },
        {
            "level": 4,
            "number": "3.1.1.1",
            "text": "Tjänsternas värde är känt",
            "url": "#",
            "owner": "Omar Lindqvist",
            "status": STATUSES[3],
            "progress": 20,
            "expected": 60,
            "age": "74 dagar sedan",
        },
        {
            "level": 4,
            "number": "3.1.1.2",
            "text": "Strukturen är hel",
            "url": "#",
            "status": STATUSES[0],
            "progress": 0,
            "age": "Ingen avstämning",
            "note": "Ingen ansvarig",
            "note_url": "#",
        },
    ]


def _deviations() -> list[dict[str, Any]]:
    rows = [
        ("E-post och kalender", 2_310_400, 1_900_000),
        ("Lagring", 1_120_000, 1_300_000),
        ("Lärplattform", 3_480_250, 3_480_250),
        ("Identitet och åtkomst", 890_900, 740_000),
    ]
    bars = small_charts.diverging([actual - budget for _, actual, budget in rows], fmt=formatting.kr)
    return [
        {"name": n, "actual": a, "budget": b, "difference": a - b, "bar": bar}
        for (n, a, b), bar in zip(rows, bars, strict=True)
    ]


def _entries(today: dt.date) -> list[dict[str, Any]]:
    texts = (
        (6, 3, 45, 60, "Kompetensprofiler saknas för fyra tjänster.", "Två tjänsteägare är inte utsedda."),
        (128, 2, 35, 40, "Arbetet går framåt men långsammare än tänkt.", ""),
        (250, 1, 20, 20, "Uppstarten gick som planerat.", ""),
    )
    return [
        {
            "day": today - dt.timedelta(n),
            "when": formatting.age(today - dt.timedelta(n), today),
            "by": "Anna Berg",
            "status": STATUSES[s],
            "progress": p,
            "expected": e,
            "text": text,
            "blocked": blocked,
        }
        for n, s, p, e, text, blocked in texts
    ]


def context(today: dt.date, query: QueryDict) -> dict[str, Any]:
    broken = SampleForm({"name": "", "share": "140"}, auto_id="fel_%s")
    page = Paginator(range(1, 1235), 50).get_page(query.get("page", "3"))
    return {
        "colours": COLOURS,
        "icons": ICONS,
        "statuses": STATUSES,
        "key_figures": _key_figures(),
        "crumbs": [{"label": "Plan", "url": "/plan/"}, {"label": "3.1 Tydliga tjänster", "url": "#"}],
        "tree": _tree(),
        "deviations": _deviations(),
        "entries": _entries(today),
        "parts": small_charts.parts(
            [("uppnådda", 2, "ok"), ("bevakas", 1, "watch"), ("i risk", 1, "risk"), ("ej påbörjade", 3, "muted")]
        ),
        "todo": [
            {"text": "Avstämning 3.1.2 är 6 dagar sen", "url": "#", "action": "Gör avstämning", "tone": "risk"},
            {
                "text": "184\u00a0210\u00a0kr på kst 11320 saknar hemvist",
                "url": "#",
                "action": "Fördela",
                "tone": "watch",
            },
            {
                "text": "Kvittera personer och resurser för T2",
                "note": "senast 15 sep",
                "url": "#",
                "action": "Kvittera",
            },
        ],
        "facts": [
            {"term": "Tjänsteområde", "value": "Digital arbetsplats", "url": "#"},
            {"term": "Tjänsteägare", "value": "Anna Berg"},
            {"term": "Kostnadsägare", "missing": "Ingen kostnadsägare.", "missing_url": "#", "missing_link": "Utse en"},
            {"term": "Beslutad", "value": formatting.iso_date(today)},
        ],
        "tabs": [
            {"label": "Hela planen", "url": "#", "current": True, "count": 18},
            {"label": "Luckor", "url": "#", "count": 7},
            {"label": "Historik", "url": "#"},
        ],
        "steps": [
            {"label": "Fil", "url": "#", "state": "done"},
            {"label": "Tolkning", "url": "#", "state": "done"},
            {"label": "Förhandsvisning", "state": "current"},
            {"label": "Bokförd", "state": "ahead"},
        ],
        "form": SampleForm(),
        "broken_form": broken,
        "filter_form": SampleFilter(query or None),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        **_charts(),
    }
