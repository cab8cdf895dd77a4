"""What people look at in network: members, what may be seen of them, where they meet, and who comes or would."""

from services.network.views.bookings import BOOKINGS
from services.network.views.directory import DIRECTORY
from services.network.views.gatherings import GATHERINGS
from services.network.views.interests import INTERESTS
from services.network.views.members import MEMBERS

VIEWS = (MEMBERS, DIRECTORY, GATHERINGS, BOOKINGS, INTERESTS)
