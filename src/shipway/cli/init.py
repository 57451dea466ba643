"""``shipway init``: parse, write or update a project, say what to do next."""

from __future__ import annotations

from pathlib import Path

import click

from shipway.errors import EXIT_CLEAN
from shipway.scaffold.project import update, write
from shipway.scaffold.request import Request


@click.command("init")
@click.argument("name", metavar="NAME")
@click.option("--email", default="team@example.com", show_default=True, help="Who is told of failures.")
@click.option(
    "--github",
    default="",
    metavar="OWNER/NAME",
    help="The repository on GitHub that is delivered.  [default: a CodeCommit repository]",
)
@click.option(
    "--update",
    "is_update",
    is_flag=True,
    help="NAME is the folder of a project that an older shipway wrote: bring it up to date.",
)
@click.pass_context
def command(context: click.Context, name: str, email: str, github: str, *, is_update: bool) -> int:
    """Write the project NAME: a service, its delivery by CDK, and their tests.

    It is written into a new folder of that name, in the current one, and can be rehearsed at once. An update
    keeps what you changed; where both sides changed the same lines, the file holds both, marked as git does.
    """
    if is_update:
        for option in ("email", "github"):
            if context.get_parameter_source(option) is not click.core.ParameterSource.DEFAULT:
                raise click.UsageError(
                    f"--{option} is for a new project: change cdk.json of this one instead"
                )
        revision = update(Path(name))
        click.echo(f"the project is at revision {revision}: look at `git diff`, and commit it", err=True)
        return EXIT_CLEAN
    project = write(Request(name, email, github), Path())
    click.echo(f"{project} is written. Next: cd {project} && make rehearse && make test", err=True)
    return EXIT_CLEAN
