"""Who represents or manages which home, whatever their token still says."""

from shared.chassis.declarations.standing import standing
from shared.events.tenures import at_home

STANDING = standing(at_home)
