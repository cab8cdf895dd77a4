"""What falls due in network: nothing yet. A membership and a consent last until the member ends them."""

from shared.chassis.declarations.deadline import Deadline

DEADLINES: tuple[Deadline, ...] = ()
