"""The list of pairs in a terminal and as pages: autograder.similarity.console and .pages."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console

from autograder.similarity.console import print_comparison
from autograder.similarity.pages import marked_lines, write_pages
from autograder.similarity.records import Comparison, Document, Pair, Side, Unread
from autograder.similarity.words import CAVEATS, MEANING

TEXT = "def f(x):\n    return x < 1\n \n\nf(2)"
LEFT = Side(Document("Ann <b>", TEXT), 0.75, ((4, 24), (29, 32)))
RIGHT = Side(Document("earlier: Bo", "x = 1 & 2", previous=True), 0.5, ((0, 9),))
FOUND = Comparison(
    "toy",
    "Toys",
    0.6,
    compared=3,
    previous=1,
    counts=(2, 0, 0, 0, 0, 0, 0, 1, 0, 0),
    found=1,
    pairs=(Pair(LEFT, RIGHT),),
    unread=(Unread("Cy", "It is not a zip archive.", refused=True),),
)


def pages_of(found, folder):
    write_pages(found, folder)
    return {path.name: path.read_text() for path in folder.iterdir()}


def words_of(page):
    """Give what is read, on one line."""
    text = re.sub(r"<[^>]*>", " ", page.split("</head>")[1])
    return " ".join(html.unescape(text).split())


def printed(found, **options):
    file = io.StringIO()
    print_comparison(found, Console(file=file, width=80, **options))
    return file.getvalue()


def test_marked_lines_cut_at_passages_keep_the_text():
    """Every character is there once, on its line, and knows whether it is shared."""
    lines = marked_lines(LEFT)
    assert "\n".join("".join(text for text, _ in line.pieces) for line in lines) == TEXT
    assert lines[0].pieces == (("def ", False), ("f(x):", True))
    assert lines[1].pieces == (("    return x <", True), (" 1", False))
    assert [line.number for line in lines if line.shared] == [1, 2, 5]


def test_marked_lines_of_passages_that_overlap_show_each_character_once():
    """Two passages that touch or overlap are no reason to print anything twice."""
    side = replace(LEFT, passages=((4, 20), (10, 24), (24, 30)))
    lines = marked_lines(side)
    assert not lines[2].shared  # blanks alone are nothing that anybody shares
    assert "\n".join("".join(text for text, _ in line.pieces) for line in lines) == TEXT


def test_similarity_pages_mark_by_more_than_colour(tmp_path):
    """Shared code is underlined and its lines have a sign; the others have none."""
    page = next(page for name, page in pages_of(FOUND, tmp_path).items() if "pair" in name)
    marks = re.findall(r"<mark style=\"[^\"]*text-decoration:underline\">([^<]*)</mark>", page)
    assert "f(x):" in marks
    lines = [line for line in page.splitlines() if re.match(r" +[0-9]+ ", line)]
    assert [" ┃ " in line for line in lines] == [True, True, False, False, True, True]


def test_similarity_pages_say_what_the_number_means(tmp_path):
    """The list and each pair say, in words, that a number is no verdict."""
    for page in pages_of(FOUND, tmp_path).values():
        text = words_of(page)
        assert all(sentence in text for sentence in (MEANING, *CAVEATS))
        assert "plagiar" not in text.lower()
        assert "cheat" not in text.lower()


def test_similarity_pages_need_no_network_and_link_to_each_other(tmp_path):
    """Each page is a file by itself, without script, and every link leads to a page."""
    pages = pages_of(FOUND, tmp_path)
    assert set(pages) == {"similarity.html", "pair-Ann-b-and-earlier-Bo.html"}
    for page in pages.values():
        assert "<script" not in page
        assert "http:" not in page
        assert "https:" not in page
        assert {html.unescape(link) for link in re.findall(r'href="([^"]*)"', page)} <= set(pages)
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'aria-labelledby="([^"]*)"', page)) <= set(ids)


def test_similarity_pages_of_equal_records_have_equal_bytes(tmp_path):
    """Nothing of a page depends on the time or the run."""
    assert pages_of(FOUND, tmp_path / "a") == pages_of(FOUND, tmp_path / "b")


def test_similarity_pages_show_names_and_code_as_text(tmp_path):
    """What students wrote is never read as markup."""
    for page in pages_of(FOUND, tmp_path).values():
        assert "Ann <b>" not in page
        assert "Ann &lt;b&gt;" in page
    pair = next(page for name, page in pages_of(FOUND, tmp_path).items() if "pair" in name)
    assert "x = 1 &amp; 2" in pair


def test_similarity_console_lists_pairs_within_80_columns():
    """The table is plain when piped, says both shares, and names what was not compared."""
    text = printed(FOUND)
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text
    flat = " ".join(text.split())
    assert "3 hand-ins and 1 of earlier terms compared: 1 pair of 3 reaches 60 %." in flat
    assert "75 % Ann <b> 75 % earlier: Bo 50 %" in flat
    assert "Not compared: Cy: It is not a zip archive." in flat
    assert all(sentence in flat for sentence in CAVEATS)


def test_similarity_console_of_many_pairs_says_what_it_leaves_out():
    """Neither the terminal nor the pages end without a word where there is more."""
    many = replace(FOUND, pairs=FOUND.pairs * 200, found=250)
    flat = " ".join(printed(many).split())
    assert flat.count("earlier: Bo") == 20
    assert "180 more pairs: --out DIR writes them all." in flat
    assert "Only the first 200 pairs are listed, not 50 more: raise the threshold." in flat
