"""Payload formats, one a file: bytes → samples, or the reason why not."""
