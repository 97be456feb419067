"""The roles of the city in its own words. Sentences are Japanese and marked; the page translates them."""

from idobata.kernel.actor import Role
from idobata.kernel.words import N_

ROLE_WORDS: dict[Role, str] = {
    Role.EDITOR: N_("編集（投稿を確認して載せる）"),
    Role.WELFARE: N_("相談の担当（はじめの一歩の印をつける）"),
    Role.APPROVER: N_("決裁（発信を承認する）"),
    Role.ADMIN: N_("管理（人と設定を受けもつ）"),
}
ROLE_NAMES: dict[Role, str] = {
    Role.EDITOR: N_("編集"),
    Role.WELFARE: N_("相談の担当"),
    Role.APPROVER: N_("決裁"),
    Role.ADMIN: N_("管理"),
}
