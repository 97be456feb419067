"""Opens the house: puts settings, database, gate and features together into one WSGI application."""

import logging
from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from idobata.accounts import first_views, password_views, people_views, proof_views, second_views, security_views
from idobata.accounts import jobs as accounts_jobs
from idobata.accounts import views as accounts_views
from idobata.accounts.session_actions import find_session
from idobata.api import guide_views as api_guide_views
from idobata.api import views as api_views
from idobata.api.endpoints import PAGING
from idobata.api.marking_actions import number_changes
from idobata.demo import views as demo_views
from idobata.desk import (
    appeal_views,
    approval_views,
    by_phone_views,
    calls_views,
    change_views,
    log_views,
    poster_views,
    receipt_views,
    report_views,
    wave_views,
)
from idobata.desk import place_views as desk_place_views
from idobata.desk import views as desk_views
from idobata.embeds import builder_views, screen_views
from idobata.embeds import views as embeds_views
from idobata.embeds.builder_views import BUILDER_NAMES
from idobata.embeds.looks import WISH_NAMES
from idobata.embeds.screen_pages import SCREEN_NAMES
from idobata.feeds import views as feeds_views
from idobata.gatherings import data_views, place_views, posting_views, proxy_views, reading_views, still_views
from idobata.gatherings import jobs as gatherings_jobs
from idobata.gatherings.filters import FILTER_NAMES
from idobata.groups import jobs as groups_jobs
from idobata.groups import views as groups_views
from idobata.hub import jobs as hub_jobs
from idobata.hub import queries as hub_queries
from idobata.hub import views as hub_views
from idobata.kernel import clock
from idobata.kernel.layout import PACKAGE
from idobata.kernel.settings import Settings
from idobata.map_files import MAP_FILES
from idobata.maps import views as maps_views
from idobata.moderation import jobs as moderation_jobs
from idobata.moderation import views as moderation_views
from idobata.opendata import jobs as opendata_jobs
from idobata.opendata import views as opendata_views
from idobata.outside.mail import Sender, Smtp, Tray
from idobata.outside.worker import Handler, Worker
from idobata.own_reading import reader_of
from idobata.pages import finding_views, oembed_views
from idobata.pages import views as pages_views
from idobata.privacy import jobs as privacy_jobs
from idobata.privacy import request_views
from idobata.privacy import views as privacy_views
from idobata.reposts import jobs as reposts_jobs
from idobata.reposts import queries as reposts_queries
from idobata.reposts import views as reposts_views
from idobata.reposts import words_views
from idobata.store.database import db, prepare_engine
from idobata.store.generation import Generation
from idobata.store.letters import MAIL
from idobata.store.transaction import after_public_change, before_commit
from idobata.web import desk_entries, errors, gate, language, login, outward, pages, static_files
from idobata.web.assets import Assets, Bundle, city_css
from idobata.web.csrf import CsrfGate
from idobata.web.page_cache import PageCache
from idobata.web.request_limits import LIMITS, LimitedRequest, RequestLimits
from idobata.web.rooms import ASSETS, SETTINGS, WORKER
from idobata.web.sessions import NoFlaskSession, Visit, cookie_name
from idobata.welcome import find_views, gaps_views, sheet_views
from idobata.welcome import jobs as welcome_jobs
from idobata.welcome import views as welcome_views

log = logging.getLogger("idobata")

# Only these query names reach a page; any other is dropped, so that it can neither change a page nor fill the cache.
READER_QUERY = frozenset(
    [
        *FILTER_NAMES,
        *PAGING,
        *WISH_NAMES,
        *SCREEN_NAMES,
        *BUILDER_NAMES,
        "page",
        "lang",
        "done",
        "then",
    ]
)
ACCOUNT_ROOMS = (second_views, proof_views, password_views, first_views, security_views, people_views)
PLACE_ROOMS = (place_views, desk_place_views)
PAGE_ROOMS = (finding_views, oembed_views)
EMBED_ROOMS = (embeds_views, builder_views, screen_views)
# Scripts and styles of one page alone.
EMBED_FILES = (Bundle("embed_builder", (), ()), Bundle("screen", (), ()))
WORDS_FILES = Bundle("words", (), ())
API_ROOMS = (api_views, api_guide_views)
MODERATION_ROOMS = (moderation_views, report_views, appeal_views, wave_views, poster_views, log_views, approval_views)
EMPTY_FORM = "/post"
NEVER_KEPT = (
    "/desk",
    "/my",
    "/post",
    "/sign-",
    "/still/",
    "/groups/start",
    "/groups/join/",
    "/groups/welcome/",
    "/groups/still/",
    "/-/",
    "/static/",
    "/health",
    "/hub",
    "/map/tiles/",
    "/oembed",
    "/screen/clock",
)


class _House(Flask):
    """Flask with our own requests and our own log of errors."""

    request_class = LimitedRequest

    def log_exception(self, exc_info: object) -> None:
        """Leave it to `web.errors`, which names the route: Flask would write the whole address, and that may be a secret link."""


