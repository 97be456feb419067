"""What a member may do for the group."""

from idobata.kernel.words import N_

# Everything: members, words, ending the group.
LEAD = "lead"
# Posts for the group, and changes dates and words of its gatherings.
EDITOR = "editor"
ROLES = (LEAD, EDITOR)

ROLE_WORDS: dict[str, str] = {LEAD: N_("代表"), EDITOR: N_("投稿係")}
