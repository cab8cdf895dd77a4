"""The mail sink keeps what it gets, and of its lines only those that are open."""

from pathlib import Path
from smtplib import SMTP

from deploy.local.mail import MailSink


def test_lines_that_are_over_are_forgotten(tmp_path: Path) -> None:
    sink = MailSink(tmp_path)
    sink.start()
    try:
        for number in range(5):
            with SMTP("127.0.0.1", sink.port) as line:
                line.sendmail("us@example.org", "them@example.org", f"Subject: {number}")
        assert len(sink.headers()) == 5
        assert len(sink._lines) < 3
    finally:
        sink.stop()
