"""Owns the metrics of the simulator."""

from prometheus_client import Counter, Gauge

OBSERVED = Counter("haidang_simulator_observed_total", "Readings observed by devices.", ["kind"])
PUBLISHED = Counter("haidang_simulator_published_total", "Messages handed to the broker.", ["kind"])
ACKNOWLEDGED = Counter("haidang_simulator_acknowledged_total", "Messages the broker acknowledged.", ["kind"])
FORGOTTEN = Counter("haidang_simulator_forgotten_total", "Readings lost because a device's memory was full.")
CONNECTED = Gauge("haidang_simulator_connected", "Devices that have a connection.")
BUFFERED = Gauge("haidang_simulator_buffered", "Readings in the memory of devices, not yet published.")
COMMANDS = Counter("haidang_simulator_commands_total", "Commands answered by devices.", ["ok"])
HANDED_IN = Counter("haidang_simulator_lines_total", "Lines of records handed in.", ["dataset"])
