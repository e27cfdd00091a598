"""Hải Đăng from Python: typed stubs with a token, watches that resume, and errors that say what to do."""

from haidang_client.client import Client
from haidang_client.errors import Problem, problem_of
from haidang_client.streams import follow, pages

__all__ = ["Client", "Problem", "follow", "pages", "problem_of"]
