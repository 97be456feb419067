"""The deed log in words: who did what. Sentences are Japanese and marked; the page translates them."""

from collections.abc import Mapping
from datetime import date

from idobata.gatherings.freshness import METHOD_WORDS, Method
from idobata.gatherings.part_words import PART_WORDS
from idobata.gatherings.proxies import SOURCE_WORDS, Source
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, Translate
from idobata.moderation.reasons import OUTCOME_WORDS, REASON_WORDS, Outcome, Reason
from idobata.places.values import PLACE_WORDS

_NOBODY = "anonymous"
_SYSTEM = "system"

ACT_WORDS: dict[str, str] = {
    "gathering.drafted": N_("%(who)sが下書きを書きました"),
    "gathering.claimed": N_("%(who)sがメールアドレスをたしかめました"),
    "gathering.submitted": N_("%(who)sが確認に出しました"),
    "gathering.changed": N_("%(who)sが内容を直しました"),
    "gathering.change_sent": N_("%(who)sが変更を確認に出しました"),
    "gathering.change_taken_back": N_("%(who)sが変更を取り消しました"),
    "gathering.withdrawn": N_("%(who)sが取り下げました"),
    "gathering.imported": N_("%(who)sがファイルから取りこみました"),
    "date.cancelled": N_("%(who)sが%(day)sを中止にしました"),
    "date.planned": N_("%(who)sが%(day)sをもとの予定にもどしました"),
    "date.full": N_("%(who)sが%(day)sを満員にしました"),
    "date.confirmed": N_("%(who)sが%(day)sは開催すると知らせました"),
    "date.moved": N_("%(who)sが%(day)sの日時を変えました"),
    "date.added": N_("%(who)sが%(day)sを足しました"),
    "gathering.typed": N_("%(who)sが、主催の方にかわって書きました"),
    "code.made": N_("%(who)sが、控えの合言葉をつくりました"),
    "code.read_out": N_("%(who)sが、電話で合言葉を聞きました"),
    "code.claimed": N_("%(who)sが、合言葉で自分の集まりにしました"),
    "assurance.still": N_("%(who)sが、続いていることをたしかめました"),
    "assurance.changed": N_("%(who)sが、変わったところを聞きました"),
    "assurance.paused": N_("%(who)sが、%(day)sまでのお休みを入れました"),
    "assurance.ended": N_("%(who)sが、終わったことを入れました"),
    "freshness.asked": N_("%(who)sが、続いているかをメールでたずねました"),
    "freshness.unconfirmed": N_("%(who)sが、「最近の確認がとれていません」と出しました"),
    "desk.published": N_("%(who)sが掲載しました"),
    "desk.returned": N_("%(who)sが投稿した人に返しました"),
    "desk.tidied": N_("%(who)sが書きかたを整えました"),
    "desk.withdrawn": N_("%(who)sが掲載を止めました"),
    "desk.change_accepted": N_("%(who)sが変更をのせました"),
    "desk.change_returned": N_("%(who)sが変更を投稿した人に返しました"),
    "desk.seen": N_("%(who)sが変更を見ました"),
    "place.added": N_("%(who)sが場所を登録しました"),
    "place.changed": N_("%(who)sが場所の内容を直しました"),
    "place.checked": N_("%(who)sが場所をたしかめました"),
    "place.merged": N_("%(who)sが二つの場所をまとめました"),
    "place.filled": N_("%(who)sが、まとめた登録から内容をおぎないました"),
    "place.imported": N_("%(who)sが公共施設一覧から取りこみました"),
    "mark.noted": N_("%(who)sが、しるしの候補に入れました"),
    "mark.asked": N_("%(who)sが、しるしのことを主催にたずねました"),
    "mark.agreed": N_("%(who)sが、しるしへの同意を受けとりました"),
    "mark.declined": N_("%(who)sが、しるしはつけないと答えました"),
    "mark.taken_back": N_("%(who)sが、しるしを外しました"),
    "mark.renewed": N_("%(who)sが、しるしを見なおしました"),
    "mark.lapsed": N_("しるしが再確認中になりました"),
    "mark.ended": N_("%(who)sが、しるしを終わりにしました"),
    "note.written": N_("%(who)sが内部メモを書きました"),
    "note.read": N_("%(who)sが内部メモを読みました"),
    "note.dropped": N_("%(who)sが内部メモを消しました"),
    "person.handed_out": N_("%(who)sが、この人の情報を本人にわたしました"),
    "person.erased": N_("%(who)sが、この人の情報を消しました"),
    "repost.written": N_("%(who)sが発信の文を書きました"),
    "repost.changed": N_("%(who)sが発信の文を直しました"),
    "repost.proposed": N_("%(who)sが発信の文を決裁に出しました"),
    "repost.taken_back": N_("%(who)sが発信の文を下書きにもどしました"),
    "repost.approved": N_("%(who)sが発信の文を決裁しました"),
    "repost.returned": N_("%(who)sが発信の文を返しました"),
    "repost.overtaken": N_("集まりが変わったので、発信の文が下書きにもどりました"),
    "repost.posted": N_("%(who)sが発信しました"),
    "repost.corrected": N_("%(who)sが発信の訂正を出しました"),
    "repost.not_needed": N_("%(who)sが、発信の訂正は要らないと決めました"),
    "outgoing.stopped": N_("%(who)sが発信をすべて止めました"),
    "outgoing.started": N_("%(who)sが発信を始められるようにしました"),
    "role.given": N_("%(who)sが役割をわたしました"),
    "role.taken": N_("%(who)sが役割を外しました"),
    "second.added": N_("%(who)sがもうひとつの確認を足しました"),
    "second.removed": N_("%(who)sがもうひとつの確認を外しました"),
    "second.reset": N_("%(who)sがもうひとつの確認をはじめからにしました"),
    "second.codes": N_("%(who)sが予備の番号を新しくしました"),
    "second.recovered": N_("%(who)sが予備の番号を使いました"),
    "password.changed": N_("%(who)sがパスワードを変えました"),
    "address.changed": N_("%(who)sがメールアドレスを変えました"),
    "person.suspended": N_("%(who)sがこの人の投稿を止めました"),
    "person.let_in": N_("%(who)sがこの人をまた投稿できるようにしました"),
    "report.received": N_("読んだ人から知らせがありました"),
    "report.taken": N_("%(who)sが通報を引き受けました"),
    "report.host_asked": N_("%(who)sが主催の人にたずねました"),
    "report.answered": N_("%(who)sが知らせてくれた人に返事をしました"),
    "report.closed": N_("%(who)sが通報を閉じました"),
    "appeal.asked": N_("%(who)sがもういちど見てほしいと書きました"),
    "appeal.granted": N_("%(who)sがもういちど見て、掲載することにしました"),
    "appeal.upheld": N_("%(who)sがもういちど見て、そのままにしました"),
    "moderation.hidden": N_("%(who)sが非公開にしました"),
    "moderation.restored": N_("%(who)sがもとにもどしました"),
    "moderation.refused_many": N_("%(who)sがまとめて断りました"),
    "moderation.undid_person": N_("%(who)sがこの人の投稿をぜんぶ取り下げました"),
    "moderation.undone": N_("%(who)sがまとめて取り下げたものをもとにもどしました"),
    "group.added": N_("%(who)sが団体を登録しました"),
    "group.changed": N_("%(who)sが団体の紹介を直しました"),
    "group.ended": N_("%(who)sが団体の活動を終えました"),
    "group.invited": N_("%(who)sが団体に人を招きました"),
    "group.invitation_revoked": N_("%(who)sが団体への招待を取り消しました"),
    "group.joined": N_("%(who)sが団体に加わりました"),
    "group.role_changed": N_("%(who)sが団体のメンバーの役割を変えました"),
    "group.member_removed": N_("%(who)sが団体のメンバーを外しました"),
    "group.left": N_("%(who)sが団体を抜けました"),
    "group.checked": N_("%(who)sが団体を確認しました"),
    "group.check_taken_back": N_("%(who)sが団体の確認を取り消しました"),
    "group.check_ended": N_("%(who)sが団体の名前を変えたので、市の確認が外れました"),
    "group.still_going": N_("%(who)sが、団体は続いていると答えました"),
    "group.lead_taken": N_("%(who)sが団体の代表を引き受けました"),
    "group.lead_named": N_("%(who)sが団体の新しい代表を決めました"),
    "group.succession_none": N_("団体の代表から便りがありました"),
    "group.succession_leads": N_("団体の代表に、続いているかをたずねました"),
    "group.succession_members": N_("団体のメンバーに、代表を引き受けるかをたずねました"),
    "group.succession_city": N_("団体の代表がいないので、市が決めることになりました"),
}


