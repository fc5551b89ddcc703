#!/usr/bin/env python3
"""Sweeps that are killed with SIGKILL at random moments and resumed must end like one that nobody touched.

    kill_test.py --program build/pantau [--runs 50] [--seed N] [--no-media] [--keep]

Serves a made-up site on loopback (some hundred pages on many hosts by connect_to: slow pages, redirects, robots.txt,
pictures, frauds), sweeps it once undisturbed, then --runs times with one to four kills each, and checks after each run:

  - every address has exactly one outcome, none is open, and they are those of the undisturbed run;
  - each ended page stands in the store once, and no address was asked for less often than once;
  - cases (verdict, signals, hops) are those of the undisturbed run, each once;
  - every WARC file reads from end to end, none is left open, and an address stands in them more than once only when it
    was open at a kill; no kill costs more than what can be under way;
  - no media worker outlives its parent.

Exit code 0 when all runs pass. Prints one line a run, and what is wrong with the first that fails.
"""
import argparse
import collections
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import socketserver
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

MOST_IN_FLIGHT = 192  # pages; kPagesInFlight of sweep/run.h
HOSTS = 24
STORIES = 10


def picture(number):
    """A PNG of its own: one colour, 64x64."""
    row = b"\0" + bytes([number % 256, number * 7 % 256, 90]) * 64
    raw = zlib.compress(row * 64)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", raw) + chunk(b"IEND", b"")


def make_site(media):
    """(host, target) -> (status, headers, body, seconds to wait)"""
    site = {}

    def page(host, target, body, wait=0.0):
        text = "<!doctype html><html lang=en><title>%s</title>%s" % (host, body)
        site[host, target] = (200, {"Content-Type": "text/html; charset=utf-8"}, text.encode(), wait)

    def redirect(host, target, location):
        site[host, target] = (302, {"Location": location}, b"", 0.0)

    front = "<h1>Town news</h1>"
    for n in range(HOSTS):
        front += '<p><a href="http://h%d.example/">Host %d</a></p>' % (n, n)
    for n in range(6):
        front += ('<div class="ad-slot"><small>Sponsored</small><a rel=sponsored href="http://short.example/x%d">'
                  "<span>Melati Bank: verify your account now</span></a></div>" % n)
    page("news.example", "/", front)
    for n in range(HOSTS):
        host = "h%d.example" % n
        body = "<h1>Host %d</h1>" % n
        for k in range(STORIES):
            body += '<p><a href="/s/%d">Story %d</a> <a href="http://h%d.example/s/%d">elsewhere</a></p>' % (
                k, k, (n + 1) % HOSTS, k)
        body += '<p><a href="/private/1">private</a> <a href="/gone">gone</a> <a href="/r">there</a></p>'
        page(host, "/", body, 0.4 if n % 8 == 0 else 0.0)
        for k in range(STORIES):
            picture_tag = '<img src="/i/%d.png">' % k if media and n < 4 and k < 4 else ""
            page(host, "/s/%d" % k,
                 "<h1>Story</h1><p>Roads were repaired on Monday, the council said. %d.%d</p>%s" % (n, k, picture_tag),
                 0.25 if (n + k) % 17 == 0 else 0.0)
            if picture_tag:
                site[host, "/i/%d.png" % k] = (200, {"Content-Type": "image/png"}, picture(n * 50 + k), 0.0)
        redirect(host, "/r", "http://h%d.example/s/1" % ((n + 5) % HOSTS))
        if n % 3 == 0:
            site[host, "/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\n", 0)
    for n in range(6):
        redirect("short.example", "/x%d" % n, "http://click.example/y%d" % n)
        redirect("click.example", "/y%d" % n, "http://melatibank%d.example.account-check.example/login" % n)
        page("melatibank%d.example.account-check.example" % n, "/login",
             "<h1>Melati Bank online banking</h1><p>Your account is suspended. Verify now: enter your user name, password "
             "and TAC code to restore access within 24 hours.</p><form method=post action=/go><input name=user>"
             "<input type=password name=pass><input name=tac><button>Log in</button></form>", 0.1 * n)
    return site


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # the other side was killed


def serve(site):
    asked = collections.Counter()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            host = self.headers.get("Host", "").split(":")[0]
            asked[host, self.path] += 1
            status, headers, body, wait = site.get((host, self.path), (404, {}, b"nothing here", 0.0))
            if wait:
                time.sleep(wait)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, asked


