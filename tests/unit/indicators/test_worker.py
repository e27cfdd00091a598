"""What is part of the wire contract: the names of durable queues."""

from services.indicators.worker import SERVICES, FiguresService, Service


def test_the_queue_of_the_handler_keeps_its_name() -> None:
    """nameko makes "evt-telemetry-stored--indicators.on_stored" of these."""
    assert Service.name == "indicators"
    (handler,) = Service.on_stored.nameko_entrypoints
    assert (handler.source_service, handler.event_type) == ("telemetry", "stored")
    assert Service.on_stored.__name__ == "on_stored"


def test_the_queue_of_figures_keeps_its_name() -> None:
    """nameko makes "evt-records-appended--figures.on_appended" of these."""
    assert (Service, FiguresService) == SERVICES
    assert FiguresService.name == "figures"
    (handler,) = FiguresService.on_appended.nameko_entrypoints
    assert (handler.source_service, handler.event_type) == ("records", "appended")
    assert FiguresService.on_appended.__name__ == "on_appended"
