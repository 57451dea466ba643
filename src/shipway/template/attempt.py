"""One template must not keep the others of a call from being checked, whether its fault or ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from shipway.errors import InternalError, ShipwayError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


def attempt(where: str, what: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | ShipwayError:
    """The result of a call, or the error that ended it: an ``InternalError`` when it is a bug of ours.

    Args:
        where: What the call is about, for the message of a bug; the traceback is a note of the error.
        what: The function, which must not be a generator: those fail later.
        args: Its arguments.
        kwargs: Its keyword arguments.
    """
    try:
        return what(*args, **kwargs)
    except ShipwayError as error:
        return error
    except Exception as error:  # noqa: BLE001 -- becomes exit code 4, once everything else has been checked
        import traceback  # noqa: PLC0415 -- needed by bugs only

        bug = InternalError(
            f"not checked, because of a bug in Shipway: {type(error).__name__}: {str(error)[:200]}",
            where=where,
            remedy="Please report it with the template",
        )
        bug.add_note("".join(traceback.format_exception(error)))
        return bug
