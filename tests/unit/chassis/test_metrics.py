"""Metrics say which service they speak of, each process in a registry of its own."""

from prometheus_client import generate_latest

from shared.chassis.metrics import Metrics


def test_what_was_counted_is_told() -> None:
    metrics = Metrics("shoes")
    metrics.command("PlaceOrder", "done")
    metrics.command("PlaceOrder", "sold_out")
    metrics.relay(7, 2)
    told = generate_latest(metrics.registry).decode()
    assert 'sixsteps_commands_total{command="PlaceOrder",result="done",service="shoes"} 1.0' in told
    assert 'sixsteps_commands_total{command="PlaceOrder",result="sold_out",service="shoes"} 1.0' in told
    assert 'sixsteps_commits_waiting{service="shoes"} 2.0' in told


def test_two_services_in_one_process_do_not_meet() -> None:
    Metrics("shoes").command("PlaceOrder", "done")
    assert b"PlaceOrder" not in generate_latest(Metrics("boots").registry)
