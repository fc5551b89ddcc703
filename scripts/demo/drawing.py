"""Shapes, scripts, people, things and logos: what the pictures of the demo are drawn with. Knows nothing about any ad."""

import math
import unicodedata

from PIL import Image, ImageDraw, ImageFont

DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans%s.ttf"
DEJAVU_SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-%s.ttc"
TAMIL = "/usr/share/fonts/truetype/lohit-tamil/Lohit-Tamil.ttf"
CJK_SIMPLIFIED = 2  # face number inside the collection

_fonts = {}


def font_for(text, size, bold=True, serif=False):
    """A font that has every letter of the text (Tamil, Chinese, else Latin)."""
    script = "latin"
    for letter in text:
        name = unicodedata.name(letter, "")
        if name.startswith("TAMIL"):
            script = "tamil"
            break
        if name.startswith(("CJK", "FULLWIDTH", "IDEOGRAPHIC")):
            script = "cjk"
    key = (script, size, bold, serif)
    if key not in _fonts:
        if script == "tamil":
            _fonts[key] = ImageFont.truetype(TAMIL, size)
        elif script == "cjk":
            _fonts[key] = ImageFont.truetype(CJK % ("Bold" if bold else "Regular"), size, index=CJK_SIMPLIFIED)
        elif serif:
            _fonts[key] = ImageFont.truetype(DEJAVU_SERIF, size)
        else:
            _fonts[key] = ImageFont.truetype(DEJAVU % ("-Bold" if bold else ""), size)
    return _fonts[key]


def _pieces(text):
    """What a line may be broken between: words, or single characters of Chinese."""
    piece = ""
    for letter in text:
        if unicodedata.name(letter, "").startswith("CJK UNIFIED"):
            if piece:
                yield piece
            piece = ""
            yield letter
        elif letter == " ":
            yield piece + " "
            piece = ""
        else:
            piece += letter
    if piece:
        yield piece


