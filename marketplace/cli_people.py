"""``marketplace user …``: accounts and offices from a shell."""

from __future__ import annotations

import click

from marketplace.kernel.actor import StaffRole

ROLES = click.Choice([role.value for role in StaffRole])


@click.group()
def user() -> None:
    """Accounts and offices."""


@user.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=ROLES, help="an office; may be repeated")
@click.password_option(help="asked for when it is not given")
def create(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Make a confirmed account, for instance the first administrator."""
    from marketplace.identity.people import commands
    from marketplace.instance import ready_context

    wanted = tuple(StaffRole(role) for role in roles)
    command = commands.CreateUser(email=email, name=name, password=password, roles=wanted)
    click.echo(f"Account {commands.create_user(ready_context(), command)} is made.")


@user.command("password")
@click.argument("email")
@click.password_option()
def set_password(email: str, password: str) -> None:
    """Set a password; every session of the person ends."""
    from marketplace.identity.people import commands
    from marketplace.instance import ready_context

    commands.set_password(ready_context(), email=email, password=password)
    click.echo("The password is set.")


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove a lost second factor; every session of the person ends."""
    from marketplace.identity.people import commands
    from marketplace.instance import ready_context

    commands.reset_second_factor(ready_context(), email=email)
    click.echo("The second factor is removed.")


@user.command("list")
def staff() -> None:
    """Everybody with an office."""
    from marketplace.identity.people import queries
    from marketplace.instance import ready_context

    with ready_context().reading() as db:
        for line in queries.staff(db):
            click.echo(f"{line.id:6} {line.email:32} {', '.join(line.roles)}")


def install(main: click.Group) -> None:
    """Add the commands."""
    main.add_command(user)
