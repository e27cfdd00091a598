"""Metrics of the hub; names are a contract with boards and alert rules."""

from prometheus_client import Counter, Gauge, Histogram

WALLS = Gauge("haidang_hub_walls", "Walls connected.", ["board"])
SENT = Counter("haidang_hub_frames_sent", "Frames sent to walls.", ["kind"])
DROPPED = Counter("haidang_hub_walls_dropped", "Walls whose connection the hub ended.", ["reason"])
MERGED = Counter("haidang_hub_deltas_merged", "Deltas folded into a later frame, because a wall was behind.")
REFRESHES = Counter("haidang_hub_refreshes", "Snapshots taken from the database.", ["outcome"])
BOARDS_REFUSED = Counter("haidang_hub_boards_refused", "Changed board files that are no boards.")
FACTS = Counter("haidang_hub_facts", "Facts received.", ["fact", "step"])
LAG = Histogram(
    "haidang_hub_lag_seconds",
    "From the receipt of the newest reading of a fact to its delta being offered to the walls.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1, 2, 5, 10, 30, 60),
)
