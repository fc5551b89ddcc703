#!/usr/bin/python3
"""Draws and writes the content of `pantau demo` into config/demo/.

Needs Debian's python3-pil, ffmpeg, fonts-dejavu-core, fonts-noto-cjk and fonts-lohit-taml. The same versions of these
always give the same bytes, so the result is committed; run this again only after changing a text or a drawing.

    scripts/make-demo.py             rebuild config/demo
    scripts/make-demo.py --check     fail when config/demo is not what this script makes
"""

import argparse
import filecmp
import json
import pathlib
import re
import shutil
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from demo import film, honest, portals, scams, world  # noqa: E402
from demo.drawing import LOGOS, logo  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent.parent / "config" / "demo"
LARGEST = 3_500_000  # bytes in all: the content is embedded in the program


class Site:
    """Collects what the parts write: files by host, redirects, and what a sweep should make of each landing page."""

    def __init__(self, root):
        self.root = root
        self.redirects = []
        self.expected = []

    def _place(self, host, path):
        file = self.root / "hosts" / host / path
        if file.exists():
            raise ValueError(f"written twice: {host}/{path}")
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write(self, host, path, text):
        self._place(host, path).write_text(text, encoding="utf-8")

    def image(self, host, path, picture):
        quality = {"JPEG": {"quality": 85}, "WEBP": {"quality": 84, "method": 6}}
        file = self._place(host, path)
        kind = {".webp": "WEBP", ".jpg": "JPEG"}[file.suffix]
        picture.save(file, kind, **quality[kind])

    def logos(self, host, brand):
        self.image(host, f"logo-{brand}.webp", logo(brand, 88))

    def film(self, host, path, make):
        make(self._place(host, path))

    def authentic(self, path):
        """The statesman's real address, as the watchlist enrols it and the newspaper shows it."""
        film.encode(path, film.speech(12, [0.1, 0.5, 0.8, 0.4, 0.2, 0.6, 0.9, 0.3, 0.1], "Ucapan khas kepada rakyat"), 12,
                    [262, 330, 392, 330])

    def archive(self, host, path, members):
        with zipfile.ZipFile(self._place(host, path), "w") as archive:
            for name, text in members.items():
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)

    def redirect(self, host, path, status, location):
        self.redirects.append({"host": host, "path": path, "status": status, "location": location})

    def expect(self, url, label, entities, category, why):
        self.expected.append({"url": url, "label": label, "entities": entities, "category": category, "why": why})


def lines(records):
    return "[\n" + ",\n".join("  " + json.dumps(record, ensure_ascii=False) for record in records) + "\n]"


def check_links(root, site):
    """Every address in the pages must exist here, or be one of the messengers that scams point to."""
    known = {f"http://{rule['host']}{rule['path']}" for rule in site.redirects}
    pages = sorted((root / "hosts").rglob("*.html"))
    wanted = [rule["location"] for rule in site.redirects]
    for file in pages:
        host = file.relative_to(root / "hosts").parts[0]
        text = file.read_text(encoding="utf-8")
        found = re.findall(r'(?:href|src|data-src|poster|srcset)="([^"]+)"', text) + re.findall(r"url\('([^']+)'\)", text)
        found += re.findall(r'<meta property="og:(?:video|image)" content="([^"]+)"', text)
        for value in found:
            for address in (part.split()[0] for part in value.split(", ") if not value.startswith("data:")):
                wanted.append(f"http://{host}{address}" if address.startswith("/") else address)
    wanted += [record["url"] for record in site.expected]
    for address in wanted:
        if address in known or address.startswith(("https://wa.me/", "https://t.me/", "#")):
            continue
        host, _, path = address.removeprefix("http://").partition("/")
        file = root / "hosts" / host / path
        if not (file / "index.html" if address.endswith("/") else file).is_file():
            raise ValueError(f"leads nowhere: {address}")


