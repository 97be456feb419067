"""The commands. Each says in plain words what it did; a mistake is one sentence and a status of 1."""

import os
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from idobata import __version__
from idobata.accounts.queries import staff_people
from idobata.accounts.session_actions import end_all_sessions
from idobata.accounts.staff_commands import staff, tell_first_code
from idobata.api.marking_actions import begin_anew
from idobata.bench.running import run_bench
from idobata.catalogues import update_all
from idobata.demo.growing_actions import SIZES, grow_town
from idobata.demo.seeding_actions import is_empty, seed_town
from idobata.doctor import examine
from idobata.house import DEMO_CITY, Mode, open_app, read_settings
from idobata.kernel.settings_reader import SettingsError
from idobata.opendata.commands import import_events_file
from idobata.opendata.data_sets import GATHERINGS, PLACES
from idobata.opendata.export_commands import export_list, names_of
from idobata.opendata.export_queries import Window
from idobata.opendata.place_commands import import_places_file
from idobata.outside.server import serve as serve_http
from idobata.outside.worker import Worker
from idobata.pictures import pictures
from idobata.privacy.erasing_actions import erase_again
from idobata.privacy.retention_actions import wipe_files
from idobata.store.backup import BackupError, make_backup, restore_backup
from idobata.store.database import db
from idobata.store.deeds import verify
from idobata.store.migrating import migrate as migrate_database
from idobata.tables import metadata
from idobata.web.rooms import WORKER


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line; settings that do not fit end it with their full list."""
    try:
        cli.main(args=list(sys.argv[1:] if arguments is None else arguments), prog_name="idobata", standalone_mode=True)
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


@click.group(invoke_without_command=True)
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@click.version_option(__version__, prog_name="idobata")
@click.pass_context
def cli(context: click.Context, port: int, open_browser: bool) -> None:
    """Without a command: the demo town, on this machine only."""
    if context.invoked_subcommand is None:
        demo(port, open_browser=open_browser)


def demo(port: int, *, open_browser: bool) -> None:
    """Migrate, fill an empty database with the demo town, serve it, and say where it is and who lives there."""
    address = f"http://127.0.0.1:{port}"
    # The server's own processes read the settings again; they must hear of the port too.
    os.environ.setdefault("IDOBATA_BASE_URL", address)
    settings = read_settings(demo=True)
    migrate_database(settings.machine.database_url)
    app = open_app(demo=True)
    with app.app_context():
        if is_empty() and settings.city.slug == DEMO_CITY:
            click.echo("デモの町をつくっています… / Building the demo town …")
            seed_town(settings)
        people = [(person.name, person.email, [role.role for role in person.roles]) for person in staff_people()]
        # The server makes child processes; they must not inherit an open database.
        db.session.remove()
        db.engine.dispose()
    click.echo(f"\n  {settings.city.site_name} → {address}/\n")
    click.echo("  ログイン / Sign in: " + address + "/sign-in")
    for name, email, roles in people:
        click.echo(f"    {', '.join(roles):<9} {name}  {email}")
    click.echo(f"  メール受け箱 / Mail tray: {address}/-/mail")
    click.echo("  終わるには Ctrl+C / Ctrl+C to stop\n")
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(address,), daemon=True).start()
    Mode(demo=True, worker_inside=True).to_environment()
    serve_http("idobata.wsgi:app", "127.0.0.1", port, 1)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--worker/--no-worker", "worker_inside", default=True, help="Do background work inside (or run `idobata worker`).")
def serve(host: str, port: int, workers: int, worker_inside: bool) -> None:
    """Serve in production: no demo, and no start without a secret key and a base URL."""
    settings = read_settings(demo=False, production=True)
    migrate_database(settings.machine.database_url)
    tell_first_code(settings)
    Mode(demo=False, worker_inside=worker_inside).to_environment()
    serve_http("idobata.wsgi:app", host, port, workers)


@cli.command()
def worker() -> None:
    """Do background work (mail, coming dates) until stopped."""
    app = open_app(demo=False, production=True)
    busy: Worker = app.extensions[WORKER]
    click.echo("The worker is at work. Ctrl+C to stop.")
    try:
        busy.run()
    except KeyboardInterrupt:
        busy.stop()


@cli.command()
def migrate() -> None:
    """Bring the database to the newest step."""
    settings = read_settings(demo=False)
    migrate_database(settings.machine.database_url)
    click.echo("The database is at its newest step.")


@cli.command()
def doctor() -> None:
    """Check settings, database and mail, and say what is wrong."""
    findings = examine()
    for finding in findings:
        click.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.what}")
    if not all(finding.is_well for finding in findings):
        sys.exit(1)


@cli.command("verify-log")
@click.option("--noted", default="", metavar="HASH", help="A head noted earlier: it must still be one of the links.")
def verify_log(noted: str) -> None:
    """Read the whole log of deeds and say whether it is as it was written."""
    with open_app(demo=False).app_context():
        found = verify(noted.strip().lower())
        db.session.remove()
        db.engine.dispose()
    if found.broken_id is not None:
        raise click.ClickException(f"row {found.broken_id} is broken: {found.problem}. {found.count - 1:,} rows before it are well.")
    click.echo(
        f"{found.count:,} deeds, each bound to the one before it."
        + (f" {found.emptied:,} had a name or words taken out." if found.emptied else "")
    )
    click.echo(f"head: {found.head}")
    if not found.knows:
        raise click.ClickException("the noted head is no link of this log: what was written after it, or it itself, was replaced.")


@cli.command()
@click.option("--size", type=click.Choice(["town", *SIZES]), default="town", show_default=True)
@click.option("--random-seed", default=1, show_default=True, type=int)
def seed(size: str, random_seed: int) -> None:
    """Fill the database with believable gatherings, the same for the same random seed."""
    app = open_app(demo=True)
    settings = read_settings(demo=True)
    with app.app_context():
        count = seed_town(settings) if size == "town" else grow_town(settings, SIZES[size], random_seed, click.echo)
    click.echo(f"{count:,} gatherings are in the town.")


@cli.command("import-events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and report, write nothing.")
@click.option("--publish", is_flag=True, help="Show the gatherings at once instead of sending them to the desk.")
@click.option("--shift-dates", is_flag=True, help="Move all dates by whole weeks so that the first falls in this week.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of each row (CSV).")
def import_events(file: Path, dry_run: bool, publish: bool, shift_dates: bool, report: Path | None) -> None:
    """Import a municipal open-data CSV of events."""
    app = open_app(demo=True)
    with app.app_context():
        done = import_events_file(
            file, read_settings(demo=True), dry_run=dry_run, publish=publish, shift_dates=shift_dates, report=report, say=click.echo
        )
    sys.exit(0 if done else 1)


@cli.command("import-places")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and report, write nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of each row (CSV).")
def import_places(file: Path, dry_run: bool, report: Path | None) -> None:
    """Import a municipal open-data CSV of public facilities into the register of places."""
    app = open_app(demo=True)
    with app.app_context():
        done = import_places_file(file, read_settings(demo=True), dry_run=dry_run, report=report, say=click.echo)
    sys.exit(0 if done else 1)


@cli.command("export-events")
@click.option("--profile", "name", type=click.Choice(names_of(GATHERINGS)), required=True, help="The official list of columns.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; without it, standard output.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day (otherwise as [opendata] says).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day, itself included.")
def export_events(name: str, output: Path | None, first: datetime | None, last: datetime | None) -> None:
    """Write the dates of all gatherings whose words are free as an open-data CSV."""
    app, settings = open_app(demo=True), read_settings(demo=True)
    with app.app_context():
        usual = Window.usual(settings)
        window = Window(first.date() if first else usual.first, last.date() if last else usual.last)
        if window.last < window.first:
            raise click.UsageError("--to lies before --from")
        done = export_list(GATHERINGS, name, settings, window=window, output=output, pipe=sys.stdout.buffer, say=click.echo)
    sys.exit(0 if done else 1)


@cli.command("export-places")
@click.option("--profile", "name", type=click.Choice(names_of(PLACES)), required=True, help="The official list of columns.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; without it, standard output.")
def export_places(name: str, output: Path | None) -> None:
    """Write the city's places as an open-data CSV."""
    app = open_app(demo=True)
    with app.app_context():
        settings = read_settings(demo=True)
        done = export_list(PLACES, name, settings, window=None, output=output, pipe=sys.stdout.buffer, say=click.echo)
    sys.exit(0 if done else 1)


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into one file; safe while serving."""
    size = make_backup(read_settings(demo=False), metadata(), file, click.echo)
    click.echo(f"{file} holds everything ({size / 1_000_000:.1f} MB).")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is there without asking.")
def restore(file: Path, yes: bool) -> None:
    """Bring a backup back. Stop the site first."""
    if not yes:
        click.confirm("Everything now in the database will be replaced. Go on?", abort=True)
    settings = read_settings(demo=False)
    try:
        restore_backup(settings, metadata(), file, click.echo)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    with open_app(demo=False).app_context():
        end_all_sessions()
        begin_anew()
        again = erase_again(settings)
        wipe_files()
        db.session.remove()
        db.engine.dispose()
    click.echo("Restored." + (f" {again:,} who had been erased since were erased again." if again else ""))


@cli.command()
@click.argument("name", required=False)
def bench(name: str | None) -> None:
    """Measure and print a table; never part of the tests."""
    run_bench(name, click.echo)


cli.add_command(pictures)
cli.add_command(staff)


@cli.command()
def catalogue() -> None:
    """Bring the catalogues in line with the sentences of the code, and list what has no translation."""
    sys.exit(0 if update_all(click.echo) else 1)


def _open_when_ready(address: str) -> None:
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1):
                break
        except OSError:
            time.sleep(0.2)
    webbrowser.open(address + "/")
