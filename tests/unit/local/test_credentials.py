"""The formats in which brokers keep passwords."""

import base64

from services.local import mosquitto, rabbitmq

# What `mosquitto_passwd -b FILE u secret` of Mosquitto 2.0.11 wrote.
_SALT = "OZzvIWoKRNfrYLff"
_WRITTEN = (
    "$7$101$" + _SALT + "$f+N1MGrgWqS+68lVbNJkaWKoqez0fG8tSQ9pDHFj5axb"
    "bMoBolnhzHnAtH13LmfipXHcCSBFqyqVOIwOXI4kaw=="
)


def test_mosquitto_hash_equals_what_mosquitto_passwd_writes() -> None:
    assert mosquitto.password_hash("secret", base64.b64decode(_SALT)) == _WRITTEN


def test_rabbitmq_hash_is_the_documented_example() -> None:
    # RabbitMQ's documentation on passwords: salt 908DC60A and "test12"
    hashed = rabbitmq.password_hash("test12", bytes.fromhex("908DC60A"))
    assert hashed == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_hashes_are_salted() -> None:
    assert mosquitto.password_hash("x") != mosquitto.password_hash("x")
    assert rabbitmq.password_hash("x") != rabbitmq.password_hash("x")
