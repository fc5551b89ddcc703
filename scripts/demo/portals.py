"""The three portals the ads hang on, and the ad network's iframes: every common way of putting an ad into a page."""

from html import escape

from .drawing import backdrop, thing
from .world import CLICKS, HOMOGLYPH_HOST, IMAGES, PORTALS, SHORT, SLOTS
from .writing import PIXEL, page, paragraphs, picture_of

CDN = f"http://{IMAGES}/c/"

LABEL = {"ms": "Penaja · Sponsored", "en": "Sponsored", "zh": "赞助 Sponsored"}


def banner(language, link, image, width, height, alt):
    return f"""<aside class="ad"><small>{LABEL[language]}</small><br>
<a href="{link}" rel="sponsored nofollow" target="_blank"><img src="{CDN}{image}" width="{width}" height="{height}" alt="{escape(alt)}"></a></aside>"""


def native(language, link, image, headline, by):
    return f"""<div class="native-item"><a href="{link}" rel="sponsored"><img src="{CDN}{image}" width="300" height="157" alt="">
<h4>{escape(headline)}</h4></a><small>{LABEL[language]} · {escape(by)}</small></div>"""


def lazy(language, link, image, width, height, alt):
    return f"""<aside class="ad"><small>{LABEL[language]}</small><br><a href="{link}" rel="sponsored">
<img class="lazy" src="{PIXEL}" data-src="{CDN}{image}" width="{width}" height="{height}" alt="{escape(alt)}"></a></aside>"""


def background(language, link, image, width, height, words):
    return f"""<aside class="ad"><small>{LABEL[language]}</small>
<a href="{link}" rel="sponsored" style="display:block;width:{width}px;height:{height}px;background-image:url('{CDN}{image}');background-size:cover" aria-label="{escape(words)}"></a></aside>"""


def video(language, link, film, poster, caption):
    return f"""<aside class="ad"><small>{LABEL[language]}</small>
<video width="320" height="180" muted loop playsinline poster="http://{IMAGES}/v/{poster}"><source src="http://{IMAGES}/v/{film}" type="video/mp4"></video>
<p><a href="{link}" rel="sponsored">{escape(caption)}</a></p></aside>"""


def slot(number, width, height):
    return (f'<iframe src="http://{SLOTS}/s/{number}.html" width="{width}" height="{height}" title="Advertisement" '
            'scrolling="no" style="border:0"></iframe>')