def _wrap(text, font, width):
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and font.getlength((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = piece
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def _line_height(font):
    ascent, descent = font.getmetrics()
    return int((ascent + descent) * (0.80 if font.path == TAMIL else 1.04))


def write_in(draw, box, text, colour, largest=80, smallest=9, bold=True, serif=False, align="left", middle=True,
             outline=None):
    """Writes the text as large as fits into the box, and fails loudly where it does not fit at all."""
    left, top, right, bottom = box
    for size in range(largest, smallest - 1, -1):
        font = font_for(text, size, bold, serif)
        lines = _wrap(text, font, right - left)
        height = _line_height(font)
        orphan = len(lines) > 1 and len(lines[-1]) == 1  # one lonely Chinese character
        if not orphan and height * len(lines) <= bottom - top and all(font.getlength(line) <= right - left for line in lines):
            break
    else:
        raise ValueError(f"does not fit {box}: {text!r}")
    y = top + ((bottom - top - height * len(lines)) // 2 if middle else 0)
    for line in lines:
        length = font.getlength(line)
        x = {"left": left, "center": left + (right - left - length) / 2, "right": right - length}[align]
        stroke = {"stroke_width": max(1, size // 14), "stroke_fill": outline} if outline else {}
        draw.text((x, y), line, font=font, fill=colour, **stroke)
        y += height
    return y


def gradient(size, top, bottom, across=False):
    width, height = size
    steps = width if across else height
    strip = Image.new("RGB", (steps, 1) if across else (1, steps))
    for step in range(steps):
        part = step / max(1, steps - 1)
        colour = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom))
        strip.putpixel((step, 0) if across else (0, step), colour)
    return strip.resize(size)


def smooth(size, paint, scale=3):
    """Draws shapes several times too large and shrinks them: soft edges. paint(draw, scale) gets a transparent sheet."""
    sheet = Image.new("RGBA", (size[0] * scale, size[1] * scale), (0, 0, 0, 0))
    paint(ImageDraw.Draw(sheet), scale)
    return sheet.resize(size, Image.LANCZOS)


# -- backdrops -------------------------------------------------------------------------------------------------------

def backdrop(size, kind, first, second):
    picture = gradient(size, first, second, across=kind == "city")
    width, height = size

    def mix(part):
        return tuple(round(a + (255 - a) * part) for a in second)

    def paint(draw, s):
        w, h = width * s, height * s
        if kind == "chart":
            for step in range(1, 8):
                draw.line([(0, h * step // 8), (w, h * step // 8)], fill=mix(0.14) + (120,), width=s)
            points = [(w * i / 14, h * (0.92 - 0.05 * i + 0.06 * math.sin(i * 1.9))) for i in range(15)]
            draw.line(points, fill=mix(0.45) + (80,), width=3 * s, joint="curve")
            for i in range(14):
                x = w * (i + 0.5) / 14
                tall = h * (0.05 + 0.035 * i)
                draw.rectangle([x - w / 60, h - tall, x + w / 60, h], fill=mix(0.25) + (130,))
        elif kind == "rays":
            cx, cy = w * 0.5, h * 0.55
            reach = w + h
            for i in range(0, 24, 2):
                a, b = math.tau * i / 24, math.tau * (i + 1) / 24
                draw.polygon([(cx, cy), (cx + reach * math.cos(a), cy + reach * math.sin(a)),
                              (cx + reach * math.cos(b), cy + reach * math.sin(b))], fill=mix(0.22) + (110,))
        elif kind == "waves":
            for row in range(4):
                base = h * (0.55 + 0.13 * row)
                points = [(x, base + h * 0.05 * math.sin(x / w * 9 + row * 1.7)) for x in range(0, w + s, 4 * s)]
                draw.polygon(points + [(w, h), (0, h)], fill=mix(0.08 + 0.07 * row) + (150,))
        elif kind == "city":
            for i in range(18):
                tall = h * (0.18 + 0.32 * abs(math.sin(i * 2.3 + 0.6)))
                x = w * i / 18
                draw.rectangle([x, h - tall, x + w / 20, h], fill=mix(0.18) + (150,))
                for storey in range(int(tall / (7 * s))):
                    if (storey * 5 + i * 3) % 4:
                        y = h - tall + storey * 7 * s + 3 * s
                        draw.rectangle([x + w / 90, y, x + w / 50, y + 3 * s], fill=mix(0.6) + (130,))
        elif kind == "dots":
            for row in range(0, h, 16 * s):
                for column in range((row // (16 * s) % 2) * 8 * s, w, 16 * s):
                    draw.ellipse([column, row, column + 3 * s, row + 3 * s], fill=mix(0.3) + (120,))
        elif kind == "coins":
            for i in range(16):
                x, y = w * (0.55 + 0.45 * ((i * 37) % 100) / 100), h * ((i * 53 + 11) % 100) / 100
                r = (6 + i % 5 * 2) * s
                draw.ellipse([x - r, y - r, x + r, y + r], fill=(244, 196, 48, 150), outline=(180, 130, 10, 190), width=s)

    picture.paste(layer := smooth(size, paint), (0, 0), layer)
    return picture


# -- people ----------------------------------------------------------------------------------------------------------

def person(height, look, mouth=0.25, blink=False):
    """A drawn bust, as wide as it is high. look: a dict of PEOPLE."""
    def paint(draw, s):
        u = height * s / 100.0

        def e(x0, y0, x1, y1, **kw):
            draw.ellipse([x0 * u, y0 * u, x1 * u, y1 * u], **kw)

        def p(points, **kw):
            draw.polygon([(x * u, y * u) for x, y in points], **kw)

        ink = (38, 30, 30, 255)
        if look.get("hair_long"):
            e(20, 8, 80, 76, fill=look["hair"])
            p([(20, 42), (80, 42), (86, 92), (14, 92)], fill=look["hair"])
        p([(12, 100), (16, 84), (38, 74), (62, 74), (84, 84), (88, 100)], fill=look["top"])
        p([(42, 66), (58, 66), (60, 78), (50, 86), (40, 78)], fill=look["skin_dark"])
        if look.get("tie"):
            p([(40, 75), (60, 75), (50, 100)], fill=(250, 250, 250, 255))
            p([(47, 79), (53, 79), (55, 97), (50, 100), (45, 97)], fill=look["tie"])
        e(25, 40, 33, 54, fill=look["skin_dark"])
        e(67, 40, 75, 54, fill=look["skin_dark"])
        e(28, 16, 72, 74, fill=look["skin"])
        if look.get("songkok"):
            p([(27, 31), (30, 8), (70, 8), (73, 31)], fill=look["songkok"])
            draw.line([(28 * u, 28 * u), (72 * u, 28 * u)], fill=(90, 90, 100, 255), width=max(1, int(u)))
        elif look.get("scarf"):
            draw.pieslice([22 * u, 8 * u, 78 * u, 84 * u], 180, 360, fill=look["scarf"])
            e(31, 22, 69, 76, fill=look["skin"])
            p([(24, 46), (32, 60), (36, 76), (64, 76), (68, 60), (76, 46), (80, 92), (20, 92)], fill=look["scarf"])
            e(33, 26, 67, 73, fill=look["skin"])
        else:
            draw.pieslice([26 * u, 10 * u, 74 * u, 60 * u], 178, 362, fill=look["hair"])
            if look.get("hair_long"):
                p([(27, 34), (50, 20), (34, 44)], fill=look["hair"])
                p([(30, 24), (36, 18), (30, 62), (26, 60)], fill=look.get("streak", look["hair"]))
        for x in (41, 59):
            if blink:
                draw.line([((x - 4) * u, 45 * u), ((x + 4) * u, 45 * u)], fill=ink, width=max(1, int(1.2 * u)))
            else:
                e(x - 4.5, 41.5, x + 4.5, 48.5, fill=(255, 255, 255, 255))
                e(x - 2.2, 42.3, x + 2.2, 47.7, fill=ink)
            draw.line([((x - 5) * u, 37 * u), ((x + 5) * u, 36.5 * u)], fill=look["hair"], width=max(1, int(1.8 * u)))
        if look.get("glasses"):
            for x in (41, 59):
                draw.ellipse([(x - 7.5) * u, 38 * u, (x + 7.5) * u, 52 * u], outline=ink, width=max(1, int(1.3 * u)))
            draw.line([(48.5 * u, 44 * u), (51.5 * u, 44 * u)], fill=ink, width=max(1, int(1.3 * u)))
        draw.line([(50 * u, 46 * u), (47.5 * u, 56 * u), (51.5 * u, 56.5 * u)], fill=look["skin_dark"],
                  width=max(1, int(1.4 * u)))
        if look.get("moustache"):
            p([(41, 61), (50, 57.5), (59, 61), (50, 60.5)], fill=look["hair"])
        opening = 1 + 6 * mouth
        e(43, 64 - opening / 2, 57, 64 + opening / 2, fill=(150, 45, 50, 255))
        if mouth > 0.45:
            e(45, 64 - opening / 2 + 0.5, 55, 64 - opening / 2 + 2.5, fill=(255, 255, 255, 255))
        if look.get("microphone"):
            draw.line([(70 * u, 100 * u), (62 * u, 78 * u)], fill=(60, 60, 66, 255), width=int(5 * u))
            e(56, 68, 68, 81, fill=(120, 120, 130, 255), outline=ink)

    return smooth((height, height), paint, 4)


PEOPLE = {
    "zulhakim": {"skin": (201, 148, 105, 255), "skin_dark": (178, 124, 84, 255), "hair": (54, 48, 48, 255),
                 "top": (24, 38, 74, 255), "tie": (178, 30, 42, 255), "songkok": (22, 22, 26, 255), "glasses": True,
                 "moustache": True},
    "kavira": {"skin": (228, 180, 140, 255), "skin_dark": (204, 152, 114, 255), "hair": (44, 26, 40, 255),
               "top": (206, 42, 110, 255), "hair_long": True, "streak": (150, 70, 200, 255), "microphone": True},
    "clerk": {"skin": (214, 162, 120, 255), "skin_dark": (190, 136, 98, 255), "hair": (40, 30, 30, 255),
              "top": (46, 120, 110, 255), "scarf": (66, 150, 140, 255)},
    "student": {"skin": (176, 120, 82, 255), "skin_dark": (150, 98, 64, 255), "hair": (24, 20, 22, 255),
                "top": (234, 150, 40, 255), "glasses": True},
    "engineer": {"skin": (226, 178, 138, 255), "skin_dark": (202, 150, 112, 255), "hair": (50, 40, 36, 255),
                 "top": (240, 120, 30, 255)},
}


# -- things ----------------------------------------------------------------------------------------------------------

def thing(height, kind):
    """A drawn object, square, for ads without a person."""
    def paint(draw, s):
        u = height * s / 100.0

        def rect(x0, y0, x1, y1, fill, radius=4):
            draw.rounded_rectangle([x0 * u, y0 * u, x1 * u, y1 * u], radius=radius * u, fill=fill)

        def e(x0, y0, x1, y1, **kw):
            draw.ellipse([x0 * u, y0 * u, x1 * u, y1 * u], **kw)

        def p(points, fill):
            draw.polygon([(x * u, y * u) for x, y in points], fill=fill)

        white, ink = (255, 255, 255, 255), (40, 40, 48, 255)
        if kind == "phone":
            rect(26, 4, 74, 96, ink, 8)
            rect(30, 12, 70, 86, (120, 200, 250, 255), 2)
            rect(36, 22, 64, 42, white)
            rect(36, 48, 64, 54, (255, 210, 70, 255), 2)
            rect(36, 60, 64, 72, (60, 180, 90, 255), 3)
            e(46, 88, 54, 95, fill=(110, 110, 120, 255))
        elif kind == "gift":
            rect(14, 40, 86, 92, (214, 40, 60, 255))
            rect(10, 28, 90, 44, (236, 70, 84, 255))
            rect(44, 28, 56, 92, (255, 214, 80, 255), 1)
            e(22, 8, 50, 30, outline=(255, 214, 80, 255), width=int(6 * u))
            e(50, 8, 78, 30, outline=(255, 214, 80, 255), width=int(6 * u))
        elif kind == "notes":
            for i in range(3):
                x, y = 8 + 8 * i, 24 + 14 * i
                rect(x, y, x + 68, y + 32, (60 + 20 * i, 150 + 14 * i, 90, 255))
                e(x + 25, y + 6, x + 43, y + 26, fill=(220, 240, 220, 255))
        elif kind == "lock":
            draw.arc([28 * u, 8 * u, 72 * u, 64 * u], 180, 360, fill=(90, 96, 110, 255), width=int(9 * u))
            rect(28, 34, 37, 52, (90, 96, 110, 255), 0)
            rect(63, 34, 72, 52, (90, 96, 110, 255), 0)
            rect(16, 46, 84, 94, (244, 190, 50, 255), 8)
            e(43, 58, 57, 72, fill=ink)
            rect(47, 68, 53, 84, ink, 2)
        elif kind == "basket":
            p([(10, 42), (90, 42), (78, 92), (22, 92)], (198, 132, 60, 255))
            for x in (30, 46, 62):
                rect(x, 46, x + 5, 88, (150, 92, 36, 255), 1)
            draw.arc([24 * u, 6 * u, 76 * u, 78 * u], 180, 360, fill=(150, 92, 36, 255), width=int(6 * u))
            e(28, 24, 48, 44, fill=(214, 50, 50, 255))
            e(50, 22, 72, 44, fill=(90, 170, 60, 255))
        elif kind == "book":
            rect(20, 8, 82, 94, (130, 30, 40, 255), 3)
            rect(16, 8, 26, 94, (96, 18, 28, 255), 2)
            rect(32, 18, 74, 22, (240, 210, 140, 255), 1)
            rect(32, 84, 74, 87, (240, 210, 140, 255), 1)
        elif kind == "house":
            rect(0, 70, 100, 100, (90, 160, 220, 255), 0)
            rect(24, 44, 76, 80, (240, 226, 196, 255), 1)
            p([(16, 46), (50, 14), (84, 46)], (190, 70, 50, 255))
            rect(42, 54, 58, 80, (120, 76, 44, 255), 1)
            for i in range(5):
                e(20 * i - 6, 70, 20 * i + 18, 82, fill=(130, 190, 236, 255))
        elif kind == "cat":
            p([(22, 40), (24, 8), (46, 26)], (230, 150, 60, 255))
            p([(78, 40), (76, 8), (54, 26)], (230, 150, 60, 255))
            e(18, 20, 82, 84, fill=(236, 162, 74, 255))
            for x in (38, 62):
                e(x - 6, 42, x + 6, 56, fill=white)
                e(x - 2, 44, x + 2, 55, fill=ink)
            p([(46, 60), (54, 60), (50, 66)], (210, 90, 100, 255))
            for y in (62, 68):
                draw.line([(20 * u, (y - 2) * u), (40 * u, y * u)], fill=ink, width=int(u))
                draw.line([(60 * u, y * u), (80 * u, (y - 2) * u)], fill=ink, width=int(u))
            p([(38, 82), (62, 82), (50, 98)], (190, 30, 50, 255))
        elif kind == "question":
            rect(8, 8, 92, 80, white, 12)
            p([(24, 78), (44, 78), (24, 97)], white)
            font = font_for("?", int(62 * u))
            draw.text((50 * u, 44 * u), "?", font=font, fill=(40, 110, 190, 255), anchor="mm")
        elif kind == "pump":
            rect(18, 12, 62, 94, (200, 50, 50, 255), 4)
            rect(25, 20, 55, 42, white, 2)
            draw.line([(62 * u, 50 * u), (76 * u, 54 * u), (78 * u, 82 * u), (86 * u, 78 * u), (84 * u, 36 * u)], fill=ink,
                      width=int(4 * u))
            rect(12, 90, 68, 98, ink, 1)
        elif kind == "shield":
            p([(50, 4), (88, 18), (84, 58), (50, 96), (16, 58), (12, 18)], (34, 90, 150, 255))
            p([(50, 14), (78, 24), (75, 54), (50, 84), (25, 54), (22, 24)], (240, 246, 252, 255))
            rect(46, 28, 54, 56, (206, 50, 40, 255), 2)
            e(45, 62, 55, 72, fill=(206, 50, 40, 255))
        elif kind == "veena":
            e(10, 54, 46, 92, fill=(150, 84, 40, 255))
            e(18, 62, 38, 84, fill=(196, 130, 70, 255))
            draw.line([(30 * u, 72 * u), (86 * u, 16 * u)], fill=(110, 60, 30, 255), width=int(7 * u))
            for shift in (-2, 0, 2):
                draw.line([((30 + shift) * u, 72 * u), ((86 + shift) * u, 16 * u)], fill=(240, 220, 160, 255), width=int(u))
            e(78, 8, 94, 24, fill=(196, 130, 70, 255))
        elif kind == "bars":
            for i, tall in enumerate((28, 40, 36, 52, 60)):
                rect(10 + 16 * i, 90 - tall, 22 + 16 * i, 90, (244, 196, 48, 255), 2)
            rect(6, 90, 94, 94, ink, 0)
        else:
            raise ValueError(kind)

    return smooth((height, height), paint, 4)


# -- logos -----------------------------------------------------------------------------------------------------------

LOGOS = {  # brand -> (words, colour of the words)
    "lembayura": ("Bank Lembayura", (84, 36, 128)),
    "petrojati": ("PETROJATI", (0, 112, 110)),
    "pundilaju": ("PundiLaju", (18, 74, 180)),
    "lapdi": ("LAPDI", (24, 62, 112)),
    "wartaselasih": ("Warta Selasih", (24, 94, 54)),
}


def emblem(brand, height):
    def paint(draw, s):
        u = height * s / 100.0

        def p(points, fill):
            draw.polygon([(x * u, y * u) for x, y in points], fill=fill)

        white = (255, 255, 255, 255)
        if brand == "lembayura":
            draw.ellipse([2 * u, 2 * u, 98 * u, 98 * u], fill=(84, 36, 128, 255))
            draw.pieslice([26 * u, 26 * u, 74 * u, 74 * u], 180, 360, fill=(250, 178, 60, 255))
            for i in range(5):
                a = math.pi * (i + 0.5) / 5
                draw.line([((50 + 28 * math.cos(a)) * u, (50 - 28 * math.sin(a)) * u),
                           ((50 + 38 * math.cos(a)) * u, (50 - 38 * math.sin(a)) * u)], fill=(250, 178, 60, 255),
                          width=int(5 * u))
            for y in (54, 66, 78):
                draw.rectangle([(26 + (y - 54) / 3) * u, y * u, (74 - (y - 54) / 3) * u, (y + 6) * u], fill=white)
        elif brand == "petrojati":
            p([(50, 2), (92, 26), (92, 74), (50, 98), (8, 74), (8, 26)], (0, 112, 110, 255))
            p([(50, 18), (70, 52), (50, 82), (30, 52)], white)
            draw.pieslice([30 * u, 38 * u, 70 * u, 84 * u], 0, 180, fill=white)
            p([(50, 34), (50, 76), (62, 56)], (240, 130, 30, 255))
        elif brand == "pundilaju":
            draw.rounded_rectangle([4 * u, 20 * u, 96 * u, 90 * u], radius=16 * u, fill=(18, 74, 180, 255))
            draw.rectangle([4 * u, 34 * u, 96 * u, 42 * u], fill=(90, 160, 255, 255))
            p([(58, 10), (30, 60), (48, 60), (40, 96), (72, 46), (54, 46)], (255, 206, 40, 255))
        elif brand == "lapdi":
            p([(50, 2), (90, 16), (86, 60), (50, 98), (14, 60), (10, 16)], (24, 62, 112, 255))
            draw.ellipse([28 * u, 24 * u, 62 * u, 58 * u], outline=white, width=int(7 * u))
            draw.line([(57 * u, 54 * u), (72 * u, 72 * u)], fill=white, width=int(8 * u))
        elif brand == "wartaselasih":
            draw.rectangle([4 * u, 4 * u, 96 * u, 96 * u], fill=(24, 94, 54, 255))
            font = font_for("W", int(70 * u), serif=True)
            draw.text((50 * u, 50 * u), "W", font=font, fill=white, anchor="mm")
        else:
            raise ValueError(brand)

    return smooth((height, height), paint, 4)


def logo(brand, height, on_dark=False):
    """Emblem and words on a transparent sheet."""
    words, colour = LOGOS[brand]
    font = font_for(words, int(height * 0.58), serif=brand == "wartaselasih")
    width = int(height * 1.18 + font.getlength(words) + height * 0.1)
    sheet = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    mark = emblem(brand, height)
    sheet.paste(mark, (0, 0), mark)
    ImageDraw.Draw(sheet).text((height * 1.18, height / 2), words, font=font,
                               fill=(255, 255, 255, 255) if on_dark else colour + (255,), anchor="lm")
    return sheet