def build(root):
    site = Site(root)
    scams.build(site)
    honest.build(site)
    portals.build(site)
    for brand in LOGOS:
        file = root / "logos" / f"{brand}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        logo(brand, 96).save(file, "PNG", optimize=True)
    (root / "footage").mkdir()
    shutil.copyfile(root / "hosts/wartaselasih.example/media/ucapan-asal.mp4", root / "footage/zulhakim-ucapan.mp4")
    (root / "watchlist.yaml").write_text(world.WATCHLIST, encoding="utf-8")
    (root / "pantau.yaml").write_text(world.CONFIG, encoding="utf-8")
    (root / "routes.json").write_text('{"redirects": ' + lines(site.redirects) + "}\n", encoding="utf-8")
    (root / "expected.json").write_text(lines(site.expected) + "\n", encoding="utf-8")
    (root / "README.md").write_text(README, encoding="utf-8")
    check_links(root, site)
    total = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    if total > LARGEST:
        raise ValueError(f"{total} bytes, more than {LARGEST}")
    return site, total


README = """\
# The content of `pantau demo`

Three invented portals carry 29 ads for 26 landing pages (14 fraudulent, 12 harmless) and two reports of their own that
quote the scams. `pantau demo` serves them on loopback, sweeps them and shows what it found. All of it is drawn and
written by `scripts/make-demo.py` (texts and drawings in `scripts/demo/`); edit those, not these files.

Nothing here is real: persons, companies, agencies, newspapers and faces are invented, every host ends in `.example`
(RFC 2606), telephone numbers lie in ranges that are not given out, the wallet is an address nobody holds the key of, the
`.apk` is an empty archive, and forms go nowhere.

| path | what |
|---|---|
| `hosts/<host>/...` | files by virtual host; a path that ends in `/` is its `index.html`; anything else is 404 |
| `routes.json` | redirects by host and path, the query plays no part |
| `pantau.yaml`, `watchlist.yaml` | configuration and watchlist of the sweep; `PANTAU_DEMO_PORT` is the server's port |
| `logos/`, `footage/` | what the watchlist enrols |
| `expected.json` | what a sweep should make of each landing page, for the end-to-end test |

In `expected.json` a `scam` page is to be `flag` with the category given and with at least the `entities` named under
`impersonates`; a `benign` page is never to be `flag`. The portals themselves are listed as benign. Addresses are landing
addresses after all redirects. `http://wartaselasih.example/langganan/tawaran/` is linked but disallowed by that host's
`robots.txt`: it must never be fetched. Links to `wa.me` and `t.me` stay on
loopback too, where nothing speaks TLS: they fail.

What is shown on purpose:

- banners of IAB sizes, native widgets, iframes of an ad server, `data-src`, `srcset` and `<picture>`, CSS backgrounds,
  `<video><source>`, `og:video`; the same landing page behind several creatives;
- a video made over authentic footage whose lure stands on screen for 1.5 seconds (6.0 to 7.5 s), while the page says
  nothing;
- a homoglyph domain (punycode), a brand as a subdomain, a brand with a hyphen; a chain of shortener, click counter and
  hop; a name written with Cyrillic letters and zero-width spaces;
- Malay, English, Chinese and Tamil, in pages and in pictures;
- harmless pages that look alike: a real log-in, a job page, reports and a warning that quote the scams, satire,
  criticism, a charity, a shop that takes the wallet, a biography, a concert, a quiz, a lawful fund.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare with what is committed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        fresh = pathlib.Path(scratch) / "demo"
        fresh.mkdir()
        site, total = build(fresh)
        names = {str(file.relative_to(fresh)) for file in fresh.rglob("*") if file.is_file()}
        if options.check:
            there = {str(file.relative_to(HERE)) for file in HERE.rglob("*") if file.is_file()}
            _, differ, missing = filecmp.cmpfiles(fresh, HERE, sorted(names), shallow=False)
            wrong = sorted(set(differ) | set(missing) | (there - names))
            for name in wrong:
                print(f"differs: {name}", file=sys.stderr)
            return 1 if wrong else 0
        if HERE.exists():
            shutil.rmtree(HERE)
        shutil.copytree(fresh, HERE)
    scam = sum(record["label"] == "scam" for record in site.expected)
    print(f"{len(names)} files, {total} bytes, {scam} scams, {len(site.expected) - scam} harmless pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
