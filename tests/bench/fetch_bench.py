#!/usr/bin/env python3
"""The fetch path alone against nginx on loopback, 20 KB pages, beside a bare libcurl multi loop and `curl --parallel`.

usage: fetch_bench.py FETCH_BENCH [--count N] [--rounds R] [--tls]      needs nginx-light and curl (group `bench`)
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

PAGES = 500


def site(folder):
    source = random.Random(3)
    words = ["".join(source.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(source.randint(2, 9))) for _ in range(3000)]
    for number in range(PAGES):
        text = " ".join(source.choice(words) for _ in range(3400))[:20480]
        (folder / f"{number}.html").write_text(text)


def nginx(folder, port, tls):
    listen = f"listen 127.0.0.1:{port}"
    extra = ""
    if tls:
        listen += " ssl http2"
        extra = f"ssl_certificate {folder}/c.pem; ssl_certificate_key {folder}/k.pem;"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", folder / "k.pem", "-out", folder / "c.pem", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    (folder / "nginx.conf").write_text(
        f"""worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; types {{ text/html html; }} keepalive_requests 1000000; sendfile on;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder}; server {{ {listen}; root {folder}; {extra} }} }}
"""
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)


def curl_parallel(folder, prefix, count, authorities):
    config = folder / "curl.cfg"
    config.write_text("".join(f'url = "{prefix}{i % PAGES}.html"\noutput = "/dev/null"\n' for i in range(count)))
    command = ["curl", "-s", "--parallel", "--parallel-max", "32", "-K", str(config)]
    if authorities:
        command += ["--cacert", authorities]
    begun = time.monotonic()
    child = subprocess.Popen(command)
    _, _, usage = os.wait4(child.pid, 0)
    seconds, processor = time.monotonic() - begun, usage.ru_utime + usage.ru_stime
    print(f"{'curl -Z':8} {count:7d} asked {count / seconds:19.0f} pages/s {1000 * processor / count:8.4f} ms CPU/page", flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--count", type=int, default=20000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--port", type=int, default=18098)
    options.add_argument("--tls", action="store_true", help="HTTP/2 over TLS instead of HTTP/1.1")
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pantau-fetch-bench-"))
    os.chmod(folder, 0o755)
    site(folder)
    server = nginx(folder, chosen.port, chosen.tls)
    time.sleep(1)
    prefix = f"{'https' if chosen.tls else 'http'}://127.0.0.1:{chosen.port}/"
    authorities = [str(folder / "c.pem")] if chosen.tls else []
    try:
        for _ in range(chosen.rounds):
            for mode in ("fetcher", "curl"):
                command = [chosen.program, mode, prefix, str(PAGES), str(chosen.count), "32", *authorities]
                sys.stdout.flush()
                subprocess.run(command, check=True)
            curl_parallel(folder, prefix, chosen.count, authorities[0] if authorities else None)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