def slot_page(site, number, link, image, width, height, alt):
    site.write(SLOTS, f"s/{number}.html", f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Advertisement</title><style>body{{margin:0}}</style></head>
<body><a href="{link}" target="_top"><img src="{CDN}{image}" width="{width}" height="{height}" alt="{escape(alt)}"></a></body></html>
""")


def article(site, host, path, language, title, *texts, colour="#205090"):
    site.write(host, path + "index.html", page(language, title, f"<h1>{escape(title)}</h1>\n{paragraphs(*texts)}", "plain", colour))
    return f'<article><h2><a href="/{path}">{escape(title)}</a></h2><p>{texts[0]}</p></article>'


def build(site):
    news, life, daily = PORTALS

    # -- a Malay newspaper ---------------------------------------------------------------------------------------------
    site.logos(news, "wartaselasih")
    slot_page(site, 101, "http://lembayura-pinjaman.example/mohon/", "pinjaman.webp", 300, 250, "Pinjaman Peribadi Lembayura")
    site.redirect(CLICKS, "/r/1", 302, "http://nusaquanta.example/ms/")
    stories = "\n".join([
        article(site, news, "berita/pasar-tani/", "ms", "Pasar tani baharu dibuka di Pekan Rona",
                "Seramai 80 penjaja mula berniaga di pasar tani baharu yang dibuka semalam dengan tapak letak kereta untuk 200 kenderaan.",
                "Majlis daerah berkata sewa tapak kekal RM5 sehari sehingga hujung tahun.", colour="#185e36"),
        article(site, news, "berita/belanjawan/", "ms", "Parlimen bahas belanjawan pengangkutan awam",
                "Perdana Menteri Zulhakim Rentaka membentangkan peruntukan RM900 juta untuk bas elektrik.",
                "Pembangkang meminta butiran laluan luar bandar diumumkan sebelum undian Khamis ini.", colour="#185e36"),
    ])
    site.write(news, "index.html", page("ms", "Warta Selasih: berita hari ini", f"""
{banner("ms", f"http://{HOMOGLYPH_HOST}/login/", "sahkan-strip.webp", 728, 90, "Akaun Lembayura anda digantung")}
<article><h2><a href="/berita/amaran-video-palsu/">Awas video palsu Perdana Menteri, kata LAPDI</a></h2>
<p>Pejabat Perdana Menteri menafikan video yang dijana AI.</p></article>
{stories}
<p><a href="/langganan/tawaran/">Langganan</a></p>
{banner("ms", "http://petrojati.example/kerjaya/", "kerjaya.webp", 970, 250, "Sertai warga Petrojati")}
<aside class="ad"><small>{LABEL["ms"]}</small><br><a href="http://petrojati-hadiah.example/cabutan/" rel="sponsored"><picture>
<source media="(min-width:900px)" srcset="{CDN}cabutan-tower.jpg" type="image/jpeg">
<source srcset="{CDN}cabutan-small.webp 1x, {CDN}cabutan-large.webp 2x" type="image/webp">
<img src="{CDN}cabutan-small.webp" width="300" height="250" alt="Cabutan bertuah"></picture></a></aside>
{background("ms", "http://bantuan-pundilaju.example/", "bantuan.webp", 300, 250, "Bantuan Tunai PundiLaju")}
{video("ms", "http://tonton-peluang.example/", "ucapan.mp4", "ucapan.webp", "Tonton ucapan khas ini sampai habis")}
{slot(101, 300, 250)}
{lazy("ms", "http://bukupena.example/biografi-zulhakim/", "biografi.webp", 160, 600, "Biografi Zulhakim Rentaka")}
{banner("ms", "http://lapdi.example/amaran/", "lapdi-amaran.webp", 300, 250, "Awas penipuan")}
<section class="native"><h3>Mungkin anda berminat</h3>
{native("ms", f"http://{CLICKS}/r/1", "nusaquanta-card.webp", "Datuk Seri Zulhakim Rentaka dedah platform AI: rakyat jana RM30,000 sebulan", "NusaQuanta")}
{native("ms", f"http://{CLICKS}/r/26", "jualan.webp", "Jualan hujung tahun Kedai Rona, diskaun 50%", "Kedai Rona")}
{native("ms", "http://cilisatira.example/kucing-negara/", "kucing.webp", "Satira: satu rakyat, seekor kucing", "Cili Padi")}
</section>
{banner("ms", "http://lembayura.example/login/", "lembayura-simpan.webp", 728, 90, "Akaun Simpanan Lembayura")}""",
        "plain", "#185e36", "Berita tempatan setiap hari.", top=picture_of("wartaselasih"), foot="Warta Selasih, akhbar rekaan"))
    site.write(news, "robots.txt", "# the subscribers' area is not for crawlers\nUser-agent: *\nDisallow: /langganan/\nAllow: /\n")
    site.write(news, "langganan/tawaran/index.html", page("ms", "Langganan Warta Selasih", paragraphs(
        "Halaman ini dilarang oleh robots.txt dan tidak sepatutnya diambil."), "plain", "#185e36"))

    # -- an English lifestyle magazine with a Tamil corner ------------------------------------------------------------------
    slot_page(site, 201, f"http://{SHORT}/p7q", "saham.webp", 300, 250, "Petrojati shares")
    tidy = backdrop((640, 240), "waves", (250, 220, 190), (230, 170, 130))
    basket = thing(200, "basket")
    tidy.paste(basket, (400, 30), basket)
    site.image(life, "img/market.webp", tidy)
    stories = "\n".join([
        article(site, life, "food/pandan-cake/", "en", "A pandan cake that never sinks",
                "Six eggs, coconut milk and patience: our test kitchen baked it eleven times.",
                "Fold in the egg whites in three parts and leave the oven door closed for forty minutes.", colour="#b45a3c"),
        article(site, life, "home/balcony/", "en", "Growing chillies on a balcony",
                "All a chilli plant asks for is five hours of sun and a pot that drains.",
                "Feed it with banana peel tea every other week.", colour="#b45a3c"),
    ])
    site.write(life, "index.html", page("en", "Laman Rona: food, home, weekends", f"""
<img src="/img/market.webp" width="640" height="240" alt="Market basket">
{banner("en", "http://dana-pulih.example/en/", "recover.webp", 728, 90, "Recover your money")}
{stories}
{lazy("en", "http://pundilaju-plus.example/pasang/", "plus-app.webp", 320, 100, "PundiLaju Plus")}
{slot(201, 300, 250)}
{banner("en", "http://lembayura.example.sah-akaun.example/secure/", "hadlimit-card.webp", 300, 250, "Card blocked")}
{video("en", "http://panggungnada.example/kavira-ling/", "konsert.mp4", "konsert.webp", "Kavira Ling live at Dewan Angsana")}
{background("en", "http://nusaquanta.example/ms/", "nusaquanta-strip.webp", 970, 250, "NusaQuanta AI")}
<section class="native"><h3>Around the web</h3>
{native("en", "http://pendapatan-bintang.example/en/", "kripto.webp", "The singer who no longer needs concerts", "Star income")}
{native("en", "http://celikwang.example/kuiz/", "kuiz.webp", "Quiz: can you spot the scam?", "Celik Wang")}
</section>
{banner("en", "http://kasihbanjir.example/derma/", "banjir.webp", 300, 250, "Help flood victims")}
{banner("en", "http://lensapendapat.example/harga-minyak/", "minyak.webp", 300, 250, "Who gains from the price of petrol?")}
<section lang="ta"><h3>தமிழ்ப் பகுதி</h3>
{native("en", "http://muthaleedu.example/ta/", "muthaleedu.webp", "1,000 ரிங்கிட் முதலீட்டில் மாத வருமானம்", "Muthaleedu")}
{native("en", "http://isaipalli.example/", "veenai.webp", "வீணை வகுப்புகள் ஜனவரியில் தொடங்குகின்றன", "Isaipalli")}
</section>""", "plain", "#b45a3c", "Food, home and weekends.", foot="Laman Rona, an invented magazine"))

    # -- a Chinese daily ---------------------------------------------------------------------------------------------------
    stories = article(site, daily, "news/qiao/", "zh", "椰岸大桥下月通车", "连接两岸的椰岸大桥将在下月一日通车，预计每天可容纳三万辆车。",
                      "工程局表示，首三个月免收过路费。", colour="#a02828")
    site.write(daily, "index.html", page("zh", "椰岸日报", f"""
<article><h2><a href="/news/jia-shipin/">警方：勿信凌卡薇“理财课”假视频</a></h2><p>警方提醒公众，网上流传的视频是骗局。</p></article>
{stories}
{banner("zh", "http://kavira-ketang.example/", "ketang.webp", 300, 250, "凌卡薇 私密理财课")}
<section class="native"><h3>推荐阅读</h3>
{native("zh", "http://renwu-jianzhi.example/", "jianzhi.webp", "在家做任务，日赚 RM300", "PundiLaju 兼职")}
{native("zh", "http://kedairona.example/jualan/", "jualan-zh.webp", "Kedai Rona 年终大减价", "Kedai Rona")}
</section>
{lazy("zh", "http://bantuan-pundilaju.example/", "bantuan-zh.webp", 320, 100, "PundiLaju 援助金")}
{banner("zh", "http://danaselasar.example/fund/", "dana.webp", 728, 90, "Dana Selasar 基金")}""",
        "plain", "#a02828", "本地新闻。", foot="椰岸日报（虚构报章）"))

    for portal in PORTALS:
        site.expect(f"http://{portal}/", "benign", [], "none", "portal that carries the ads: itself no fraud")