def who_words(label: str, translate: Translate) -> str:
    """Who it was: 「田中さん」. Nobody signed in is the poster, who has no name yet; the site itself is the site."""
    if label == _NOBODY:
        return translate(N_("投稿した人"))
    if label == _SYSTEM:
        return translate(N_("このサイトのしくみ"))
    return translate(N_("%(name)sさん")) % {"name": label}


def field_words(names: tuple[str, ...], translate: Translate) -> tuple[str, ...]:
    """Fields as the poster knows them, each once. A name nobody has put into words is shown as it is."""
    return _in_words(names, PART_WORDS, translate)


def act_words(act: str, label: str, detail: Mapping[str, object], settings: Settings, translate: Translate, language: str) -> str:
    """One deed as a sentence. An act nobody has put into words is shown by its code, so that nothing is hidden."""
    who = who_words(label, translate)
    sentence = translate(ACT_WORDS[act]) % {"who": who, "day": _day(detail, language)} if act in ACT_WORDS else f"{who}：{act}"
    return sentence + "".join(f"（{part}）" for part in _more(act, detail, settings, translate))


def _in_words(names: tuple[str, ...], words: Mapping[str, str], translate: Translate) -> tuple[str, ...]:
    return tuple(dict.fromkeys(translate(words[name]) if name in words else name for name in names))