def create_app(settings: Settings) -> Flask:
    """An application for one city. The database must be migrated already (`store.migrating.migrate`)."""
    if settings.machine.fixed_now is not None:
        clock.fix(settings.machine.fixed_now)
    app = _House("idobata", static_folder=None, template_folder=str(PACKAGE / "templates"))
    app.config.update(
        SECRET_KEY=settings.machine.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.machine.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.machine.database_url),
        TESTING=False,
        **LIMITS,
    )
    app.url_map.strict_slashes = False
    app.session_interface = NoFlaskSession()
    assets = Assets(PACKAGE / "static", city_css(settings.look), (MAP_FILES, *EMBED_FILES, WORDS_FILES))
    csrf = CsrfGate(settings.machine.secret_key, settings.machine.base_url)
    app.extensions[SETTINGS], app.extensions[ASSETS] = settings, assets
    _set_up_store(app, settings)
    login.set_up(app)
    language.set_up(app)
    pages.set_up(app, settings, assets, csrf)
    outward.set_up(app)
    desk_entries.set_up(app, {"reposts.show": reposts_queries.count_corrections})
    errors.set_up(app)
    gate.set_up(app, settings, csrf, lambda secret: _visit(secret, settings))
    for room in (
        static_files,
        pages_views,
        reading_views,
        posting_views,
        groups_views,
        accounts_views,
        welcome_views,
        desk_views,
        change_views,
        reposts_views,
        maps_views,
        feeds_views,
        hub_views,
    ):
        app.register_blueprint(room.blueprint)
    for room in (*ACCOUNT_ROOMS, *PLACE_ROOMS, *MODERATION_ROOMS, *EMBED_ROOMS, *PAGE_ROOMS, *API_ROOMS):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(find_views.blueprint)
    app.register_blueprint(gaps_views.blueprint)
    maps_views.set_up(app, settings)
    app.register_blueprint(opendata_views.blueprint)
    app.register_blueprint(words_views.blueprint)
    app.register_blueprint(privacy_views.blueprint)
    app.register_blueprint(request_views.blueprint)
    for room in (still_views, proxy_views, calls_views, receipt_views, by_phone_views, data_views, sheet_views):
        app.register_blueprint(room.blueprint)
    if settings.machine.demo:
        app.register_blueprint(demo_views.blueprint)
    generation: Generation = app.extensions["idobata_generation"]
    hub = hub_jobs.Hub(settings, reader_of(app.wsgi_app, settings.machine.base_url, READER_QUERY), generation.read)
    # Privacy comes last: it takes out of the files what the others deleted.
    chores = [
        *groups_jobs.chores(settings),
        *gatherings_jobs.chores(settings),
        *accounts_jobs.chores(),
        *welcome_jobs.chores(settings),
        *moderation_jobs.chores(settings),
        *hub.chores(),
        *opendata_jobs.chores(settings, generation.read),
        *reposts_jobs.chores(),
        *privacy_jobs.chores(settings),
    ]
    app.extensions[WORKER] = Worker(app.app_context, _handlers(settings) | hub.handlers(), chores, behind=hub_queries.KINDS)
    inner = app.wsgi_app
    if settings.machine.proxies:
        # Whose request it is decides how often one may write; the address of the site itself comes from the settings.
        inner = ProxyFix(inner, x_for=settings.machine.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0)
    cache = PageCache(
        inner,
        generation=generation.read,
        session_cookie=cookie_name(settings.machine.base_url),
        cacheable=may_be_kept,
        allowed_query=READER_QUERY,
        base_url=settings.machine.base_url,
    )
    app.wsgi_app = RequestLimits(cache)  # type: ignore[method-assign]
    return app


def may_be_kept(path: str) -> bool:
    """True for the pages of readers, and for the empty form, which is the same for everybody without a session."""
    return path == EMPTY_FORM or not path.startswith(NEVER_KEPT)


def _engine_options(url: str) -> Mapping[str, object]:
    # An error of the database is logged with its statement; the values in it are people's words, addresses and secret links.
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 15, "check_same_thread": False}}
    return {"hide_parameters": True, "pool_pre_ping": True, "pool_size": 8}


def _set_up_store(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    generation = Generation(settings.machine.data / "generation")
    app.extensions["idobata_generation"] = generation
    with app.app_context():
        prepare_engine(db.engine)
        after_public_change(db.engine, generation.raise_)
        before_commit(db.engine, number_changes)


def _visit(secret: str, settings: Settings) -> Visit | None:
    found = find_session(secret, settings.policy)
    return Visit(found.id, found.actor, found.proved_at, found.owes_second) if found is not None else None


def _handlers(settings: Settings) -> dict[str, Handler]:
    found = accounts_jobs.handlers(settings) | gatherings_jobs.handlers() | privacy_jobs.handlers(settings)
    if settings.machine.smtp_url:
        sender = Sender(settings.city.site_name, settings.contact.email or "noreply@localhost.localdomain")
        return found | {MAIL: Smtp(settings.machine.smtp_url, sender)}
    # Without a mail server a real site keeps its letters waiting, where `doctor` and the desk can see them.
    return found | {MAIL: Tray()} if settings.machine.demo else found
