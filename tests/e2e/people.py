"""Who signs in where, of the demo's people."""

from config.demo import people
from config.demo.people import SQUADS, mail

ADMIN = mail(people.ADMINS[0])
REGION_MANAGER = mail(people.REGIONS["Jawa"])
TEAM_MANAGER = mail(SQUADS[0].manager)
REP_NAME = SQUADS[0].reps[0]
REP = mail(REP_NAME)

CHOOSES_A_LANGUAGE = mail(SQUADS[1].manager)
CHOOSES_A_THEME = mail(SQUADS[2].manager)
ADDS_A_FACTOR = mail(SQUADS[3].manager)
"""Managers of teams who change something about their own account."""
