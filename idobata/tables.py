"""Every table of every feature, for migrations: importing a feature's models registers them."""

from sqlalchemy import MetaData

from idobata.accounts import models as accounts_models
from idobata.accounts import proof_models
from idobata.api import models as api_models
from idobata.gatherings import freshness_models, home_models, news_models, proxy_models, trace_models, version_models
from idobata.gatherings import models as gatherings_models
from idobata.groups import models as groups_models
from idobata.hub import models as hub_models
from idobata.moderation import models as moderation_models
from idobata.places import models as places_models
from idobata.reposts import models as reposts_models
from idobata.store import deeds, mail_tray, outbox, rate_limits, search_index
from idobata.store.database import db
from idobata.welcome import models as welcome_models

MODULES = (
    accounts_models,
    proof_models,
    groups_models,
    places_models,
    gatherings_models,
    trace_models,
    freshness_models,
    proxy_models,
    home_models,
    version_models,
    news_models,
    welcome_models,
    moderation_models,
    api_models,
    hub_models,
    reposts_models,
    deeds,
    mail_tray,
    outbox,
    rate_limits,
    search_index,
)


def metadata() -> MetaData:
    """The tables as the models say they are."""
    return db.metadata
