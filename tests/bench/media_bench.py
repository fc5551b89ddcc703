#!/usr/bin/env python3
"""Processor seconds a video second of a whole analysis (decoding, fingerprints, frame choice, OCR in the configured
languages, matching), against bare `ffmpeg -threads 1 -f null` of the same file, in turns.

usage: media_bench.py PANTAU [--rounds R]        needs the ffmpeg command (group `bench`)

The film: 30 s of 720p with five text cards over a moving picture, made here. A second run of one frame a second through
the `tesseract` command with the same languages stands for what people do without Pantau, if that command is there.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

CARDS = ["Terima RM8500 setiap bulan", "Daftar sekarang percuma", "Hubungi pegawai kami", "Guaranteed profit daily", "Tempat terhad 20 orang"]


def processor_seconds(command, **more):
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} failed with status {status}")
    return usage.ru_utime + usage.ru_stime, out


def film(folder):
    texts = ",".join(
        f"drawtext=text='{card}':fontsize=48:fontcolor=white:borderw=2:x=(w-text_w)/2:y=560:enable='between(t,{6 * i + 1},{6 * i + 2.5})'"
        for i, card in enumerate(CARDS)
    )
    file = folder / "film.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "mandelbrot=size=1280x720:rate=25", "-vf", texts, "-t", "30",
         "-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", file],
        check=True,
    )
    return file


def by_hand(folder, file):
    """One frame a second through tesseract: processor seconds and cards found."""
    frames = folder / "frames"
    frames.mkdir(exist_ok=True)
    spent, _ = processor_seconds(["ffmpeg", "-v", "error", "-threads", "1", "-i", str(file), "-vf", "fps=1", str(frames / "%04d.png")])
    found = set()
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    for frame in sorted(frames.glob("*.png")):
        more, out = processor_seconds(["tesseract", str(frame), "-", "-l", "eng+msa+chi_sim+tam"], env=environment)
        spent += more
        found |= {card for card in CARDS if card.lower() in out.decode(errors="replace").lower()}
    return spent, len(found)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pantau")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pantau-bench-"))
    try:
        file = film(folder)
        bare, whole, found = [], [], 0
        for _ in range(chosen.rounds):
            bare.append(processor_seconds(["ffmpeg", "-v", "error", "-threads", "1", "-i", str(file), "-f", "null", "-"])[0])
            spent, out = processor_seconds([chosen.pantau, "scan", str(file), "--json"])
            whole.append(spent)
            texts = " ".join(json.loads(out)["ad"]["texts"]).lower()
            found = sum(card.lower() in texts for card in CARDS)
        # What starting the program, its watchlist and the languages costs, on a film of nothing.
        empty = folder / "empty.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=64x64:rate=5", "-t", "1", "-pix_fmt", "yuv420p", empty], check=True)
        start = min(processor_seconds([chosen.pantau, "scan", str(empty), "--json"])[0] for _ in range(chosen.rounds))
        print("30 s of 720p, 5 cards of 1.5 s; best of", chosen.rounds)
        print(f"ffmpeg -threads 1 -f null   {min(bare) / 30:.4f} CPU s a video second")
        print(f"pantau scan, all of it      {min(whole) / 30:.4f} CPU s a video second, {found} of 5 cards read")
        print(f"  of which starting up      {start:.2f} s in all")
        print(f"ratio                       {min(whole) / min(bare):.2f} ({(min(whole) - start) / min(bare):.2f} without starting up)")
        if shutil.which("tesseract"):
            spent, cards = by_hand(folder, file)
            print(f"a frame a second, tesseract {spent / 30:.4f} CPU s a video second, {cards} of 5 cards read ({spent / min(whole):.1f} times Pantau's)")
        else:
            print("a frame a second, tesseract: skipped, the tesseract command is not installed")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
