"""Questions about enrolment that neither an aggregate nor a view answers."""

from services.enrolment.queries.calendars import CALENDARS
from services.enrolment.queries.registers import REGISTERS
from services.enrolment.queries.standing import STANDING

QUERIES = (*STANDING, *CALENDARS, *REGISTERS)
