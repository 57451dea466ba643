"""A plan as text: what `shipway rehearse --plan` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shipway.rehearsal.plan import Plan


def planned(plan: Plan) -> str:
    """The plan, one thing a line."""
    stages = " → ".join(stage.name for stage in plan.pipeline.stages)
    shift = str(plan.shift) if plan.shift else "as the deployed configuration says"
    mails = f"{plan.recipients} mail subscription{'' if plan.recipients == 1 else 's'}"
    lines = [
        "synthesize         the project's CDK app, in a subprocess",
        "start the cloud    on 127.0.0.1; nothing talks to AWS",
        *(f"deploy             {name}: {count} resources" for name, count in plan.stacks),
        f"                   {mails} confirmed",
        f"release            push the project; {stages}",
        f"                   the traffic shifts: {shift}",
    ]
    for one in plan.drills:
        if one.skipped:
            lines.append(f"{one.drill.name:<18} left out: {one.skipped}")
        else:
            lines += [
                f"{one.drill.name:<18} push {one.drill.title}",
                f"                   predicted: {one.predicted}",
            ]
    lines.append("delete             the stacks, then ask every service what is left")
    return "\n".join(lines)
