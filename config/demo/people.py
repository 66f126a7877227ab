"""Who works at the demo organisation. Every name is made up."""

from dataclasses import dataclass

ORGANISATION = "nusantara"
NAME = "Nusantara Niaga"
ZONE = "Asia/Jakarta"
CURRENCY = "IDR"
DOMAIN = "nusantara.example"
PASSWORD = "daya-demo-2468"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Squad:
    """A selling team: its region, its manager, its reps."""

    region: str
    name: str
    manager: str
    reps: tuple[str, ...]


ADMINS = ("Sri Rahayu Wulandari", "Thomas Lindqvist")
REGIONS = {
    "Jawa": "Bambang Hadi Prasetyo",
    "Sumatra & Kalimantan": "Maria Fransiska Simanjuntak",
    "International": "Claire Dubois",
}
SQUADS = (
    Squad(
        region="Jawa",
        name="Jakarta",
        manager="Dewi Lestari",
        reps=(
            "Agus Santoso",
            "Gita Savitri",
            "Putri Maharani",
            "Rizky Ramadhan",
            "Sari Nuraini",
            "Yusuf Hakim",
        ),
    ),
    Squad(
        region="Jawa",
        name="Surabaya",
        manager="Eko Wahyudi",
        reps=(
            "Fitri Handayani",
            "Hendra Gunawan",
            "Indah Permata Sari",
            "Joko Susilo",
            "Maya Anggraini",
        ),
    ),
    Squad(
        region="Sumatra & Kalimantan",
        name="Medan",
        manager="Rudi Tampubolon",
        reps=("Lina Marpaung", "Nadia Siregar", "Oscar Hutapea", "Ratna Dewi", "Budi Nasution"),
    ),
    Squad(
        region="Sumatra & Kalimantan",
        name="Balikpapan",
        manager="Wayan Suardika",
        reps=("Komang Ayu", "Made Wirawan", "Tri Utami", "Zainal Abidin"),
    ),
    Squad(
        region="International",
        name="Singapore & Malaysia",
        manager="Tan Wei Ming",
        reps=("Aisyah binti Rahman", "Lim Jia Hui", "Rajesh Kumar", "Farid Iskandar", "Hana Sato"),
    ),
    Squad(
        region="International",
        name="Australia & New Zealand",
        manager="Olivia Thompson",
        reps=("Jack Wilson", "Mia Te Rangi", "Noah Nguyen-Clarke", "Priya Venkataraghavan"),
    ),
)


def mail(name: str) -> str:
    """The mail address of somebody of that name."""
    first, *_rest, last = name.lower().split()
    return f"{first}.{last}@{DOMAIN}"


SIGN_INS = (
    ("admin, also staff", ADMINS[0]),
    ("manager of a region", REGIONS["Jawa"]),
    ("manager of a team", SQUADS[0].manager),
    ("rep", SQUADS[0].reps[0]),
)
"""Whose mail addresses the demo prints; everybody has an account and the same password."""
