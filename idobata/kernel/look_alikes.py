"""One key for all names that a reader would take for the same: width, old forms, other alphabets, letters that merely look alike."""

import unicodedata

from idobata.kernel.text import fold_name, printable

# The letter on the left of each pair is read as the one on the right. Folded already: small letters, hiragana, no width.
_PAIRS = (
    # Cyrillic, Greek, Armenian and phonetic letters that pass for Latin ones.
    "аa вb еe һh іi јj кk ӏl мm нh оo рp сc тt уy хx ԁd ԛq ԝw ѕs гr "
    "αa βb γy ιi κk νv οo ρp τt υu χx ϲc ϳj ηn ωw "
    "ոn օo սu ɑa ɡg ɩi ᴀa ᴄc ᴇe ᴏo ᴜu ıi ſs øo łl đd "
    # Kanji that pass for kana, for digits, or for another kanji.
    "口ろ 力か 工え 二に 八は 夕た 卜と 千ち 才お 囗ろ 匚ろ 一ー 〇0 零0 "
    "巿市 巾市 伇役 侊公 㕣公 囯国 户戸 末未 士土 叧別 曰日 己巳 已巳"
)
_READ_AS = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


def look_alike_key(text: str) -> str:
    """The key of a name. Two names with one key look the same to somebody who reads quickly; empty when there is no letter.

    For comparing only, never for showing.
    """
    # Compatibility forms first: circled, squared, stylised and full-width letters are plain ones afterwards.
    plain = unicodedata.normalize("NFKC", printable(text)).casefold()
    # Marks on top of a letter are taken off; the two dots of が stay, since か and が are two sounds.
    apart = unicodedata.normalize("NFD", plain)
    bare = "".join(letter for letter in apart if letter in "\u3099\u309a" or not unicodedata.category(letter).startswith("M"))
    # Folded before and after: 第一 is 第1 before 一 is read as a long sound, and a sound read so may end a word.
    read = fold_name(fold_name(unicodedata.normalize("NFC", bare)).translate(_READ_AS))
    # An o among digits is a nought to the eye, and the other way round; an l and an I are one stroke.
    return read.replace("o", "0").replace("l", "1").replace("i", "1").replace("|", "1")
