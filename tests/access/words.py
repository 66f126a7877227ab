"""Words that stand in one place only, so that finding one says whence it came."""

import re
from itertools import count

WORD = re.compile(r"zq[a-z]+\d+q")


class Words:
    """Makes the words and remembers the home of each."""

    def __init__(self) -> None:
        self.homes: dict[str, str] = {}
        self.numbers = count(1)

    def of(self, home: str) -> str:
        """A new word of that home."""
        word = f"zq{re.sub('[^a-z]', '', home)}{next(self.numbers)}q"
        self.homes[word] = home
        return word

    def mail(self, home: str) -> str:
        return f"{self.of(home)}@mail.example"

    def homes_in(self, *texts: str) -> set[str]:
        """Whose words stand in the texts."""
        return {self.homes[word] for word in self.homes.keys() & words_in(*texts)}


def words_in(*texts: str) -> set[str]:
    """What looks like one of the words; a random token may by chance."""
    return {word for text in texts for word in WORD.findall(text.lower())}
