#!/usr/bin/env python3
"""Writes a deterministic site for crawl benchmarks: pages of equal size in a tree, with a tail of other links.

usage: make_site.py OUT_DIR [--pages N] [--kilobytes K] [--links L]

Page i links its two children, so that every page is reached from the first; the other links go anywhere, and one in
five is written in a longer form (a fragment, a dot segment), as pages in the wild have them.
"""
import argparse
import itertools
import pathlib
import random

SYLLABLES = "ba ca da fa ga ha ja ka la ma na pa ra sa ta wa ya bi di gi ki li mi ni ri si ti bu du ku lu mu ru tu".split()




def vocabulary(size):
    source = random.Random(1)
    found = set()
    while len(found) < size:
        found.add("".join(source.choice(SYLLABLES) for _ in range(source.randint(1, 4))))
    return sorted(found, key=lambda word: (len(word), word))


# As in any language, a few words make up most of a text (Zipf's law), and short ones are the most frequent.
WORDS = vocabulary(8000)
WEIGHTS = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(WORDS))))


def words(source, count):
    return " ".join(source.choices(WORDS, cum_weights=WEIGHTS, k=count))


def path(number):
    return f"/p/{number // 200:03d}/{number:06d}.html"


def written(source, number):
    plain = path(number)
    form = source.random()
    if form < 0.1:
        return plain + "#part"
    if form < 0.2:
        return plain.replace("/p/", "/p/./")
    return plain


def page(source, number, pages, kilobytes, links):
    targets = [child for child in (2 * number + 1, 2 * number + 2) if child < pages]
    while len(targets) < links:
        targets.append(source.randrange(pages))
    paragraphs = []
    size = 0
    while size < kilobytes * 1024 - links * 70:
        text = words(source, 60)
        size += len(text) + 7
        paragraphs.append(f"<p>{text}</p>")
    items = "".join(f'<li><a href="{written(source, target)}">{words(source, 3)}</a></li>' for target in targets)
    half = len(paragraphs) // 2
    return (
        f'<!doctype html><html lang="ms"><head><meta charset="utf-8"><title>{words(source, 5)}</title></head><body>'
        f'<h1>{words(source, 6)}</h1>{"".join(paragraphs[:half])}<ul>{items}</ul>{"".join(paragraphs[half:])}</body></html>'
    )


def main():
    options = argparse.ArgumentParser()
    options.add_argument("out")
    options.add_argument("--pages", type=int, default=5000)
    options.add_argument("--kilobytes", type=int, default=20)
    options.add_argument("--links", type=int, default=40)
    chosen = options.parse_args()
    out = pathlib.Path(chosen.out)
    for number in range(chosen.pages):
        source = random.Random(number)
        file = out / path(number)[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(source, number, chosen.pages, chosen.kilobytes, chosen.links))
    (out / "index.html").write_text(f'<!doctype html><title>start</title><a href="{path(0)}">start</a>')
    (out / "robots.txt").write_text("User-agent: *\nAllow: /\n")


if __name__ == "__main__":
    main()
