"""The fraudulent landing pages and their creatives. All names, numbers and addresses are invented."""

from . import film
from .advert import creative
from .world import CLICKS, GROUP, HOMOGLYPH_HOST, IMAGES, SHORT, TRACKER
from .writing import form, page, paragraphs, picture_of

NAME_PHONE_MS = [("nama", "text", "Nama penuh"), ("telefon", "tel", "No. telefon"), ("emel", "email", "E-mel")]


def disguise(text):
    """Cyrillic letters for Latin ones and zero-width spaces inside words: reads the same, compares differently."""
    swaps = {"a": "а", "e": "е", "o": "о", "i": "і", "p": "р", "c": "с"}
    out = []
    for place, letter in enumerate(text):
        out.append(swaps.get(letter, letter) if place % 2 else letter)
        if place % 5 == 3:
            out.append("\u200b")
    return "".join(out)


def build(site):
    """site: collects files, logos, pictures and the expected verdicts (see make-demo.py)."""
    art = site.image
    cdn = lambda name: f"http://{IMAGES}/c/{name}.webp"

    # 1. A statesman 'sells' an AI platform, dressed as a news report.
    art(IMAGES, "c/nusaquanta-card.webp", creative((600, 500), ("chart", (10, 30, 80), (20, 70, 140)),
        "Datuk Seri Zulhakim Rentaka lancar platform AI", "Modal RM1,000, untung RM30,000 sebulan. Dijamin kerajaan.",
        "Daftar sekarang", "zulhakim", "wartaselasih"))
    art(IMAGES, "c/nusaquanta-strip.webp", creative((970, 250), ("city", (40, 10, 20), (120, 30, 40)),
        "PM Zulhakim: every citizen earns with NusaQuanta AI", "Invest RM1,000, receive RM30,000 monthly. Guaranteed.",
        "Join today", "zulhakim"))
    host = "nusaquanta.example"
    site.logos(host, "wartaselasih")
    site.write(host, "ms/index.html", page("ms", "Zulhakim Rentaka: \"Rakyat boleh jana RM30,000 sebulan\"", f"""
<p><small>Warta Selasih · Laporan khas · Penaja</small></p>
<h1>Datuk Seri Zulhakim Rentaka lancar platform pelaburan AI untuk semua rakyat</h1>
<img src="{cdn('nusaquanta-card')}" alt="Zulhakim Rentaka melancarkan NusaQuanta" width="600" height="500">
{paragraphs(
    "Perdana Menteri Datuk Seri Zulhakim Rentaka semalam memperkenalkan NusaQuanta, sebuah platform dagangan automatik yang "
    "menggunakan kecerdasan buatan. Menurut beliau, modal serendah RM1,000 mampu memberi untung RM30,000 sebulan.",
    "“Saya sendiri melabur dalam platform ini dan pulangannya dijamin kerajaan,” kata beliau dalam wawancara yang "
    "disiarkan secara langsung. Tiada risiko, tiada pengalaman diperlukan; sistem AI berdagang untuk anda 24 jam sehari.",
    "Tempat hanya terhad kepada 200 orang pertama. Daftar hari ini sebelum pendaftaran ditutup pada tengah malam. "
    "Pegawai kami akan menghubungi anda untuk membuka akaun dan menerima deposit pertama.")}
<h2>Apa kata pelabur</h2>
{paragraphs("Puan Rosnah, 54: “Saya mula dengan RM1,000. Selepas dua minggu saya sudah keluarkan RM15,400.”",
            "Encik Kumar, 41: “Anak saya yang ajar. Sekarang hutang kereta pun sudah langsai.”")}
<h2>Borang pendaftaran</h2>
{form(NAME_PHONE_MS, "Daftar dan melabur sekarang")}
<p>Deposit melalui USDT (ERC-20): {GROUP['wallet']}</p>
<p><a href="https://wa.me/{GROUP['whatsapp']}?text=Saya+berminat">WhatsApp penasihat kami</a></p>""",
        "sale", "#8c1420", "PM Zulhakim Rentaka mendedahkan platform AI dengan pulangan dijamin.",
        f'{TRACKER}\n<meta property="og:image" content="{cdn("nusaquanta-card")}">', picture_of("wartaselasih"),
        "Hak cipta Warta Selasih"))
    site.expect(f"http://{host}/ms/", "scam", ["zulhakim-rentaka"], "investment-scam",
                "deepfake-style news report: a statesman sells an AI platform")

    # 2. A video whose lure is on screen for a second and a half; the page itself says next to nothing.
    host = "tonton-peluang.example"
    site.film(IMAGES, "v/ucapan.mp4", lambda path: film.encode(path, film.speech(
        12, [0.9, 0.1, 0.6, 1.0, 0.3, 0.8, 0.2], "Ucapan khas kepada rakyat",
        ("Zulhakim Rentaka: modal RM1,000 untung RM30,000 sebulan", "Dijamin. Daftar hari ini sahaja!"), (6.0, 7.5)), 12,
        [196, 220, 262, 196, 175, 233]))
    art(IMAGES, "v/ucapan.webp", film.still("speech"))
    site.write(host, "index.html", page("ms", "Tonton sampai habis", f"""
<h1>Tonton sampai habis</h1>
<video controls preload="none" poster="http://{IMAGES}/v/ucapan.webp" width="640" height="360">
<source src="http://{IMAGES}/v/ucapan.mp4" type="video/mp4">
</video>
{paragraphs("Selepas menonton, isi butiran di bawah. Pegawai kami akan menghubungi anda dalam masa 24 jam.",
            "Maklumat anda dirahsiakan.")}
{form(NAME_PHONE_MS, "Hantar")}""", "sale", "#143c78", head=TRACKER, foot="© Tonton Peluang"))
    site.expect(f"http://{host}/", "scam", ["zulhakim-rentaka"], "investment-scam",
                "lure text shown for 1.5 s (6.0 to 7.5) in a video made over authentic footage")

    # 3. The bank's log-in on a name with Cyrillic letters.
    art(IMAGES, "c/sahkan-strip.webp", creative((728, 90), ("waves", (60, 20, 100), (110, 60, 150)),
        "Akaun Lembayura anda digantung", "Sahkan identiti dalam masa 24 jam", "Log masuk", None, "lembayura"))
    host = HOMOGLYPH_HOST
    login = [("pengguna", "text", "ID Pengguna"), ("katalaluan", "password", "Kata laluan"),
             ("kad", "text", "Nombor kad ATM"), ("tac", "text", "Kod TAC")]
    site.logos(host, "lembayura")
    site.write(host, "login/index.html", page("ms", "Lembayura Online - Log Masuk", f"""
<h1>Log masuk ke Lembayura Online</h1>
{paragraphs("Akaun anda telah digantung sementara kerana aktiviti luar biasa dikesan pada peranti baharu.",
            "Sila sahkan akaun anda dalam masa 24 jam. Jika tidak, akses perbankan internet dan kad anda akan disekat selamanya.")}
{form(login, "Sahkan akaun saya")}
{paragraphs("Dengan mengesahkan, anda bersetuju dengan terma Bank Lembayura.")}""", "bank", "#542480",
        "Perbankan internet Bank Lembayura", top=picture_of("lembayura"), foot="© Bank Lembayura Berhad"))
    site.expect(f"http://{host}/login/", "scam", ["lembayura"], "phishing", "log-in page on a homoglyph (punycode) domain")

    # 4. The bank's domain as a mere subdomain.
    art(IMAGES, "c/hadlimit-card.webp", creative((600, 500), ("waves", (70, 30, 110), (150, 90, 170)),
        "Bank Lembayura: card blocked", "Unusual transaction of RM3,480 detected. Verify your account now.",
        "Verify account", "lock", "lembayura"))
    host = "lembayura.example.sah-akaun.example"
    site.logos(host, "lembayura")
    site.write(host, "secure/index.html", page("en", "Lembayura Online - Verify your account", f"""
<h1>Verify your Lembayura Online account</h1>
{paragraphs("We detected an unusual transaction of RM3,480.00 at an overseas merchant. Your debit card has been blocked for your safety.",
            "To unblock your card, confirm your user ID, password, card number and the one-time password sent to your phone. "
            "If you do not verify within 12 hours your account will be closed.")}
{form([("user", "text", "User ID"), ("password", "password", "Password"), ("card", "text", "16-digit card number"),
       ("cvv", "password", "CVV"), ("otp", "text", "One-time password")], "Verify and unblock")}""", "bank", "#542480",
        top=picture_of("lembayura"), foot="Bank Lembayura customer security"))
    site.expect(f"http://{host}/secure/", "scam", ["lembayura"], "phishing", "brand's domain as a subdomain of another")

    # 5. Prize draw.
    for name, size in (("cabutan-small", (300, 250)), ("cabutan-large", (600, 500))):
        art(IMAGES, f"c/{name}.webp", creative(size, ("rays", (0, 90, 90), (0, 140, 130)), "Cabutan Bertuah 50 Tahun Petrojati",
            "Petrol percuma setahun + RM5,000 tunai", "Tuntut hadiah", "gift", "petrojati"))
    art(IMAGES, "c/cabutan-tower.jpg", creative((300, 600), ("rays", (0, 90, 90), (0, 140, 130)),
        "Cabutan Bertuah 50 Tahun", "Petrol percuma setahun", "Tuntut hadiah", "gift", "petrojati"))
    host = "petrojati-hadiah.example"
    site.logos(host, "petrojati")
    site.write(host, "cabutan/index.html", page("ms", "Cabutan Bertuah Petrojati 50 Tahun", f"""
<h1>Tahniah! Anda pengunjung bertuah Petrojati hari ini</h1>
<img src="http://{IMAGES}/c/cabutan-large.webp" alt="Cabutan bertuah Petrojati" width="600" height="500">
{paragraphs("Sempena ulang tahun ke-50, Petrojati Berhad menghadiahkan baucar petrol percuma setahun dan wang tunai RM5,000 "
            "kepada 100 pemenang bertuah. Nombor telefon anda telah terpilih.",
            "Untuk menuntut hadiah anda, jawab tiga soalan mudah, kongsi pautan ini kepada 20 rakan di WhatsApp dan isi maklumat "
            "akaun bank supaya wang tunai boleh dikreditkan hari ini juga.",
            "Bayaran pemprosesan RM30 akan dikembalikan bersama hadiah. Tawaran tamat pada pukul 11.59 malam ini.")}
{form([("nama", "text", "Nama penuh"), ("ic", "text", "No. kad pengenalan"), ("akaun", "text", "No. akaun bank"),
       ("telefon", "tel", "No. telefon")], "Tuntut hadiah sekarang")}""", "sale", "#00706e",
        "Petrol percuma dan RM5,000 tunai daripada Petrojati.", top=picture_of("petrojati"), foot="Petrojati Berhad 50 Tahun"))
    site.expect(f"http://{host}/cabutan/", "scam", ["petrojati"], "giveaway-scam", "prize draw in the energy company's name")

    # 6. Cash aid through the e-wallet.
    art(IMAGES, "c/bantuan.webp", creative((600, 500), ("coins", (10, 50, 130), (20, 100, 200)), "Bantuan Tunai PundiLaju RM1,200",
        "Semak kelayakan anda dan tuntut hari ini", "Semak & tuntut", "notes", "pundilaju"))
    art(IMAGES, "c/bantuan-zh.webp", creative((640, 200), ("coins", (10, 50, 130), (20, 100, 200)), "PundiLaju 援助金 RM1,200",
        "立即领取 今天截止", "马上领取", "notes", "pundilaju"))
    host = "bantuan-pundilaju.example"
    site.logos(host, "pundilaju")
    site.write(host, "index.html", page("ms", "Semakan Bantuan Tunai PundiLaju", f"""
<h1>Bantuan Tunai Rakyat melalui e-dompet PundiLaju</h1>
{paragraphs("Kerajaan dengan kerjasama PundiLaju menyalurkan bantuan tunai RM1,200 kepada semua pengguna berusia 18 tahun ke atas. "
            "Nama anda telah disenaraikan sebagai penerima.",
            "Semak status kelayakan anda dan tuntut bantuan sebelum tarikh tutup malam ini. Wang dikreditkan terus ke e-dompet dalam "
            "masa 10 minit selepas pengesahan.",
            "Masukkan nombor telefon PundiLaju, PIN enam angka dan kod OTP yang anda terima untuk pengesahan.")}
{form([("ic", "text", "No. kad pengenalan"), ("telefon", "tel", "No. telefon PundiLaju"), ("pin", "password", "PIN 6 angka"),
       ("otp", "text", "Kod OTP")], "Tuntut bantuan RM1,200")}
<p>领取援助金：请填写手机号码、PundiLaju 密码和验证码，RM1,200 立即到账。</p>""", "sale", "#124ab4",
        "Semak dan tuntut bantuan tunai RM1,200.", top=picture_of("pundilaju"), foot="PundiLaju"))
    site.expect(f"http://{host}/", "scam", ["pundilaju"], "aid-scam", "cash aid that asks for PIN and OTP of the e-wallet")

    # 7. A loan that costs a fee first.
    art(IMAGES, "c/pinjaman.webp", creative((600, 500), ("city", (40, 20, 80), (90, 50, 130)), "Pinjaman Peribadi Lembayura",
        "RM5,000 - RM200,000. Lulus 15 minit. Senarai hitam pun boleh!", "Mohon sekarang", "clerk", "lembayura"))
    host = "lembayura-pinjaman.example"
    site.logos(host, "lembayura")
    site.write(host, "mohon/index.html", page("ms", "Pinjaman Peribadi Bank Lembayura - lulus segera", f"""
<h1>Pinjaman peribadi Bank Lembayura sehingga RM200,000</h1>
<img src="{cdn('pinjaman')}" alt="Pinjaman Lembayura" width="600" height="500">
{paragraphs("Perlukan wang segera? Wakil berdaftar Bank Lembayura menawarkan pinjaman peribadi tanpa penjamin. Lulus dalam 15 minit, "
            "senarai hitam CTOS pun boleh mohon, tanpa slip gaji.",
            "Selepas kelulusan, pemohon hanya perlu membayar yuran pemprosesan RM350 dan insurans RM200 terlebih dahulu. Wang pinjaman "
            "akan dimasukkan ke akaun anda dalam masa sejam.",
            "Bayaran yuran ke akaun Bank Lembayura 9000 0000 0142 atas nama ejen kami. Hantar resit melalui WhatsApp.")}
{form([("nama", "text", "Nama"), ("ic", "text", "No. kad pengenalan"), ("jumlah", "number", "Jumlah pinjaman (RM)"),
       ("telefon", "tel", "No. telefon")], "Mohon pinjaman")}
<p><a href="https://wa.me/60100000177">WhatsApp: +60 10-000 0177</a></p>""", "sale", "#542480",
        "Pinjaman peribadi lulus segera.", top=picture_of("lembayura"), foot="Ejen pinjaman Bank Lembayura"))
    site.expect(f"http://{host}/mohon/", "scam", ["lembayura"], "loan-scam", "loan with a processing fee paid in advance")

    # 8. Paid tasks, in Chinese.
    art(IMAGES, "c/jianzhi.webp", creative((600, 314), ("dots", (200, 80, 20), (240, 140, 30)), "PundiLaju 官方招聘兼职",
        "在家点赞做任务 日赚RM300", "立即加入", "phone", "pundilaju"))
    host = "renwu-jianzhi.example"
    site.logos(host, "pundilaju")
    site.write(host, "index.html", page("zh", "PundiLaju 官方兼职 在家日赚 RM300", f"""
<h1>PundiLaju 电子钱包招聘线上兼职</h1>
<img src="{cdn('jianzhi')}" alt="PundiLaju 兼职" width="600" height="314">
{paragraphs("PundiLaju 与多家网店合作，现招聘线上兼职人员。只需用手机点赞、关注商家、完成简单任务，在家每天赚 RM150 至 RM300，当天结算，无需经验。",
            "新人注册即送 RM20。完成前三个免费任务后，可升级为VIP任务：先垫付 RM100，完成后连本带利返还 RM160，佣金高达百分之六十。",
            "名额有限，今天截止。请添加我们的 Telegram 导师领取任务，切勿错过。")}
{form([("name", "text", "姓名"), ("phone", "tel", "手机号码"), ("account", "text", "银行户口号码（领取佣金）")], "马上报名")}
<p>联系导师：<a href="https://t.me/{GROUP['telegram']}">Telegram @{GROUP['telegram']}</a></p>""", "sale", "#c85014",
        "在家做任务，日赚 RM300。", top=picture_of("pundilaju"), foot="PundiLaju 兼职中心"))
    site.expect(f"http://{host}/", "scam", ["pundilaju"], "job-scam", "part-time tasks in Chinese, advance payment for 'VIP' tasks")

    # 9. Recovery of earlier losses, in the agency's name.
    art(IMAGES, "c/recover.webp", creative((728, 90), ("city", (16, 40, 70), (30, 80, 120)), "Scammed? Recover 100% of your money",
        "LAPDI authorised recovery officers", "Start claim", None, "lapdi"))
    host = "dana-pulih.example"
    site.logos(host, "lapdi")
    site.write(host, "en/index.html", page("en", "LAPDI Fund Recovery Unit", f"""
<h1>Lost money to a scam? LAPDI recovers your funds</h1>
{paragraphs("The Fund Recovery Unit of the Digital Consumer Trust Board (LAPDI) helps victims of online investment fraud. Our blockchain "
            "investigators have traced the wallets that hold your money, and we can recover 100% of your losses within 7 days.",
            "To release your funds a refundable legal fee of RM800 is required. Once the fee is paid your recovered money is transferred "
            "directly to your bank account. No recovery, no charge afterwards.",
            "Submit your claim below with your bank details. A recovery officer will contact you on WhatsApp today.")}
{form([("name", "text", "Full name"), ("lost", "number", "Amount lost (RM)"), ("bank", "text", "Bank account number"),
       ("phone", "tel", "WhatsApp number")], "Recover my money")}
<p>Officer on duty: <a href="https://wa.me/{GROUP['whatsapp']}">+60 10-000 0142</a></p>""", "sale", "#183e70",
        "Recover 100% of lost money with LAPDI.", TRACKER, picture_of("lapdi"), "LAPDI Fund Recovery Unit"))
    site.expect(f"http://{host}/en/", "scam", ["lapdi"], "recovery-scam", "fund recovery for a fee in the agency's name")

    # 10. An app from outside the shops.
    art(IMAGES, "c/plus-app.webp", creative((640, 200), ("dots", (10, 40, 110), (30, 90, 190)), "PundiLaju Plus",
        "Pasang APK baharu, dapat RM50 percuma", "Muat turun APK", "phone", "pundilaju"))
    host = "pundilaju-plus.example"
    site.logos(host, "pundilaju")
    site.write(host, "pasang/index.html", page("ms", "Muat turun PundiLaju Plus", f"""
<h1>PundiLaju Plus: versi baharu dengan RM50 percuma</h1>
{paragraphs("Versi lama PundiLaju akan dimatikan minggu ini. Muat turun dan pasang aplikasi PundiLaju Plus sekarang untuk terus "
            "menggunakan e-dompet anda dan terima bonus RM50.",
            "Langkah 1: muat turun fail APK di bawah. Langkah 2: benarkan pemasangan daripada sumber tidak diketahui dalam tetapan "
            "telefon. Langkah 3: beri kebenaran membaca SMS supaya kod OTP diisi secara automatik.",
            "Log masuk dengan nombor telefon dan PIN anda seperti biasa.")}
<p><a class="call" href="/muat/pundilaju-plus.apk" download>Muat turun PundiLaju-Plus.apk</a></p>""", "sale", "#124ab4",
        "Pasang APK PundiLaju Plus.", top=picture_of("pundilaju"), foot="PundiLaju Plus"))
    site.archive(host, "muat/pundilaju-plus.apk", {"AndroidManifest.xml": "not a real application, part of the demo\n",
                                                  "classes.dex": "nothing\n"})
    site.expect(f"http://{host}/pasang/", "scam", ["pundilaju"], "malicious-app", "APK from outside the shops that reads SMS")

    # 11. Shares nobody can buy, behind a shortener, a click counter and one more hop.
    art(IMAGES, "c/saham.webp", creative((600, 500), ("chart", (0, 60, 60), (0, 110, 100)), "Petrojati opens its shares to the public",
        "From RM250. Earn RM7,000 every week, guaranteed.", "Buy shares", "bars", "petrojati"))
    host = "saham-petrojati.example"
    site.logos(host, "petrojati")
    site.redirect(SHORT, "/p7q", 301, f"http://{CLICKS}/r/11")
    site.redirect(CLICKS, "/r/11", 302, "http://hop.lintas.example/go/petro")
    site.redirect("hop.lintas.example", "/go/petro", 307, f"http://{host}/awam/")
    site.write(host, "awam/index.html", page("en", "Petrojati public shares", f"""
<h1>Petrojati gas project: public shares now open</h1>
<img src="{cdn('saham')}" alt="Petrojati shares" width="600" height="500">
{paragraphs("For the first time every citizen can own a part of Petrojati's new gas project. Invest from RM250 and earn up to RM7,000 "
            "every week. Profits are guaranteed by Petrojati Energy and paid out daily.",
            "No experience needed. A personal manager opens your account and the trading system does the rest. More than 12,000 families "
            "already receive passive income from Petrojati.",
            "Only 43 places are left today. Register now, make your first deposit and receive a 100% bonus.")}
{form([("name", "text", "Full name"), ("phone", "tel", "Phone"), ("email", "email", "Email")], "Start earning")}
<p>Deposit address (USDT): {GROUP['wallet']}</p>""", "sale", "#00706e", "Invest in Petrojati from RM250.", TRACKER,
        picture_of("petrojati"), "Petrojati public investment programme"))
    site.expect(f"http://{host}/awam/", "scam", ["petrojati"], "investment-scam", "redirect chain of four hosts")

    # 12. The singer's name in disguise.
    art(IMAGES, "c/kripto.webp", creative((600, 314), ("coins", (40, 10, 70), (110, 30, 120)), "Kavira Ling's secret income",
        "RM1,000 becomes RM20,000 in 7 days", "See how", "kavira"))
    host = "pendapatan-bintang.example"
    hidden_name, hidden_claim = disguise("Kavira Ling"), disguise("guaranteed profit")
    site.write(host, "en/index.html", page("en", f"{hidden_name}: how I stopped worrying about money", f"""
<h1>{hidden_name} reveals her secret income</h1>
{paragraphs(f"Singer {hidden_name} told a talk show that she no longer depends on concerts. She invests in an automatic crypto system and "
            f"the {hidden_claim} arrives in her account every day.",
            f"“Anyone can start with RM1,000 and withdraw RM20,000 after 7 days,” {hidden_name} said. The host opened an account "
            "during the programme and earned RM640 in twenty minutes.",
            "Invest today: registration closes tonight. Leave your name and phone number and a manager will call you to make your first deposit.")}
{form([("name", "text", "Name"), ("phone", "tel", "Phone number")], "Invest now")}
<p>Wallet for first deposit: {GROUP['wallet']}</p>""", "sale", "#6e1e78", head=TRACKER, foot="Star income programme"))
    site.expect(f"http://{host}/en/", "scam", ["kavira-ling"], "investment-scam",
                "name and lure disguised with Cyrillic letters and zero-width spaces")

    # 13. In Tamil.
    art(IMAGES, "c/muthaleedu.webp", creative((600, 314), ("coins", (120, 20, 30), (170, 60, 20)),
        "பிரதமர் ஜுல்ஹகிம்: 1,000 ரிங்கிட் முதலீடு", "மாதம் 30,000 ரிங்கிட் லாபம் உறுதி", "இப்போதே பதிவு", "zulhakim"))
    host = "muthaleedu.example"
    site.write(host, "ta/index.html", page("ta", "பிரதமர் ஜுல்ஹகிம் அறிமுகப்படுத்திய முதலீட்டுத் திட்டம்", f"""
<h1>பிரதமர் ஜுல்ஹகிம் ரெந்தகா அறிமுகப்படுத்திய முதலீட்டுத் திட்டம்</h1>
<img src="{cdn('muthaleedu')}" alt="பிரதமர் ஜுல்ஹகிம்" width="600" height="314">
{paragraphs("பிரதமர் ஜுல்ஹகிம் ரெந்தகா மக்களுக்காகப் புதிய முதலீட்டுத் தளத்தைத் தொடங்கியுள்ளார். 1,000 ரிங்கிட் முதலீடு செய்தால் "
            "மாதம் 30,000 ரிங்கிட் லாபம் உறுதி என்று அவர் கூறினார்.",
            "அனுபவம் தேவையில்லை. ஆபத்து இல்லை. செயற்கை நுண்ணறிவு உங்களுக்காக வர்த்தகம் செய்யும். தினமும் லாபம் உங்கள் வங்கிக் கணக்கில் வரவு வைக்கப்படும்.",
            "இன்று மட்டும் 50 இடங்கள் உள்ளன. உடனே பதிவு செய்து முதல் பணத்தைச் செலுத்துங்கள்.")}
{form([("peyar", "text", "பெயர்"), ("tholaipesi", "tel", "தொலைபேசி எண்"), ("vangi", "text", "வங்கிக் கணக்கு எண்")], "இப்போதே முதலீடு செய்க")}
<p><a href="https://wa.me/{GROUP['whatsapp']}">வாட்ஸ்அப்: +60 10-000 0142</a></p>""", "sale", "#78141e",
        "1,000 ரிங்கிட் முதலீடு, மாதம் 30,000 ரிங்கிட் லாபம்.", TRACKER))
    site.expect(f"http://{host}/ta/", "scam", ["zulhakim-rentaka"], "investment-scam", "investment lure in Tamil")

    # 14. In Chinese; the claim is in the og:video.
    art(IMAGES, "c/ketang.webp", creative((600, 500), ("chart", (30, 10, 60), (90, 20, 90)), "凌卡薇 私密理财课",
        "AI 智能投资 保证回报 每天赚 RM2,500", "免费加入", "kavira"))
    host = "kavira-ketang.example"
    site.film(host, "media/ke.mp4", lambda path: film.encode(path, film.lesson(8), 8, [330, 294, 262, 294, 330, 392]))
    site.write(host, "index.html", page("zh", "凌卡薇 私密理财课", f"""
<h1>凌卡薇 私密理财课</h1>
{paragraphs("歌手凌卡薇首次公开她的理财方法。观看视频，然后填写资料，助教会把你拉进群组。",
            "投入 RM800，AI 智能投资保证回报，每天赚 RM2,500。名额只剩 20 个，今天截止。")}
{form([("name", "text", "姓名"), ("phone", "tel", "手机号码")], "免费加入")}
<p><a href="https://t.me/{GROUP['telegram']}">Telegram 群组</a></p>""", "sale", "#5a145a",
        head=f'''{TRACKER}
<meta property="og:title" content="凌卡薇 私密理财课">
<meta property="og:video" content="http://{host}/media/ke.mp4">
<meta property="og:video:type" content="video/mp4">'''))
    site.expect(f"http://{host}/", "scam", ["kavira-ling"], "investment-scam", "claim in an og:video, Chinese")
