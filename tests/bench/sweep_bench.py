#!/usr/bin/env python3
"""Pages a second and processor time a page of an HTML-only sweep, against `wget2 -r` on the same nginx, in turns; against
Gumbo's bare parse of the same pages, one core alone and, where it is installed, Debian's Scrapy.

usage: sweep_bench.py PANTAU [--pages N] [--rounds R]        needs nginx-light and wget2 (group `bench`)

A sweep fetches, parses, matches against the shipped watchlist, keeps evidence (WARC with digests) and a durable
frontier; wget2 fetches, looks for links and writes files. So the ratio says what all that costs.
"""
import argparse
import ctypes
import ctypes.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def run(command, **more):
    """Seconds, processor seconds and the peak resident memory (MB) of a command and what it waited for."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status, out


def nginx(folder, site, port):
    (folder / "nginx.conf").write_text(
        f"""worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; types {{ text/html html; text/plain txt; }} default_type application/octet-stream;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder}; keepalive_requests 100000; sendfile on;
  server {{ listen 127.0.0.1:{port}; root {site}; }} }}
"""
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)


def sweep(pantau, folder, port, pages):
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    (folder / "pantau.yaml").write_text(
        f"""workspace: {workspace}
sweeps:
  - name: bench
    sources:
      - {{type: web, seeds: ["http://127.0.0.1:{port}/"], max_depth: 40, max_pages: {pages + 100}, scope: host}}
crawler: {{connections: 32, per_host_connections: 32, per_host_delay_ms: 0, allow_private_addresses: ["127.0.0.1/32"]}}
media: {{enabled: false}}
"""
    )
    seconds, processor, memory, status, out = run(
        [*pantau, "sweep", "-c", str(folder / "pantau.yaml"), "--name", "bench", "--json"]
    )
    if status != 0:
        sys.exit(f"the sweep failed with status {status}")
    done = json.loads(out)["pages"].get("done", 0)
    return seconds, processor, memory, done


def wget2(folder, port):
    mirror = folder / "mirror"
    shutil.rmtree(mirror, ignore_errors=True)
    mirror.mkdir()
    command = ["wget2", "-q", "-r", "-l", "inf", "-nH", "--max-threads=32", "-P", str(mirror), f"http://127.0.0.1:{port}/"]
    seconds, processor, memory, _, _ = run(command)
    return seconds, processor, memory, sum(1 for _ in mirror.rglob("*.html"))


SPIDER = """
import scrapy
from scrapy.linkextractors import LinkExtractor
class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [START]
    links = LinkExtractor()
    custom_settings = {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
                       "LOG_LEVEL": "ERROR", "DEPTH_LIMIT": 40, "CLOSESPIDER_PAGECOUNT": PAGES}
    def parse(self, response):
        yield {"url": response.url}
        for link in self.links.extract_links(response):
            yield response.follow(link, self.parse)
"""


def scrapy(folder, port, pages):
    """Up to `pages` pages: it is slow, and as fast at the end as at the beginning."""
    spider = folder / "spider.py"
    spider.write_text(SPIDER.replace("START", repr(f"http://127.0.0.1:{port}/")).replace("PAGES", str(pages)))
    found = folder / "found.jl"
    found.unlink(missing_ok=True)
    seconds, processor, memory, _, _ = run(["scrapy", "runspider", str(spider), "-O", str(found)], cwd=folder)
    return seconds, processor, memory, sum(1 for _ in found.open())


def gumbo(site, pages=300):
    """Processor milliseconds a page of gumbo_parse() and gumbo_destroy_output() alone."""
    library = ctypes.CDLL(ctypes.util.find_library("gumbo") or "libgumbo.so.1")
    library.gumbo_parse_with_options.restype = ctypes.c_void_p
    library.gumbo_parse_with_options.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    library.gumbo_destroy_output.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    options = ctypes.addressof(ctypes.c_char.in_dll(library, "kGumboDefaultOptions"))
    texts = [path.read_bytes() for path in sorted(site.rglob("*.html"))[:pages]]
    best = None
    for _ in range(3):
        begun = time.process_time()
        for text in texts:
            library.gumbo_destroy_output(options, library.gumbo_parse_with_options(options, text, len(text)))
        took = 1000 * (time.process_time() - begun) / len(texts)
        best = took if best is None else min(best, took)
    return best


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pantau")
    options.add_argument("--pages", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--port", type=int, default=18099)
    options.add_argument("--without-wget2", action="store_true")
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pantau-bench-"))
    os.chmod(folder, 0o755)
    site = folder / "site"
    subprocess.run([sys.executable, HERE / "make_site.py", site, "--pages", str(chosen.pages)], check=True)
    server = nginx(folder, site, chosen.port)
    time.sleep(1)
    rows = []
    try:
        for _ in range(chosen.rounds):
            rows.append(("pantau sweep", *sweep([chosen.pantau], folder, chosen.port, chosen.pages)))
            rows.append(("pantau, 1 core", *sweep(["taskset", "-c", "0", chosen.pantau], folder, chosen.port, chosen.pages)))
            if not chosen.without_wget2:
                rows.append(("wget2 -r", *wget2(folder, chosen.port)))
        if shutil.which("scrapy"):
            rows.append(("scrapy", *scrapy(folder, chosen.port, min(chosen.pages, 1000))))
        floor = gumbo(site)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{'command':14} {'pages':>7} {'pages/s':>9} {'CPU ms/page':>12} {'peak MB':>8}")
    best, cheapest = {}, {}
    for name, seconds, processor, memory, pages in rows:
        print(f"{name:14} {pages:7d} {pages / seconds:9.0f} {1000 * processor / max(1, pages):12.2f} {memory:8.0f}")
        best[name] = max(best.get(name, 0), pages / seconds)
        cheapest[name] = min(cheapest.get(name, 1e9), 1000 * processor / max(1, pages))
    print(f"Gumbo alone: {floor:.2f} ms a page; the sweep costs {cheapest['pantau sweep'] / floor:.1f} times that")
    print(f"both cores: {best['pantau sweep'] / best['pantau, 1 core']:.2f} times one core's pages a second")
    if "scrapy" in best:
        print(f"against Scrapy: {best['pantau sweep'] / best['scrapy']:.1f} times its pages a second")
    if "wget2 -r" in best:
        print(f"best of {chosen.rounds}: pantau makes {best['pantau sweep'] / best['wget2 -r']:.2f} of wget2's pages a second")


if __name__ == "__main__":
    main()
