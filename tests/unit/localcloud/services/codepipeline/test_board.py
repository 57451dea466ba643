from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.services.codepipeline.board import Board
from shipway.localcloud.services.codepipeline.declaration import ExecutionMode

STAGES = ["Source", "Build", "Deploy"]


def entered(board: Board, *executions: str, stage: str = "Build") -> tuple[Board, list[str]]:
    """The board after these have arrived, and who was superseded."""
    lost: list[str] = []
    for execution in executions:
        board, superseded = board.arrive(execution, stage)
        lost += superseded
    return board, lost


def test_newer_execution_supersedes_the_one_that_waits_but_not_the_one_inside():
    board, _ = entered(Board(ExecutionMode.SUPERSEDED), "one")
    board, inside = board.admit("Build")
    assert inside == "one"
    board, lost = entered(board, "two", "three")
    assert lost == ["two"]
    assert board.admit("Build") == (board, None)
    _, following = board.remove("one").admit("Build")
    assert following == "three"


def test_queued_executions_enter_one_by_one_in_their_order():
    board, lost = entered(Board(ExecutionMode.QUEUED), "one", "two", "three")
    assert lost == []
    order = []
    for _ in range(3):
        board, execution = board.admit("Build")
        assert execution is not None
        assert board.admit("Build")[1] is None
        order.append(execution)
        board = board.remove(execution)
    assert order == ["one", "two", "three"]


def test_parallel_executions_share_a_stage():
    board, _ = entered(Board(ExecutionMode.PARALLEL), "one", "two")
    board, first = board.admit("Build")
    board, second = board.admit("Build")
    assert (first, second) == ("one", "two")
    assert board.inside["Build"] == ("one", "two")


def test_disabled_transition_holds_the_newest_until_it_is_enabled():
    board, lost = entered(Board(ExecutionMode.SUPERSEDED).disable("Build"), "one", "two")
    assert lost == ["one"]
    assert board.admit("Build")[1] is None
    assert board.waits("two")
    assert board.enable("Build").admit("Build")[1] == "two"


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from(STAGES)),
        st.tuples(st.just("admit"), st.sampled_from(STAGES)),
        st.tuples(st.just("leave"), st.sampled_from(STAGES)),
        st.tuples(st.just("switch"), st.sampled_from(STAGES)),
    )
)


@given(mode=st.sampled_from([ExecutionMode.SUPERSEDED, ExecutionMode.QUEUED]), moves=MOVES)
def test_stage_never_holds_two_and_nobody_is_lost(mode: ExecutionMode, moves: list[tuple[str, str]]):
    board, started, gone = Board(mode), 0, set()
    for move, stage in moves:
        if move == "arrive":
            board, superseded = board.arrive(str(started), stage)
            started += 1
            gone.update(superseded)
        elif move == "admit":
            board, _ = board.admit(stage)
        elif move == "switch":
            board = board.enable(stage) if stage in board.disabled else board.disable(stage)
        elif inside := board.inside.get(stage):
            board = board.remove(inside[0])
            gone.add(inside[0])
        assert all(len(ids) <= 1 for ids in board.inside.values())
        if mode is ExecutionMode.SUPERSEDED:
            assert all(len(ids) <= 1 for ids in board.waiting.values())
        assert {str(n) for n in range(started)} == gone | {str(n) for n in range(started) if board.on(str(n))}
