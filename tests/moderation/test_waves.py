"""What posts of a wave share, as a rule without a site."""

from idobata.moderation.waves import Sign, Waiting, members, signs, waves


def post(number: int, **more: object) -> Waiting:
    values: dict[str, object] = {
        "title": f"{'あいうえおかきくけこさしすせそ'[number % 15] * 5}",
        "summary": "",
        "email": f"p{number}@gmail.com",
        "network": "",
        "links": frozenset(),
    }
    return Waiting(id=number, **{**values, **more})  # type: ignore[arg-type]


def test_a_link_a_connection_a_mail_domain_and_words_are_told_apart() -> None:
    found = waves(
        [
            *(post(one, links=frozenset({"spam.example"})) for one in range(1, 5)),
            *(post(one, network="f" * 40) for one in range(5, 8)),
            *(post(one, email=f"p{one}@throwaway.example") for one in range(8, 11)),
            *(post(one + 100, title=f"今すぐ{one}万円もらえる会 No.{one}") for one in range(3)),
        ]
    )
    assert [(wave.sign, wave.what, len(wave.ids)) for wave in found] == [
        (Sign.LINK, "spam.example", 4),
        (Sign.NETWORK, "f" * 40, 3),
        (Sign.MAIL, "throwaway.example", 3),
        (Sign.WORDS, "今すぐ0万円もらえる会 No.0", 3),
        (Sign.ALL, "", 13),
    ]


def test_two_alike_are_no_wave_and_a_big_mailer_is_no_sign() -> None:
    assert waves([post(1, links=frozenset({"a.example"})), post(2, links=frozenset({"a.example"})), post(3), post(4)]) == []


def test_the_same_posts_are_shown_once() -> None:
    found = waves([post(one, links=frozenset({"a.example"}), network="f" * 40) for one in range(5)])
    assert [(wave.sign, len(wave.ids)) for wave in found] == [(Sign.LINK, 5)]


def test_members_are_found_again_by_sign_and_key() -> None:
    posts = [post(1, network="a"), post(2, network="a"), post(3, network="b")]
    assert members(posts, Sign.NETWORK, "a") == (1, 2)
    assert members(posts, Sign.ALL, "") == (1, 2, 3)
    assert members(posts, Sign.LINK, "a") == ()


def test_short_titles_say_nothing() -> None:
    assert signs(post(1, title="会", summary="123 abc")) == []
