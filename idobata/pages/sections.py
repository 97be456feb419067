"""The city's own words cut into sections: a line that begins with ■ is a heading."""

from dataclasses import dataclass

MARK = "■"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, empty for what stands before the first, and the typed text under it."""

    heading: str
    words: str


def sections(words: str) -> list[Section]:
    """The sections in their order; an empty beginning is left out."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in words.splitlines():
        if line.startswith(MARK):
            found.append((line.removeprefix(MARK).strip(), []))
        else:
            found[-1][1].append(line)
    made = [Section(heading, "\n".join(lines).strip()) for heading, lines in found]
    return [section for section in made if section.heading or section.words]
