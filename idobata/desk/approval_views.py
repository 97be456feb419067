"""Where the day of an approver begins: what the role is for, and what she can already see."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from idobata.web.guards import approvers
from idobata.web.pages import url

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/desk/approvals")
@approvers
def show() -> str:
    """What waits for a yes or a no, and what is public of the city's decisions."""
    doors = [
        (_("発信"), _("決裁を待っている文と、出したものの控えです。"), url("reposts.show")),
        (_("町に出ている集まり"), _("発信のもとになる、いま読める集まりの一覧です。"), url("gatherings.search")),
        (_("断ったものの記録"), _("どのきまりで、月に何件断ったか。名前はのりません。"), url("moderation.log")),
        (_("投稿のきまり"), _("市の担当が、のせるかどうかを決めるときのものさしです。"), url("pages.rules")),
        (_("わたしのログインと安全"), _("もうひとつの確認や、予備の番号を見直せます。"), url("security.security")),
    ]
    return render_template("desk/approvals.html", doors=doors)
