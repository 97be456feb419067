"""What a page says after something was done. The address carries only a code; what is not in the list says nothing."""

from idobata.kernel.words import N_

DONE: dict[str, str] = {
    "founded": N_("団体のページができました。"),
    "changed": N_("直しました。ページにも、もう出ています。"),
    "same": N_("変わったところはありませんでした。"),
    "invited": N_("招待のメールを送りました。"),
    "revoked": N_("招待を取り消しました。もう使えません。"),
    "joined": N_("団体のメンバーになりました。"),
    "role": N_("役割を変えました。"),
    "removed": N_("メンバーから外しました。"),
    "left": N_("団体を抜けました。"),
    "ended": N_("団体の活動を終えました。"),
    "lead": N_("代表を引き受けてくださり、ありがとうございます。"),
    "mailed": N_("メールを送りました。とどいたリンクを開いてください。"),
    "checked": N_("確認を書きとめました。"),
    "taken_back": N_("確認を取り消しました。"),
    "named": N_("新しい代表を決めました。"),
}
