"""An invitation that calendars understand (iTIP, RFC 5546): the same UID for ever, a SEQUENCE that only rises."""

from datetime import UTC

from icalendar import Calendar, Event, vCalAddress

from services.notifications.gateways.mail import Appointment, Mail, Sender


def calendar(appointment: Appointment, mail: Mail, sender: Sender) -> str:
    """The entry as text, for the one who gets this e-mail."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", mail.at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", appointment.title)
    if appointment.place:
        event.add("location", appointment.place)
    event.add("status", "CANCELLED" if appointment.method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _organiser(sender))
    event.add("attendee", vCalAddress(f"mailto:{mail.to}"))
    found = Calendar()
    found.add("prodid", "-//Six Steps//notifications//EN")
    found.add("version", "2.0")
    found.add("method", appointment.method)
    found.add_component(event)
    return str(found.to_ical().decode())


def _organiser(sender: Sender) -> vCalAddress:
    address = vCalAddress(f"mailto:{sender.address}")
    if sender.name:
        address.params["CN"] = sender.name
    return address
