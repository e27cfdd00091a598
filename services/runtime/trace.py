"""Trace ids: one name for a batch of readings, from the MQTT message to the wall."""

import secrets


def new_trace_id() -> str:
    """32 hexadecimal digits, the form of a W3C trace id."""
    return secrets.token_hex(16)