def _more(act: str, detail: Mapping[str, object], settings: Settings, translate: Translate) -> list[str]:
    found: list[str] = []
    fields = detail.get("fields")
    if isinstance(fields, list) and fields:
        words = PLACE_WORDS if act.startswith("place.") else PART_WORDS
        found.append("、".join(_in_words(tuple(str(name) for name in fields), words, translate)))
    if detail.get("source") in set(Source):
        found.append(translate(SOURCE_WORDS[Source(str(detail["source"]))]))
    if code := detail.get("code"):
        rule = next((rule for rule in settings.rules if rule.code == code), None)
        found.append(rule.title if rule else str(code))
    if (outcome := detail.get("outcome")) in set(Outcome):
        found.append(translate(OUTCOME_WORDS[Outcome(str(outcome))]))
    if (reason := detail.get("reason")) in set(Reason):
        found.append(translate(REASON_WORDS[Reason(str(reason))]))
    if isinstance(count := detail.get("count"), int):
        found.append(translate(N_("%(count)s件")) % {"count": f"{count:,}"})
    if role := detail.get("role"):
        found.append(str(role))
    how = detail.get("how")
    if how in set(Method):
        found.append(translate(METHOD_WORDS[Method(str(how))]))
    elif detail.get("by_voice"):
        found.append(translate(N_("主催の方から聞いて")))
    return found


def _day(detail: Mapping[str, object], language: str) -> str:
    try:
        return day_words(date.fromisoformat(str(detail.get("day"))), language)
    except ValueError:
        return ""
