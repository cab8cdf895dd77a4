"""What people look at in network: who is a member, what of them may be seen, where they meet, and who comes."""

from services.network.views.bookings import BOOKINGS
from services.network.views.directory import DIRECTORY
from services.network.views.gatherings import GATHERINGS
from services.network.views.members import MEMBERS

VIEWS = (MEMBERS, DIRECTORY, GATHERINGS, BOOKINGS)
