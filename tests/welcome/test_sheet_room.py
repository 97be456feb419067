"""What fits on the page: the door before the sketch, and never more than there is room for."""

import pytest

from idobata.welcome.sheet_room import PAGE_HEIGHT, Must, Piece, Rank, clipped, fit, height, lines, room_left

TITLE = "六十文字もあるとても長い名前の集まりが一覧でも詳細でもはみ出さずにきちんと折りかえされて読めるかをたしかめる会"
OFFICE = "みなと市 000-000-0000（平日 午前8時30分〜午後5時15分）"
MUST = Must(
    title=TITLE,
    when="12月5日（土）午前10時〜正午",
    where="みどり公民館　北町",
    going=("そのまま行けます", "お金 無料", "電話 000-000-0000（みどり会）"),
    address="idobata.city.minato.example/gatherings/k7m2x9pqrs4t",
)
PIECES = (
    Piece(Rank.LANDMARK, "目印", "黄色い看板のとなり"),
    Piece(Rank.WAY, "行きかた", "駅から歩いて8分です。" * 4),
    Piece(Rank.SKETCH),
    Piece(Rank.DOOR, "入口", "正面の自動ドアを入って右です。" * 3),
    Piece(Rank.GREETER, "むかえる人", "緑のエプロンの人に「はじめてです」と言ってください。"),
    Piece(Rank.FACTS, facts=tuple(f"とちゅうで帰ってOK{number}" for number in range(10))),
)


@pytest.mark.parametrize("ruby", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_even_the_longest_words_leave_room_for_pen_and_code(number: int, ruby: bool) -> None:
    found = fit([(MUST, PIECES)] * number, OFFICE, with_ruby=ruby)
    assert len(found) == number
    used = sum(height(piece, number, with_ruby=ruby) for part in found for piece in part)
    assert used < PAGE_HEIGHT - 60
    for part in found:
        assert Rank.DOOR in [piece.rank for piece in part]
        assert list(part) == sorted(part, key=lambda piece: [one.rank for one in PIECES].index(piece.rank)), "in the order of a visit"


def test_what_is_less_needed_gives_way_first() -> None:
    alone, two, three = ({piece.rank for piece in fit([(MUST, PIECES)] * many, OFFICE, with_ruby=False)[0]} for many in (1, 2, 3))
    assert alone == {piece.rank for piece in PIECES}
    assert three < two < alone
    assert Rank.SKETCH not in three


def test_facts_are_fewer_where_there_is_little_room_and_never_cut_in_the_middle() -> None:
    [_first, _second, third] = fit([(MUST, PIECES)] * 3, OFFICE, with_ruby=False)
    facts = next((piece.facts for piece in third if piece.facts), ())
    assert facts == PIECES[-1].facts[: len(facts)]
    assert len(facts) < 10


def test_words_stand_beside_their_heading_and_fill_what_it_leaves_of_the_line() -> None:
    # 32.9 letters of 16 points in a line, of which the heading and its gap take 5.8.
    one_line, two_lines = (height(Piece(Rank.GREETER, "むかえる人", "あ" * many), 1, with_ruby=False) for many in (26, 27))
    assert two_lines == 2 * one_line


def test_frames_go_to_the_next_line_as_a_whole() -> None:
    # Two of 20 letters fill more than a line of 37, so each has its own.
    in_one, in_two, in_three = (height(Piece(Rank.FACTS, facts=("あ" * 20,) * many), 3, with_ruby=False) for many in (1, 2, 3))
    assert in_three - in_two == pytest.approx(in_two - in_one)
    assert in_two > in_one


def test_it_is_known_when_even_the_least_does_not_fit() -> None:
    longer = Must(title=TITLE, when=MUST.when, where="あ" * 80, going=("あ" * 30,) * 3, address=MUST.address)
    assert room_left([(MUST, PIECES)] * 3, OFFICE, with_ruby=False) > 0
    assert room_left([(longer, PIECES)] * 3, OFFICE, with_ruby=True) < 0


def test_lines_are_counted_by_how_wide_letters_are() -> None:
    # 14 points are 4.94 mm: 36 full letters stand in 186 mm, with one kept free.
    assert lines("あ" * 36, 14) == 1
    assert lines("あ" * 37, 14) == 2
    assert lines("a" * 64, 14) == 1
    assert lines("", 14) == 1


def test_long_words_end_in_dots() -> None:
    assert clipped("あいう", 3) == "あいう"
    assert clipped("あいうえ", 3) == "あい…"
    assert clipped("あいう、えお", 5) == "あいう…"
    assert clipped("一\n二　三", 9) == "一 二 三"