def configure(folder, port, media):
    folder.mkdir(parents=True)
    (folder / "watchlist.yaml").write_text(
        "entities:\n  - {id: melati-bank, kind: brand, name: Melati Bank, official_domains: [melatibank.example]}\n")
    (folder / "pantau.yaml").write_text(
        "workspace: ./workspace\nwatchlists: [watchlist.yaml]\nsweeps:\n  - name: town\n    sources:\n"
        '      - {type: web, seeds: ["http://news.example/"], max_depth: 2, scope: any}\n'
        "crawler:\n  per_host_delay_ms: 20\n  per_host_connections: 2\n"
        '  connect_to: ["::127.0.0.1:%d"]\n  allow_private_addresses: ["127.0.0.1/32"]\n'
        "media: {enabled: %s, workers: 1, ocr_languages: [eng]}\n" % (port, "true" if media else "false"))
    return folder / "pantau.yaml"


class Wrong(Exception):
    pass


def run(program, configuration, kill_after=None):
    """The exit code, or None when it was killed. Only the parent is killed; its workers must go by themselves."""
    command = [program, "sweep", "-c", str(configuration), "--json", "--resume"]
    with open(configuration.parent / "log", "ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        code = process.wait(kill_after if kill_after is not None else 120)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        if kill_after is None:
            raise Wrong("the sweep did not end within two minutes")
        code = None
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return code
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    raise Wrong("a media worker outlived its parent")


def database(configuration):
    return sqlite3.connect("file:%s?mode=ro" % (configuration.parent / "workspace" / "pantau.db"), uri=True)


def outcomes(configuration):
    with database(configuration) as db:
        rows = db.execute("SELECT canonical, outcome FROM frontier_states JOIN frontier_addresses USING (sweep, id)"
                          " JOIN sweeps ON sweeps.id = (SELECT sweep_id FROM frontier_sweeps WHERE number = sweep)").fetchall()
    return rows


def finished(configuration):
    """Whether the sweep was stored as done; a kill may come after that and before the program has ended."""
    try:
        with database(configuration) as db:
            return db.execute("SELECT COUNT(*) FROM sweeps WHERE state = 'finished'").fetchone()[0] > 0
    except sqlite3.OperationalError:
        return False


def open_addresses(configuration):
    """Addresses without an end, and media that may be under way with them; empty when nothing was written yet."""
    try:
        return {canonical for canonical, outcome in outcomes(configuration) if outcome is None}
    except sqlite3.OperationalError:
        return set()


def cases(program, configuration):
    exported = subprocess.run([program, "export", "--workspace", str(configuration.parent / "workspace"), "--format",
                               "jsonl"], capture_output=True, check=True)
    found = {}
    for line in exported.stdout.splitlines():
        record = json.loads(line)
        key = record["ad"]["landing_url"] or json.dumps(record["urls"])
        if key in found:
            raise Wrong("two cases for " + key)
        found[key] = json.dumps([record["verdict"], record["urls"], record["signals"], record["ad"]["redirects"]],
                                sort_keys=True)
    return found


def warc_responses(folder):
    """How often each address has a response record; raises when a file does not read from end to end."""
    count = collections.Counter()
    for file in sorted(folder.iterdir()):
        if not file.name.endswith(".warc.gz"):
            raise Wrong("left over: " + file.name)
        data = file.read_bytes()
        while data:
            member = zlib.decompressobj(31)
            record = member.decompress(data) + member.flush()
            if not member.eof:
                raise Wrong(file.name + ": a record is torn")
            data = member.unused_data
            head, _, rest = record.partition(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            if not head.startswith(b"WARC/1.1") or len(rest) != int(fields[b"Content-Length"]) + 4:
                raise Wrong(file.name + ": a record is no record")
            if fields[b"WARC-Type"] in (b"response", b"revisit"):
                count[fields[b"WARC-Target-URI"].decode()] += 1
    return count


def check(program, configuration, expected, expected_cases, open_at_kills, kills):
    rows = outcomes(configuration)
    found = dict(rows)
    if len(found) != len(rows):
        raise Wrong("an address stands in the frontier twice")
    still_open = [canonical for canonical, outcome in rows if outcome is None]
    if still_open:
        raise Wrong("without an outcome: %s" % still_open[:5])
    if found != expected:
        lost = sorted(set(expected) - set(found))
        other = sorted(key for key in found if expected.get(key) != found[key])
        raise Wrong("lost %s, other outcome %s" % (lost[:5], [(k, found[k], expected.get(k)) for k in other[:5]]))
    with database(configuration) as db:
        states = db.execute("SELECT state, COUNT(*) FROM sweeps GROUP BY state").fetchall()
        if states != [("finished", 1)]:
            raise Wrong("sweeps: %s" % states)
    if cases(program, configuration) != expected_cases:
        raise Wrong("other cases")
    responses = warc_responses(configuration.parent / "workspace" / "warc")
    for canonical, outcome in expected.items():
        if outcome == "done" and not responses[canonical] and not canonical.endswith("/r"):
            if not any(canonical.startswith(prefix) for prefix in ("http://short", "http://click")):
                raise Wrong("nothing kept of " + canonical)
    twice = {url: n for url, n in responses.items() if n > 1}
    opened = set().union(*open_at_kills) if open_at_kills else set()
    again = 0
    for url, n in twice.items():
        page = url in expected
        again += n - 1
        # Redirect targets and pictures belong to the pages that lead to them; several pages redirect to one story.
        if page and url not in opened and not is_redirect_target(url):
            raise Wrong("%s stands in the WARC %d times, though it had ended" % (url, n))
    if not kills and again - baseline_again[0] > 0:
        raise Wrong("twice in the WARC without a kill: %s" % list(twice)[:5])
    return max(0, again - baseline_again[0])


baseline_again = [0]


def is_redirect_target(url):
    return url.endswith("/s/1") or url.endswith("/login") or url.startswith("http://click.") or url.endswith("robots.txt")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--no-media", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the folder of a run that failed")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    dice = random.Random(seed)
    program = str(pathlib.Path(options.program).resolve())
    server, asked = serve(make_site(not options.no_media))
    root = pathlib.Path(tempfile.mkdtemp(prefix="pantau-kill-"))
    port = server.server_address[1]
    try:
        configuration = configure(root / "undisturbed", port, not options.no_media)
        began = time.monotonic()
        if run(program, configuration) != 0:
            raise Wrong("the undisturbed sweep failed: " + (configuration.parent / "log").read_text()[-2000:])
        whole = time.monotonic() - began
        expected = dict(outcomes(configuration))
        expected_cases = cases(program, configuration)
        baseline_again[0] = sum(n - 1 for n in warc_responses(configuration.parent / "workspace" / "warc").values())
        print("undisturbed: %.1f s, %d addresses (%s), %d cases; seed %d" % (
            whole, len(expected), ", ".join("%d %s" % (n, o) for o, n in
                                            collections.Counter(expected.values()).most_common()),
            len(expected_cases), seed), flush=True)
        kills_in_all = again_in_all = 0
        for number in range(1, options.runs + 1):
            configuration = configure(root / ("run-%d" % number), port, not options.no_media)
            asked.clear()
            kills, moments, opened = 0, [], []
            for _ in range(dice.randint(1, 4)):
                moment = dice.uniform(0.05, 0.8) * whole
                code = run(program, configuration, moment)
                if code is not None:
                    if code != 0:
                        raise Wrong("run %d failed with %d" % (number, code))
                    break
                kills += 1
                moments.append(moment)
                if finished(configuration):
                    break  # --resume would begin the next sweep
                opened.append(open_addresses(configuration))
            code = 0 if finished(configuration) else run(program, configuration)
            if code != 0:
                raise Wrong("run %d: the resumed sweep ended with %d: %s" % (
                    number, code, (configuration.parent / "log").read_text()[-2000:]))
            try:
                again = check(program, configuration, expected, expected_cases, opened, kills)
            except Wrong as wrong:
                raise Wrong("run %d (killed at %s): %s" % (number, ["%.2f s" % m for m in moments], wrong))
            if again > kills * MOST_IN_FLIGHT * 2:
                raise Wrong("run %d: %d exchanges again after %d kills" % (number, again, kills))
            kills_in_all += kills
            again_in_all += again
            print("run %d: %d kills at %s, %d open at them, %d exchanges again: ok" % (
                number, kills, " ".join("%.2f" % m for m in moments), sum(map(len, opened)), again), flush=True)
            shutil.rmtree(configuration.parent)
        print("%d runs, %d kills, %d exchanges again in all: every address ended once, cases equal, WARC readable" % (
            options.runs, kills_in_all, again_in_all))
    except Wrong as wrong:
        print("FAILED: %s" % wrong, file=sys.stderr)
        if options.keep:
            print("kept: %s" % root, file=sys.stderr)
        else:
            shutil.rmtree(root)
        return 1
    shutil.rmtree(root, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
