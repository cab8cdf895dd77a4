"""Who represents a home in an enrolment."""

from datetime import date

from shared.chassis.declarations.event import Event


class RepresentativeNominated(Event):
    """A home put a person forward.

    Caused always by NominateRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    job_role: str


class RepresentativeConfirmed(Event):
    """A person represents the home from a day on. `cohort_id` is set once the home has a place.

    Caused always by ConfirmRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    represents_from: date
    cohort_id: str | None = None


class RepresentativeEnded(Event):
    """A person no longer represents the home.

    When nobody is left (`remaining_active` 0), `vacant_since` is the first day without anybody; a home that has its
    place is paused on `grace_ends_on`, unless somebody follows.
    Caused always by EndRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    ended_on: date
    reason: str
    remaining_active: int
    cohort_id: str | None = None
    vacant_since: date | None = None
    grace_ends_on: date | None = None


class RepresentativeReplaced(Event):
    """A person took over from another who represented the home; the home keeps its place and what it covered.

    `covered_by_leaver` stays with the leaver; `to_catch_up` is what the home has covered and the newcomer has not.
    Caused always by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    outgoing_person_id: str
    incoming_person_id: str
    represents_from: date
    reason: str
    covered_by_leaver: tuple[str, ...]
    to_catch_up: tuple[str, ...]
    cohort_id: str | None = None
