"""What counts as something happening in a portfolio: the home writes, a facilitator decides, somebody signs.

One meaning for *quiet*, *stalled* and *revived*. A step is unlocked at a workshop and a portfolio handed over at a
desk: nobody worked on what it is to show.
"""

from shared.events.portfolio import (
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceMapped,
    EvidenceReturned,
    EvidenceRevised,
    EvidenceSubmitted,
    FacilitatorSigned,
    ManagerAttested,
    RequirementExcepted,
)

Activity = (
    EvidenceDrafted
    | EvidenceRevised
    | EvidenceMapped
    | EvidenceFileAttached
    | EvidenceSubmitted
    | EvidenceReturned
    | EvidenceApproved
    | RequirementExcepted
    | ManagerAttested
    | FacilitatorSigned
)
