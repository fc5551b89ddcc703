"""The demo's films: drawn frame by frame and handed to the ffmpeg program. The same frames always give the same bytes."""

import math
import subprocess

from PIL import Image, ImageDraw

from .drawing import PEOPLE, backdrop, person, write_in

SIZE = (640, 360)
RATE = 10  # pictures a second


def encode(path, frames, seconds, tune):
    """frames: RGB pictures. tune: frequencies (Hz) played one after the other, a quarter of a second each."""
    notes = "+".join(f"0.18*sin(2*PI*{note}*t)*between(mod(t,{len(tune) / 4}),{i / 4},{(i + 1) / 4 - 0.02})"
                     for i, note in enumerate(tune))
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "%dx%d" % SIZE, "-r", str(RATE),
               "-i", "-", "-f", "lavfi", "-i", f"aevalsrc='{notes}':s=22050:d={seconds}", "-map_metadata", "-1",
               "-c:v", "libx264", "-preset", "slow", "-crf", "27", "-g", "50", "-pix_fmt", "yuv420p", "-threads", "1",
               "-c:a", "aac", "-b:a", "40k", "-ac", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
               "-flags:a", "+bitexact", "-movflags", "+faststart", str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    for frame in frames:
        process.stdin.write(frame.tobytes())
    process.stdin.close()
    if process.wait() != 0:
        raise RuntimeError(f"ffmpeg could not write {path}")


def _study():
    """The room the statesman speaks from: shelves, a flag, a desk."""
    picture = backdrop(SIZE, "dots", (70, 52, 40), (44, 32, 26))
    draw = ImageDraw.Draw(picture)
    for shelf in range(4):
        y = 20 + shelf * 62
        x = 8
        for book in range(40):
            wide = 9 + (book * 7 + shelf * 3) % 9
            tall = 34 + (book * 5 + shelf * 11) % 18
            if x + wide > 200 and x < 440:
                x = 440
            if x + wide > 630:
                break
            shade = ((book * 47 + shelf * 31) % 120 + 60, (book * 29 + shelf * 53) % 90 + 50, (book * 61) % 80 + 40)
            draw.rectangle([x, y + 54 - tall, x + wide - 2, y + 54], fill=shade)
            x += wide
        draw.rectangle([0, y + 54, 200, y + 60], fill=(96, 66, 40))
        draw.rectangle([440, y + 54, 640, y + 60], fill=(96, 66, 40))
    draw.rectangle([200, 0, 440, 360], fill=(118, 92, 66))
    for column in range(212, 440, 24):
        draw.line([(column, 0), (column, 360)], fill=(104, 80, 56), width=3)
    draw.rectangle([470, 40, 476, 330], fill=(200, 180, 90))
    draw.polygon([(476, 48), (590, 60), (580, 104), (600, 140), (476, 128)], fill=(30, 120, 150))
    draw.polygon([(476, 48), (536, 88), (476, 128)], fill=(244, 200, 60))
    return picture


def _band(frame, text, colour, ink=(255, 255, 255)):
    draw = ImageDraw.Draw(frame)
    draw.rectangle([0, 316, 640, 360], fill=colour)
    write_in(draw, (14, 320, 626, 356), text, ink, largest=24)


def speech(seconds, mouth_pattern, band, lure=None, lure_at=None):
    """The statesman speaks; lure: (big words, small words) shown only between the two times of lure_at."""
    room = _study()
    faces = {}
    for number in range(int(seconds * RATE)):
        time = number / RATE
        opening = mouth_pattern[number % len(mouth_pattern)]
        blink = number % 37 == 20
        if (opening, blink) not in faces:
            faces[opening, blink] = person(270, PEOPLE["zulhakim"], opening, blink)
        frame = room.copy()
        face = faces[opening, blink]
        frame.paste(face, (185 + round(5 * math.sin(time * 1.3)), 62 + round(3 * math.sin(time * 2.1))), face)
        ImageDraw.Draw(frame).rectangle([150, 300, 490, 360], fill=(84, 54, 30))
        _band(frame, band, (20, 40, 90))
        if lure and lure_at[0] <= time < lure_at[1]:
            draw = ImageDraw.Draw(frame)
            draw.rectangle([20, 24, 620, 176], fill=(190, 20, 30))
            write_in(draw, (36, 32, 604, 122), lure[0], (255, 255, 255), largest=46, align="center")
            write_in(draw, (36, 124, 604, 170), lure[1], (255, 236, 120), largest=30, align="center")
        yield frame


def lesson(seconds):
    """The singer 'teaches' an investment, in Chinese."""
    ground = backdrop(SIZE, "chart", (30, 10, 60), (90, 20, 90))
    cards = [(0.0, "凌卡薇 私密理财课", "今晚八点开讲"), (2.5, "AI 智能投资 保证回报", "投入 RM800 每天赚 RM2,500"),
             (5.5, "加入 Telegram 群组", "名额只剩 20 个 今天截止")]
    for number in range(int(seconds * RATE)):
        time = number / RATE
        frame = ground.copy()
        face = person(250, PEOPLE["kavira"], (0.2, 0.7, 0.4, 0.9)[number % 4], number % 31 == 12)
        frame.paste(face, (10 + round(4 * math.sin(time * 2)), 104), face)
        _, big, small = [card for card in cards if card[0] <= time][-1]
        draw = ImageDraw.Draw(frame)
        write_in(draw, (270, 60, 620, 190), big, (255, 255, 255), largest=54)
        write_in(draw, (270, 200, 620, 290), small, (255, 226, 90), largest=38)
        yield frame


def concert(seconds):
    """A harmless trailer: stage lights, the singer, date and hall."""
    for number in range(int(seconds * RATE)):
        time = number / RATE
        frame = backdrop(SIZE, "dots", (16, 12, 48), (70, 24, 90))
        draw = ImageDraw.Draw(frame, "RGBA")
        for beam in range(4):
            x = 80 + 160 * beam + 60 * math.sin(time * 1.6 + beam)
            draw.polygon([(80 + 160 * beam, 0), (x - 60, 360), (x + 60, 360)],
                         fill=((255, 120, 180, 60), (120, 200, 255, 60), (255, 220, 120, 60), (180, 130, 255, 60))[beam])
        face = person(230, PEOPLE["kavira"], (0.3, 0.8, 0.5, 0.9, 0.2)[number % 5])
        frame.paste(face, (380, 104 + round(6 * math.sin(time * 5))), face)
        draw = ImageDraw.Draw(frame)
        write_in(draw, (24, 40, 400, 150), "KAVIRA LING", (255, 255, 255), largest=52)
        write_in(draw, (24, 150, 380, 240), "Konsert Jalan Pulang", (255, 214, 240), largest=36)
        if time > 2:
            write_in(draw, (24, 250, 380, 300), "12 Disember · Dewan Angsana", (255, 236, 150), largest=26)
        _band(frame, "Tiket dari RM98 di Panggung Nada", (60, 10, 70))
        yield frame


def still(kind):
    """One picture for a film's poster."""
    if kind == "speech":
        return next(speech(1, [0.4], "Ucapan khas kepada rakyat"))
    return list(concert(2.2))[-1]
