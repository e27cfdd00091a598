"""A connection to the API with a token, and what its errors mean to the one who typed the command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from haidang_client import Client

from services.cli import words
from services.cli.settings import ClientSettings
from services.cli.words import Language

EXIT_FAILED, EXIT_USAGE, EXIT_REFUSED, EXIT_NOT_FOUND, EXIT_UNAVAILABLE = 1, 2, 3, 4, 5

# Status code: the sentence, and the exit code.
_MEANING: dict[grpc.StatusCode, tuple[str, int]] = {
    grpc.StatusCode.UNAUTHENTICATED: ("unauthenticated", EXIT_REFUSED),
    grpc.StatusCode.PERMISSION_DENIED: ("forbidden", EXIT_REFUSED),
    grpc.StatusCode.INVALID_ARGUMENT: ("invalid", EXIT_USAGE),
    grpc.StatusCode.NOT_FOUND: ("not_found", EXIT_NOT_FOUND),
    grpc.StatusCode.RESOURCE_EXHAUSTED: ("too_much", EXIT_UNAVAILABLE),
    grpc.StatusCode.OUT_OF_RANGE: ("out_of_range", EXIT_NOT_FOUND),
    grpc.StatusCode.UNAVAILABLE: ("unavailable", EXIT_UNAVAILABLE),
    grpc.StatusCode.DEADLINE_EXCEEDED: ("too_late", EXIT_UNAVAILABLE),
}


class CommandError(Exception):
    """Ends the command with a sentence and an exit code."""

    def __init__(self, sentence: str, exit_code: int = EXIT_FAILED) -> None:
        self.exit_code = exit_code
        super().__init__(sentence)


@dataclass(slots=True)
class Session:
    """What every command needs: where to call, as whom, and in which language to answer."""

    settings: ClientSettings
    language: Language
    variables: dict[str, str] = field(default_factory=dict)

    def call(self, method: Any, request: Any) -> Any:
        """The answer of a unary method."""
        with self.explained():
            return method(request)

    @contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A channel whose calls carry the token, TLS where an authority is set.

        Raises:
            CommandError: there is no token.
        """
        if not self.settings.token:
            raise CommandError(words.message("no_token", self.language), EXIT_REFUSED)
        settings = self.settings
        with Client(settings.address, settings.token, settings.authority_file) as client:
            yield client.channel

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns a failed call into a sentence."""
        try:
            yield
        except grpc.RpcError as error:
            raise self.explain(error) from error

    def explain(self, error: Any) -> CommandError:
        """The sentence and exit code of a failed call."""
        key, exit_code = _MEANING.get(error.code(), ("failed", EXIT_FAILED))
        sentence = words.message(
            key,
            self.language,
            address=self.settings.address,
            code=error.code().name,
            detail=error.details(),
        )
        return CommandError(sentence, exit_code)
