"""One ad picture out of words, a figure and a logo; the layout follows its shape: strip, tower or card."""

from PIL import ImageDraw

from .drawing import PEOPLE, backdrop, logo, person, thing, write_in


def _button(draw, box, text, fill, colour):
    draw.rounded_rectangle(box, radius=(box[3] - box[1]) // 4, fill=fill)
    pad = (box[3] - box[1]) // 6
    write_in(draw, (box[0] + 2 * pad, box[1] + pad, box[2] - 2 * pad, box[3] - pad), text, colour, largest=34, smallest=8,
             align="center")


def _place(picture, figure, box):
    """Puts a person, a thing, or nothing into a square that fits the box."""
    if not figure:
        return
    side = min(box[2] - box[0], box[3] - box[1])
    drawn = person(side, PEOPLE[figure], 0.6) if figure in PEOPLE else thing(side, figure)
    picture.paste(drawn, (box[0] + (box[2] - box[0] - side) // 2, box[3] - side), drawn)


def creative(size, ground, head, sub, call, figure=None, brand=None, ink=(255, 255, 255), button=(250, 200, 40),
             button_ink=(30, 30, 30)):
    """ground: (kind of backdrop, first colour, second colour)."""
    width, height = size
    picture = backdrop(size, *ground)
    draw = ImageDraw.Draw(picture)
    gap = max(6, min(size) // 24)
    mark = None
    if brand:
        tall = max(16, int(min(width * 0.10, height * (0.26 if width > 2.4 * height else 0.12))))
        mark = logo(brand, tall)
        if mark.width > width * 0.5:
            mark = logo(brand, int(tall * width * 0.5 / mark.width))

    def stamp(x, y):
        plate = [x - 4, y - 3, x + mark.width + 4, y + mark.height + 3]
        draw.rounded_rectangle(plate, radius=4, fill=(255, 255, 255))
        picture.paste(mark, (x, y), mark)

    if width > 2.4 * height:  # strip: figure, words, button
        x = gap
        if figure:
            side = min(height - gap, int(width * 0.22))
            _place(picture, figure, (x, gap // 2, x + side, height))
            x += side + gap
        right = width - int(max(min(height * 1.25, width * 0.27), width * 0.17)) - gap
        top = gap // 2
        if mark:
            room = width - right - gap - 8
            if mark.width > room:
                mark = logo(brand, int(mark.height * room / mark.width))
            stamp(right + 6, gap + 2)
        split = top + int((height - gap) * (0.56 if sub else 1))
        write_in(draw, (x, top, right - gap, split), head, ink, largest=64)
        if sub:
            write_in(draw, (x, split, right - gap, height - gap // 2), sub, ink, largest=30, smallest=8, bold=False)
        tall = int(height * 0.42)
        y = height - tall - gap if mark else (height - tall) // 2
        _button(draw, [right, y, width - gap, y + tall], call, button, button_ink)
    elif height > 1.5 * width:  # tower: one above the other
        y = gap
        if mark:
            stamp((width - mark.width) // 2, y + 3)
            y += mark.height + gap + 3
        y = write_in(draw, (gap, y, width - gap, y + int(height * 0.30)), head, ink, largest=60, align="center", middle=False)
        if sub:
            y = write_in(draw, (gap, y + gap, width - gap, y + gap + int(height * 0.16)), sub, ink, largest=30, bold=False,
                         align="center", middle=False)
        tall = height // 11
        _place(picture, figure, (gap, y + gap, width - gap, height - tall - 2 * gap))
        _button(draw, [gap, height - tall - gap, width - gap, height - gap], call, button, button_ink)
    else:  # card: words on the left, figure on the right
        right = width - gap
        tall = max(24, height // 8)
        if figure:
            side = int(min(height * 0.66, width * 0.42))
            _place(picture, figure, (width - side - gap // 2, height - side, width - gap // 2, height))
            right = width - side - gap
        y = gap
        if mark:
            stamp(gap + 4, y + 3)
            y += mark.height + gap
        top = y
        y = write_in(draw, (gap, top, right if height < 320 and figure else width - gap, top + int(height * 0.36)), head,
                     ink, largest=62, middle=False)
        if sub:
            write_in(draw, (gap, y + gap // 2, right, height - tall - 2 * gap), sub, ink, largest=32, bold=False,
                     middle=False)
        _button(draw, [gap, height - tall - gap, min(right, gap + int(width * 0.52)), height - gap], call, button, button_ink)
    return picture
