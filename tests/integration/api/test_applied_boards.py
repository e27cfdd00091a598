"""Boards planned and applied over gRPC and by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from haidang_client import problem_of
from ioc.display.v1 import boards_pb2 as pb
from ioc.display.v1 import walls_pb2
from ioc.display.v1.boards_pb2_grpc import BoardsServiceStub
from ioc.display.v1.walls_pb2_grpc import WallsServiceStub

from services.display import board_file, store
from services.display.walls import Report
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.process_world import client, haidang, lines, port, start

__all__ = ["client", "port", "start"]

pytestmark = pytest.mark.one_store("boards are in tables of their own, whatever keeps telemetry")

SHIPPED = Path(board_file.__file__).parent / "boards"
BOARD = "moi-truong"


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return BoardsServiceStub(channel)


def text_of(board: str = BOARD, **more: Any) -> str:
    """A shipped board with other fields."""
    raw = json.loads((SHIPPED / f"{BOARD}.json").read_text("utf-8"))
    return json.dumps(raw | {"board": board} | more, ensure_ascii=False)


def titled(title: str, board: str = BOARD) -> str:
    return text_of(board, title={"vi": title, "en": "Other"})


def file(text: str, revision: int | None = None, name: str = "b.json") -> pb.BoardFile:
    return pb.BoardFile(name=name, text=text, revision=revision)


class Boards:
    """The service in the name of one token."""

    def __init__(self, stub: Any, metadata: Metadata) -> None:
        self._stub, self._metadata = stub, metadata

    def does(self, method: str, request: Any) -> Any:
        return getattr(self._stub, method)(request, metadata=self._metadata, timeout=10)

    def apply(self, *files: pb.BoardFile) -> list[pb.BoardPlan]:
        return list(self.does("ApplyBoards", pb.ApplyBoardsRequest(files=files)).boards)

    def board(self, name: str = BOARD) -> pb.Board:
        (found,) = [
            one for one in self.does("ListBoards", pb.ListBoardsRequest()).boards if one.board == name
        ]
        return found

    def refuses(self, method: str, request: Any) -> tuple[str, str]:
        """Field and reason."""
        with pytest.raises(grpc.RpcError) as error:
            self.does(method, request)
        problem = problem_of(error.value)
        return problem.field, problem.reason


@pytest.fixture
def boards(stub: Any, metadata: Metadata) -> Boards:
    return Boards(stub, metadata)


@pytest.fixture
def wall(database: Database) -> store.Wall:
    """One that has just painted the board."""
    now = datetime.now(UTC)
    with connect(database.dsn("display"), "test") as connection:
        made = store.add_wall(connection, "Tường Ộ Ễ", [BOARD, "tong-quan"], 30, "vi")
        report = Report(round(now.timestamp() * 1000), BOARD, 0, 0, None, 60, "", 1920, 1080)
        store.put_reports(connection, {made.wall: (now, report)}, now)
    return made


def versions(database: Database) -> tuple[int, int]:
    """Of what walls show, and how many revisions of boards there are."""
    with psycopg.connect(database.dsn("display")) as connection:
        row = connection.execute("SELECT count(*) FROM display.board_revisions").fetchone()
        assert row is not None
        return store.version(connection), row[0]


def test_a_plan_says_what_changes_and_changes_nothing(
    boards: Boards, database: Database, wall: store.Wall
) -> None:
    before = versions(database)
    raw = json.loads(text_of())
    first, *rest = raw["panels"]
    item = {"indicator": "XX-01", "period": "month", "decimals": 0}
    added = {
        "id": "moi",
        "panel": "value",
        "title": {"vi": "Mới", "en": "New"},
        "at": first["at"],
        "items": [item],
    }
    request = pb.PlanBoardsRequest(
        files=[file(text_of(panels=[added, *rest])), file(titled("B", "them"), name="c")]
    )
    changed, new = boards.does("PlanBoards", request).boards
    assert (changed.board, changed.change, changed.revision) == (BOARD, "changed", 0)
    assert [(one.panel, one.change, one.title_vi) for one in changed.panels] == [
        ("moi", "added", "Mới"),
        ("map", "removed", first["title"]["vi"]),
    ]
    lacks = [(one.panel, one.field, one.reason, one.what) for one in changed.missing]
    assert ("moi", "items[0]", "unknown_indicator", "XX-01") in lacks
    assert [(one.wall, one.name, one.showing) for one in changed.walls] == [(wall.wall, wall.name, True)]
    assert (new.board, new.change, len(new.walls)) == ("them", "new", 0)
    assert {one.change for one in new.panels} == {"added"}
    assert versions(database) == before


def test_what_is_no_board_is_refused_by_file_panel_and_field_and_nothing_of_the_others_is_applied(
    boards: Boards, database: Database, new_token: Callable[..., str], stub: Any
) -> None:
    before = versions(database)
    good, wrong = file(titled("B"), name="a.json"), text_of().replace('"days": 91', '"days": "91"')

    def fault(*files: pb.BoardFile) -> tuple[str, str]:
        return boards.refuses("ApplyBoards", pb.ApplyBoardsRequest(files=files))

    assert fault(good, file(wrong)) == ("files[b.json].days.days", "bad_board")
    assert fault(good, file("{")) == ("files[b.json]", "bad_board")
    assert fault(good, file(titled("C"))) == ("files[b.json].board", "repeated")
    assert fault(good, file(titled("e\u0301"))) == ("files[b.json].text", "not_nfc")
    assert fault(good, file(" " * 300_000)) == ("files[b.json].text", "too_large")
    assert fault(good, file(titled("B"), name="")) == ("files[1].name", "required")
    assert fault(good, file(titled("B", "them"), revision=3)) == ("files[b.json].revision", "changed_since")
    assert fault() == ("files", "empty")
    assert fault(*[good] * 51) == ("files", "too_many")
    for name in ("PlanBoards", "ApplyBoards"):
        for scopes, more in ((("walls.read",), {}), (("walls.operate",), {"areas": ["56"]})):
            poor = Boards(stub, bearer(new_token(*scopes, **more)))
            request = getattr(pb, f"{name}Request")(files=[good])
            assert poor.refuses(name, request)[1] in ("scope_missing", "not_for_areas")
    assert versions(database) == before
    assert boards.board().shipped


def test_an_application_is_in_force_is_told_by_whom_and_may_be_repeated(
    boards: Boards, database: Database, channel: grpc.Channel, metadata: Metadata
) -> None:
    text = titled("Môi trường Ộ Ễ Ự Ẵ Ỹ đ")
    (done,) = boards.apply(file(text, revision=0))
    assert (done.change, done.revision) == ("changed", 1)
    told = boards.board()
    assert (told.title_vi, told.revision, told.shipped) == ("Môi trường Ộ Ễ Ự Ẵ Ỹ đ", 1, False)
    assert (told.changed_by, told.HasField("changed_at")) == ("test", True)
    after = versions(database)
    (again,) = boards.apply(file(json.dumps(json.loads(text), indent=1), revision=0))  # its answer was lost
    assert (again.change, again.revision, versions(database)) == ("same", 1, after)

    request = pb.ApplyBoardsRequest(files=[file(titled("Khác"), revision=0)])
    assert boards.refuses("ApplyBoards", request) == ("files[b.json].revision", "changed_since")
    assert boards.refuses("PlanBoards", pb.PlanBoardsRequest(files=request.files))[1] == "changed_since"
    boards.apply(file(titled("Khác"), revision=1))
    earlier = boards.does("GetBoard", pb.GetBoardRequest(board=BOARD, revision=1))
    assert (earlier.text, earlier.board.title_vi) == (text, "Khác")
    assert [one.revision for one in earlier.revisions] == [2, 1]

    boards.apply(file(titled("Thêm", "them")))
    walls = WallsServiceStub(channel)
    pair = walls_pb2.PairWallRequest(name="Tường 9", boards=["them"])
    assert list(walls.PairWall(pair, metadata=metadata, timeout=10).wall.boards) == ["them"]


def test_a_reset_goes_back_to_what_is_shipped_and_takes_no_board_from_a_wall(
    boards: Boards, database: Database
) -> None:
    shipped = boards.does("GetBoard", pb.GetBoardRequest(board=BOARD)).text
    assert shipped == (SHIPPED / f"{BOARD}.json").read_text("utf-8")
    boards.apply(file(titled("Khác")), file(titled("Thêm", "them"), name="c"))

    def reset(board: str, revision: int | None = None) -> pb.ResetBoardRequest:
        return pb.ResetBoardRequest(board=board, revision=revision)

    assert boards.refuses("ResetBoard", reset(BOARD, 7)) == ("revision", "changed_since")
    for _ in range(2):  # the second finds it done
        back = boards.does("ResetBoard", reset(BOARD, 1)).board
        assert (back.shipped, back.revision, back.title_vi) == (True, 2, "Môi trường")
    told = boards.does("GetBoard", pb.GetBoardRequest(board=BOARD))
    assert (told.text, [one.reset for one in told.revisions]) == (shipped, [True, False])
    assert boards.refuses("GetBoard", pb.GetBoardRequest(board=BOARD, revision=9))[1] == "unknown_revision"

    with connect(database.dsn("display"), "test") as connection:
        wall = store.add_wall(connection, "Tường 3", ["them"], 30, "vi")
    assert boards.refuses("ResetBoard", reset("them")) == ("board", "in_use")
    with connect(database.dsn("display"), "test") as connection:
        store.put_wall(connection, wall._replace(boards=("tong-quan",)))
    assert not boards.does("ResetBoard", reset("them")).HasField("board")
    assert boards.refuses("ResetBoard", reset("them")) == ("board", "unknown_board")
    gone = boards.does("GetBoard", pb.GetBoardRequest(board="them", revision=1))
    assert (gone.HasField("board"), json.loads(gone.text)["title"]["vi"]) == (False, "Thêm")
    (anew,) = boards.apply(file(gone.text))
    assert (anew.change, anew.revision) == ("new", 3)


def test_of_many_who_apply_at_once_one_wins_and_the_others_are_told(boards: Boards) -> None:
    def try_it(number: int) -> str:
        try:
            boards.apply(
                file(titled(f"Bảng {number}"), revision=0), file(titled("Thêm", f"them-{number}"), name="c")
            )
        except grpc.RpcError as error:
            return problem_of(error).reason
        return f"them-{number}"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(try_it, range(8)))
        (winner,) = [one for one in outcomes if one != "changed_since"]
        there = [one.board for one in boards.does("ListBoards", pb.ListBoardsRequest()).boards]
        assert [board for board in there if board.startswith("them")] == [winner]
        assert boards.board().revision == 1
        done = list(threads.map(lambda number: boards.apply(file(titled(f"Bảng {number}, lại"))), range(8)))
    assert sorted(plan.revision for (plan,) in done) == list(range(2, 10))


def test_the_command_line_plans_applies_shows_and_resets(
    start: Callable[..., object], client: dict[str, str], wall: store.Wall, tmp_path: Path
) -> None:
    start()
    kept = tmp_path / "moi-truong.json"
    kept.write_text(haidang(client, "boards", "show", BOARD).stdout, encoding="utf-8")
    unchanged = haidang(client, "--lang", "vi", "boards", "plan", str(kept))
    assert "giữ nguyên" in unchanged.stdout
    assert "chạy apply" not in unchanged.stderr
    raw = json.loads(kept.read_text("utf-8"))
    del raw["panels"][1]
    raw["panels"][0]["title"]["vi"] = "Bản đồ Ộ Ễ Ự"
    kept.write_text(json.dumps(raw), encoding="utf-8")
    planned = haidang(client, "--lang", "vi", "boards", "plan", str(tmp_path))
    for word in ("sửa bảng", "sửa ô", "Bản đồ Ộ Ễ Ự (title)", "bỏ ô", "chưa có", "Tường Ộ Ễ (đang hiện)"):
        assert word in planned.stdout
    assert f"--revision {BOARD}=0" in planned.stderr
    applied = lines(haidang(client, "boards", "apply", str(kept), "--revision", f"{BOARD}=0", "--json"))
    assert {
        "board": BOARD,
        "board_event": "changed_board",
        "panel": None,
        "text": "revision 1 now",
    } in applied
    raw["panels"].pop()
    kept.write_text(json.dumps(raw), encoding="utf-8")
    late = haidang(client, "boards", "apply", str(kept), "--revision", f"{BOARD}=0")
    assert (late.returncode, "it is revision 1 by now" in late.stderr) == (2, True)
    strange = haidang(client, "boards", "apply", str(kept), "--revision", "khac=0")
    assert strange.returncode == 2

    (row,) = [one for one in lines(haidang(client, "boards", "list", "--json")) if one["board"] == BOARD]
    assert (row["board_event"], row["revision"], row["actor"]) == ("applied", 1, "test")
    (back,) = lines(haidang(client, "boards", "reset", BOARD, "--json"))
    assert (back["board_event"], back["revision"]) == ("shipped", 2)
    history = lines(haidang(client, "boards", "history", BOARD, "--json"))
    assert [one["board_event"] for one in history] == ["reset", "applied"]
    kept.write_text("[]", encoding="utf-8")
    wrong = haidang(client, "boards", "plan", str(kept))
    assert (wrong.returncode, "files[moi-truong.json]" in wrong.stderr) == (2, True)
