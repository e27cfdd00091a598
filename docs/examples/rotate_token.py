"""Exchanges the token for a new secret and prints it, with whose it is. The old one works for an hour yet."""

import sys

import grpc
from haidang_client import Client, problem_of
from ioc.access.v1 import tokens_pb2

with Client.from_environment() as client:
    own = client.tokens.WhoAmI(tokens_pb2.WhoAmIRequest())
    print(
        f"{own.name}: {', '.join(own.scopes)}; areas: {', '.join(own.areas) or 'everywhere'}", file=sys.stderr
    )
    try:
        print(client.tokens.RotateToken(tokens_pb2.RotateTokenRequest(grace_s=3_600)).secret)
    except grpc.RpcError as error:
        problem = problem_of(error)
        sys.exit(f"{problem.reason}: {problem.message} (again: {problem.again})")
