"""The sizes in which Fargate gives out tasks."""

from __future__ import annotations

from shipway.errors import InputError

_GIB = 1024
# cpu units -> MiB; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
_MEMORY = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(_GIB * n for n in range(1, 5)),
    1024: tuple(_GIB * n for n in range(2, 9)),
    2048: tuple(_GIB * n for n in range(4, 17)),
    4096: tuple(_GIB * n for n in range(8, 31)),
    8192: tuple(_GIB * n for n in range(16, 61, 4)),
    16384: tuple(_GIB * n for n in range(32, 121, 8)),
}


def require_task_size(cpu: int, memory_limit_mib: int) -> None:
    """Refuse a size that Fargate does not have.

    Args:
        cpu: CPU units; 1024 are one vCPU.
        memory_limit_mib: Memory in MiB.

    Raises:
        InputError: There is no such size.
    """
    if cpu not in _MEMORY:
        raise InputError(
            "Fargate has no task with so many CPU units",
            where="cpu",
            value=str(cpu),
            remedy=f"Use one of {', '.join(map(str, _MEMORY))}",
        )
    if memory_limit_mib not in _MEMORY[cpu]:
        raise InputError(
            f"Fargate has no task with {cpu} CPU units and so much memory",
            where="memory_limit_mib",
            value=str(memory_limit_mib),
            remedy=f"Use one of {', '.join(map(str, _MEMORY[cpu]))}",
        )
