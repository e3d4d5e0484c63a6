"""Names and texts of the sample company, the awkward ones among them."""

from __future__ import annotations

PEOPLE = (
    ("Amelie Brandt", "Europe/Berlin"),
    ("Robin Castellanos", "Europe/Berlin"),
    ("Chidi Okafor", "Europe/Berlin"),
    ("Dana Whitfield", "America/New_York"),
    ("Emil Sørensen", "Europe/Berlin"),
    ("Fatima Zahra El-Amrani", "America/New_York"),
    ("Grace O'Neill", "America/New_York"),
    ("Haruto 田中", "Australia/Sydney"),
    ("Ines García-López", "Europe/Berlin"),
    ("Jack Thornton", "Australia/Sydney"),
    ("Katarzyna Wójcik", "America/New_York"),
    ("Liam Nguyễn", "Australia/Sydney"),
)
"""The first is the workspace's owner, the second the ordinary member, the last is inactive."""

CLIENTS = (
    ("Acme", None, False),
    ("Globex GmbH", "EUR", False),
    ("Pied Piper", None, False),
    ("Oldtown Café", "EUR", True),
)
"""Name, currency (None: the workspace's), archived."""

PROJECTS = (
    ("Website relaunch", "Acme", "#03A9F4"),
    ("Mobile app", "Acme", "#8BC34A"),
    ("Data warehouse", "Globex GmbH", "#FF9800"),
    ("ERP integration", "Globex GmbH", "#9C27B0"),
    ("The Box", "Pied Piper", "#F44336"),
    ("Menu designer", "Oldtown Café", "#795548"),
    ("Internal", None, "#607D8B"),
)
ARCHIVED_PROJECT, UNBILLED_PROJECT = "Menu designer", "Internal"

TASKS = {
    "Website relaunch": ("Design", "Implementation", "Review"),
    "Mobile app": ("iOS", "Android", "Release"),
    "Data warehouse": ("Modelling", "Pipelines"),
    "ERP integration": ("Analysis", "Implementation"),
    "The Box": ("Implement", "Support"),
    "Internal": ("Recruiting",),
}

TAGS = ("Remote", "On site", "Urgent", "Overtime", "Berlin, Mitte", "Legacy")
"""One has a comma; the last is archived."""

GROUPS = (("Engineering", (0, 2, 4, 7, 9)), ("Design", (3, 5, 8)), ("Leads", (0, 3)))
"""Name and the places of its members among the people; some are in two groups, some in none."""

CATEGORIES = (("Travel", "", None), ("Mileage", "km", 30), ("Meals", "", None))
"""Name, unit, cents per unit."""

TEXTS = (
    "Daily stand-up",
    "Code review",
    "Fix login redirect",
    "Write release notes",
    "Workshop with the client",
    "Plan next sprint",
    "Refactor the importer",
    "Answer support mail",
    "Update the data model",
    "Pair programming",
    "Prepare the demo",
    "Investigate slow queries",
    "Onboarding session",
    "Write integration tests",
    "",
)

AWKWARD = (
    "=1+1",
    '=HYPERLINK("https://example.com","click")',
    "+49 30 1234567 call back",
    "-3 degrees in the server room",
    "@robin asked for a second look",
    "'quoted' and \"double quoted\"",
    "First line\nsecond line\r\nthird line",
    "Tab\tseparated\tnotes",
    "🔴🟡🟢 Clase de Español 👩‍👩‍👧‍👦",
    "עברית and العربية in one line",
    "  blanks at both ends  ",
    "2021-11-05",
    "1e5",
    "007",
    "TRUE",
    "#REF!",
    "<b>bold</b> & <script>alert(1)</script>",
    "Semicolons; commas, and a back\\slash",
    "Very long: " + "the quick brown fox jumps over the lazy dog. " * 60,
    "",
)
