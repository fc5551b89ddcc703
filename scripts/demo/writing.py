"""Page frames: how the demo's hosts lay out their HTML. Knows nothing about any ad."""

from html import escape

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="

STYLES = {
    "sale": ("body{margin:0;font:17px/1.55 Arial,sans-serif;background:#f3f5fa;color:#222}header{background:%s;color:#fff;padding:18px}"
             "main{max-width:820px;margin:0 auto;padding:18px;background:#fff}.call{background:#f8c828;border:0;padding:14px 26px;"
             "font-weight:700;border-radius:8px}form{border:2px solid #ddd;padding:16px;border-radius:10px}label{display:block;margin:8px 0}"
             "footer{font-size:12px;color:#888;padding:18px;text-align:center}"),
    "plain": ("body{margin:0;font:16px/1.6 Georgia,serif;color:#1d1d1f}header{border-bottom:3px solid %s;padding:14px 20px}"
              "main{max-width:760px;margin:24px auto;padding:0 20px}blockquote{border-left:4px solid #bbb;margin-left:0;padding-left:14px;color:#444}"
              "footer{border-top:1px solid #ddd;font-size:13px;padding:16px 20px;color:#666}label{display:block;margin:8px 0}"),
    "bank": ("body{margin:0;font:15px/1.5 Verdana,sans-serif;background:#f7f4fb}header{background:#fff;border-bottom:4px solid %s;padding:12px 24px}"
             "main{max-width:900px;margin:24px auto;display:block}form{background:#fff;padding:24px;max-width:360px;border:1px solid #ddd}"
             "label{display:block;margin:10px 0}input{width:100%%}footer{font-size:12px;padding:20px 24px;color:#555}"),
}


def page(language, title, body, style="plain", colour="#205090", about="", head="", top="", foot=""):
    """A whole document. body, top and foot are HTML; title and about are text."""
    description = f'\n<meta name="description" content="{escape(about)}">' if about else ""
    extra = "\n" + head.strip() if head else ""
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>{description}{extra}
<style>{STYLES[style] % colour}</style>
</head>
<body>
<header>{top or escape(title)}</header>
<main>
{body.strip()}
</main>
<footer>{foot}</footer>
</body>
</html>
"""


def paragraphs(*texts):
    return "\n".join(f"<p>{text}</p>" for text in texts)


def form(fields, button, hidden=""):
    """A form that goes nowhere. fields: (name, type, label)."""
    rows = "\n".join(f'<label>{escape(label)} <input name="{name}" type="{kind}" required></label>'
                     for name, kind, label in fields)
    return f"""<form action="#" method="post" onsubmit="return false">
{rows}
{hidden}<button class="call" type="submit">{escape(button)}</button>
</form>"""


def picture_of(brand, height=44):
    return f'<img src="/logo-{brand}.webp" alt="{brand}" height="{height}">'
