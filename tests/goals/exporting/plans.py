"""A plan with everything that an export has to write."""

from goals.blocks import Block, Cell
from goals.content import AreaContent, PlanContent, ResultContent, SectionContent

BLOCK = Block(
    "{{ luckor }}",
    "Luckor i planen",
    ("Nr", "Status", "Framsteg"),
    ((Cell("3.1.1"), Cell("Bevakas", icon="◐", tone="watch"), Cell("40 %", is_number=True)),),
)
TEXT = """Vi **finns** för *dig*, `kod` och [länk](https://example.org/x). Åäö ○ ● ◐ ▲ ✓ ✕ − – … ”så”.

- punkt
- en till
  1. under

> citat

| Namn | Antal |
|---|---:|
| Ett | 1 |

```
# kod
```

{{ luckor }}

😀 e\u0301 שלום مرحبا #strong[inget] $x$ \\u{41} <script>alert(1)</script>
"""


def content(sections: int = 3, results: int = 3, text: str = TEXT) -> PlanContent:
    """Chapter 01 with sections, chapter 03 with focus areas; `results` in all."""
    chapters = [SectionContent("c1", "01", "Inledning", "")]
    chapters += [
        SectionContent(f"s{n}", f"1.{n}", f"Avsnitt åäö {n} <#>", text, blocks=(BLOCK,)) for n in range(1, sections - 2)
    ]
    found = tuple(
        ResultContent(
            f"r{n}", f"3.1.{n}", f"Resultat {n} är uppnått.", 1, parts=(ResultContent(f"p{n}", f"3.1.{n}.1", "Del"),)
        )
        for n in range(1, results // 2 + 1)
    )
    area = AreaContent(("Nytta för alla.",), found)
    chapters += [SectionContent("c3", "03", "Mål", ""), SectionContent("a1", "3.1", "Leverans", "", area=area)]
    return PlanContent("Verksamhetsplan", 2025, 2027, "IT-avdelningen", tuple(chapters))
