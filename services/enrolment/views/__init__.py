"""What people look at in enrolment, and how each event changes it.

Every row is fed by one stream, in its order; only who has a role where, and who has to catch up, is folded from
several, in any.
"""

from services.enrolment.views.attention import HOMES_AT_RISK, OVERDUE
from services.enrolment.views.calendar_feeds import CALENDAR_FEEDS
from services.enrolment.views.catch_ups import CATCH_UPS
from services.enrolment.views.enrolments import ENROLMENTS
from services.enrolment.views.facilitators import FACILITATORS
from services.enrolment.views.joining import INTERESTS, WAITING_PLACES
from services.enrolment.views.programme import CARE_HOMES, COHORTS, PROGRAMME_VERSIONS
from services.enrolment.views.standing import STANDING
from services.enrolment.views.uploads import UPLOADS
from services.enrolment.views.workshops import ATTENDANCES, WORKSHOPS

VIEWS = (
    PROGRAMME_VERSIONS,
    CARE_HOMES,
    FACILITATORS,
    COHORTS,
    WORKSHOPS,
    ENROLMENTS,
    ATTENDANCES,
    CATCH_UPS,
    UPLOADS,
    CALENDAR_FEEDS,
    HOMES_AT_RISK,
    OVERDUE,
    WAITING_PLACES,
    INTERESTS,
    STANDING,
)
