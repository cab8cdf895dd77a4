"""What falls due in enrolment: nothing yet.

Here belong the moments at which an enrolment is overrun or at risk, a waiting offer expires, a vacancy becomes one too
long. Reminders to people are the business of notifications.
"""

from shared.chassis.declarations.deadline import Deadline

DEADLINES: tuple[Deadline, ...] = ()
