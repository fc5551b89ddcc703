"""The harmless landing pages and their creatives: official pages, reports, warnings, satire, shops. None of them may be flagged."""

from . import film
from .advert import creative
from .world import CLICKS, IMAGES
from .writing import form, page, paragraphs, picture_of


def build(site):
    art = site.image

    # 1. The bank itself, with a log-in.
    art(IMAGES, "c/lembayura-simpan.webp", creative((728, 90), ("waves", (84, 36, 128), (120, 70, 160)), "Akaun Simpanan Lembayura",
        "Faedah sehingga 2.85% setahun. Tertakluk pada terma.", "Ketahui lagi", None, "lembayura"))
    host = "lembayura.example"
    site.logos(host, "lembayura")
    site.write(host, "index.html", page("ms", "Bank Lembayura", f"""
<h1>Selamat datang ke Bank Lembayura</h1>
{paragraphs("Bank Lembayura menyediakan akaun simpanan, pinjaman perumahan dan kad debit melalui 62 cawangan di seluruh negara.",
            'Ahli Perbadanan Insurans Deposit. <a href="/login/">Log masuk Lembayura Online</a>')}""", "bank", "#542480",
        top=picture_of("lembayura"), foot="Bank Lembayura Berhad. Talian: +60 3-0000 0100"))
    site.write(host, "login/index.html", page("ms", "Log masuk - Lembayura Online", f"""
<h1>Lembayura Online</h1>
{form([("pengguna", "text", "ID Pengguna"), ("katalaluan", "password", "Kata laluan")], "Log masuk")}
{paragraphs("Pastikan alamat pada pelayar anda ialah lembayura.example. Kami tidak pernah meminta nombor kad, PIN atau kod TAC melalui SMS, "
            "e-mel atau telefon.", "Terlupa kata laluan? Hubungi talian kami di +60 3-0000 0100 atau kunjungi cawangan terdekat.")}""",
        "bank", "#542480", "Log masuk perbankan internet Bank Lembayura.", top=picture_of("lembayura"),
        foot="Bank Lembayura Berhad"))
    site.expect(f"http://{host}/login/", "benign", [], "none", "the bank's own log-in page on its official domain")

    # 2. Careers at the energy company.
    art(IMAGES, "c/kerjaya.webp", creative((970, 250), ("city", (20, 60, 60), (40, 120, 110)), "Sertai warga Petrojati",
        "120 jawatan jurutera dan juruteknik dibuka", "Lihat jawatan", "engineer", "petrojati"))
    host = "petrojati.example"
    site.logos(host, "petrojati")
    site.write(host, "kerjaya/index.html", page("ms", "Kerjaya di Petrojati", f"""
<h1>Kerjaya di Petrojati</h1>
{paragraphs("Petrojati membuka 120 jawatan jurutera proses, juruteknik instrumentasi dan eksekutif keselamatan di Terminal Teluk Jati.",
            "Gaji permulaan antara RM3,200 dan RM6,500 sebulan mengikut kelayakan. Permohonan percuma; Petrojati tidak mengenakan sebarang "
            "bayaran kepada pemohon dan tidak menggunakan ejen.")}
{form([("nama", "text", "Nama penuh"), ("emel", "email", "E-mel"), ("resume", "file", "Resume (PDF)")], "Hantar permohonan")}""",
        "plain", "#00706e", "Jawatan kosong rasmi Petrojati.", top=picture_of("petrojati"), foot="Petrojati Berhad"))
    site.expect(f"http://{host}/kerjaya/", "benign", [], "none", "official careers page with an application form")

    # 3. A news report that quotes a scam.
    host = "wartaselasih.example"
    site.film(host, "media/ucapan-asal.mp4", site.authentic)
    site.write(host, "berita/amaran-video-palsu/index.html", page("ms", "Awas video palsu Perdana Menteri, kata LAPDI", f"""
<p><small>Berita · Nasional</small></p>
<h1>Awas video palsu Perdana Menteri, kata LAPDI</h1>
{paragraphs("Lembaga Amanah Pengguna Digital (LAPDI) mengingatkan orang ramai supaya berhati-hati dengan video palsu yang dijana AI "
            "menggunakan wajah Datuk Seri Zulhakim Rentaka.")}
<blockquote>“Modal RM1,000 untung RM30,000 sebulan, dijamin kerajaan” — itulah dakwaan dalam video palsu tersebut.</blockquote>
{paragraphs("Pejabat Perdana Menteri menafikan sekeras-kerasnya. “Perdana Menteri tidak pernah mengesyorkan mana-mana platform pelaburan,” "
            "menurut kenyataan itu. Ucapan asal boleh ditonton di bawah.",
            "Polis menerima 38 laporan dengan kerugian berjumlah RM2.1 juta. Mangsa dinasihatkan membuat laporan polis dan menghubungi bank segera.")}
<video controls preload="none" width="640" height="360"><source src="/media/ucapan-asal.mp4" type="video/mp4"></video>""",
        "plain", "#185e36", "LAPDI mengingatkan orang ramai tentang video palsu.", top=picture_of("wartaselasih"), foot="Warta Selasih"))
    site.expect(f"http://{host}/berita/amaran-video-palsu/", "benign", [], "none",
                "news report that quotes the lure and shows the authentic footage")

    # 4. A charity appeal.
    art(IMAGES, "c/banjir.webp", creative((300, 250), ("waves", (60, 100, 150), (40, 80, 130)), "Bantu mangsa banjir",
        "Setiap sumbangan bermakna", "Derma", "house"))
    host = "kasihbanjir.example"
    site.write(host, "derma/index.html", page("ms", "Tabung Kasih Banjir", f"""
<h1>Rayuan derma: mangsa banjir Kampung Seri Payung</h1>
{paragraphs("Lebih 400 keluarga kehilangan tempat tinggal. Pertubuhan Kasih Banjir, sebuah badan amal berdaftar sejak 2009, mengedarkan makanan, "
            "selimut dan alat tulis sekolah.",
            "Derma boleh dibuat di kaunter, melalui kod QR PundiLaju atau pindahan bank. Setiap sumbangan mendapat resit pengecualian cukai. "
            "Laporan kewangan beraudit diterbitkan setiap tahun.",
            "Penyanyi Kavira Ling turut menyampaikan 200 beg sekolah di pusat pemindahan minggu lalu.")}
{form([("nama", "text", "Nama penderma"), ("emel", "email", "E-mel untuk resit"), ("jumlah", "number", "Jumlah (RM)")], "Derma")}""",
        "plain", "#3c6496", foot="Pertubuhan Kasih Banjir, no. pendaftaran 0142-09"))
    site.expect(f"http://{host}/derma/", "benign", [], "none", "charity appeal that mentions a wallet and a celebrity")

    # 5. Satire.
    art(IMAGES, "c/kucing.webp", creative((600, 314), ("dots", (240, 220, 120), (250, 190, 90)), "Satu rakyat, seekor kucing!",
        "Satira mingguan Cili Padi", "Baca & ketawa", "cat", None, (60, 30, 10), (200, 40, 40), (255, 255, 255)))
    host = "cilisatira.example"
    site.write(host, "kucing-negara/index.html", page("ms", "SATIRA: PM jamin setiap rakyat seekor kucing", f"""
<h1>SATIRA: PM Zulhakim jamin setiap rakyat seekor kucing</h1>
{paragraphs("Datuk Seri Zulhakim Rentaka hari ini melancarkan Dana Kucing Negara. “Labur seekor kucing, pulangannya tujuh ekor anak kucing, dijamin!” "
            "kata beliau sambil dicakar dua kali.",
            "Pembangkang membantah kerana ikan tidak dimasukkan dalam belanjawan. Seekor kucing yang ditemui enggan mengulas dan terus tidur.",
            "Artikel ini ialah satira dan rekaan semata-mata. Tiada kucing dijual.")}""", "plain", "#c83c28",
        "Satira mingguan. Rekaan semata-mata.", foot="Cili Padi Satira: jangan percaya apa-apa di sini"))
    site.expect(f"http://{host}/kucing-negara/", "benign", [], "none", "satire about the statesman")

    # 6. A shop that takes the wallet.
    art(IMAGES, "c/jualan.webp", creative((300, 250), ("rays", (200, 60, 90), (230, 110, 120)), "Jualan hujung tahun",
        "Diskaun 50%, bayar dengan PundiLaju", "Beli", "basket"))
    art(IMAGES, "c/jualan-zh.webp", creative((600, 314), ("rays", (200, 60, 90), (230, 110, 120)), "Kedai Rona 年终大减价",
        "使用 PundiLaju 付款 回扣 RM10", "立即选购", "basket"))
    host = "kedairona.example"
    site.redirect(CLICKS, "/r/26", 302, f"http://{host}/jualan/")
    site.write(host, "jualan/index.html", page("ms", "Kedai Rona: jualan hujung tahun", f"""
<h1>Jualan hujung tahun: diskaun sehingga 50%</h1>
{paragraphs("Baju kurung moden RM79 (dahulu RM158). Set pinggan seramik RM45. Bakul rotan buatan tangan RM60. Penghantaran percuma untuk "
            "pembelian RM100 ke atas.",
            "Bayar dengan PundiLaju dan terima pulangan tunai RM10 untuk perbelanjaan RM80 ke atas. Sehingga 31 Disember. Tertakluk pada terma dan syarat.",
            "Kedai kami: Lot 14, Pekan Rona. Buka setiap hari 10 pagi hingga 9 malam. Pemulangan dalam masa 14 hari.")}
{form([("nama", "text", "Nama"), ("alamat", "text", "Alamat penghantaran"), ("telefon", "tel", "Telefon")], "Tambah ke troli")}
<p>年终大减价：使用 PundiLaju 付款满 RM80，可获 RM10 回扣。</p>""", "sale", "#c83c5a", "Diskaun 50% di Kedai Rona.",
        foot="Kedai Rona Sdn Bhd (rekaan)"))
    site.expect(f"http://{host}/jualan/", "benign", [], "none", "merchant's sale with the wallet's cashback, behind a click counter")

    # 7. A biography.
    art(IMAGES, "c/biografi.webp", creative((160, 600), ("dots", (60, 40, 30), (110, 80, 50)), "Biografi Zulhakim Rentaka", "RM45 di Buku Pena",
        "Beli buku", "book"))
    host = "bukupena.example"
    site.write(host, "biografi-zulhakim/index.html", page("ms", "Dari Sawah ke Parlimen: biografi Zulhakim Rentaka", f"""
<h1>Dari Sawah ke Parlimen</h1>
{paragraphs("Biografi Zulhakim Rentaka oleh Salmah Indera. Kulit keras, 412 halaman, RM45. ISBN 978-0-00-000014-2.",
            "Salmah Indera menelusuri kehidupan perdana menteri itu dari zaman kanak-kanak di kampung nelayan, tahun-tahun sebagai guru Matematik, "
            "hingga perdebatan belanjawan yang mengubah kerjayanya. Buku ini turut memuatkan kritikan lawan politiknya.")}
{form([("bilangan", "number", "Bilangan"), ("nama", "text", "Nama"), ("alamat", "text", "Alamat")], "Tempah buku")}""", "plain", "#6e3c28",
        foot="Buku Pena, kedai buku bebas"))
    site.expect(f"http://{host}/biografi-zulhakim/", "benign", [], "none", "bookshop sells a biography")

    # 8. A concert.
    host = "panggungnada.example"
    site.film(IMAGES, "v/konsert.mp4", lambda path: film.encode(path, film.concert(6), 6, [392, 440, 494, 587, 494, 440]))
    art(IMAGES, "v/konsert.webp", film.still("concert"))
    site.write(host, "kavira-ling/index.html", page("en", "Kavira Ling: Jalan Pulang, live", f"""
<h1>Kavira Ling: Jalan Pulang, live at Dewan Angsana</h1>
{paragraphs("12 December, doors open at 7 pm. Kavira Ling returns to the stage with a band of nine and songs from her new album.",
            "Tickets: RM98, RM188, RM288, including entertainment duty. At most six tickets a person. Box office at Dewan Angsana, every day from 11 am to 7 pm.",
            "Tickets are sold here and at the box office only. Tickets bought from resellers will be refused.")}
{form([("seats", "number", "Number of seats"), ("name", "text", "Name"), ("email", "email", "E-mail for the ticket")], "Buy tickets")}""",
        "plain", "#6e1e78", head='<meta property="og:type" content="event">', foot="Panggung Nada ticketing"))
    site.expect(f"http://{host}/kavira-ling/", "benign", [], "none", "concert tickets, advertised with a video")

    # 9. The agency warns.
    art(IMAGES, "c/lapdi-amaran.webp", creative((300, 250), ("city", (16, 40, 70), (30, 80, 120)), "Awas penipuan!", "LAPDI tidak pernah meminta bayaran",
        "Semak dahulu", "shield", "lapdi"))
    host = "lapdi.example"
    site.logos(host, "lapdi")
    site.write(host, "amaran/index.html", page("ms", "Amaran pengguna: ejen pemulihan dana palsu", f"""
<h1>Amaran pengguna: ejen pemulihan dana palsu</h1>
{paragraphs("Lembaga Amanah Pengguna Digital mengesan iklan yang mendakwa LAPDI boleh memulihkan 100% wang mangsa penipuan dengan bayaran yuran. "
            "LAPDI tidak pernah meminta bayaran dan tidak melantik ejen.",
            "Ciri-ciri penipuan: janji untung dijamin, bayaran pemprosesan terlebih dahulu, permintaan kata laluan atau kod OTP, dan APK di luar kedai aplikasi.",
            "Jangan klik pautan, jangan pindahkan wang. Laporkan kepada talian +60 3-0000 0300.",
            "Beware: nobody can recover 100% of your losses for a fee. LAPDI never asks for bank details.")}""", "plain", "#183e70",
        "Amaran rasmi LAPDI.", top=picture_of("lapdi"), foot="Lembaga Amanah Pengguna Digital"))
    site.expect(f"http://{host}/amaran/", "benign", [], "none", "official warning that lists the lures")

    # 10. A quiz that teaches.
    art(IMAGES, "c/kuiz.webp", creative((600, 314), ("dots", (40, 110, 190), (70, 150, 220)), "Can you spot the scam?", "A five-minute quiz for students",
        "Take the quiz", "question"))
    host = "celikwang.example"
    site.write(host, "kuiz/index.html", page("en", "Quiz: can you spot the scam?", f"""
<h1>Quiz: can you spot the scam?</h1>
{paragraphs("This free quiz from the Celik Wang teachers' network helps students to recognise fraud. Every example below is made up for learning.")}
<ol>
<li>An ad shows Zulhakim Rentaka: “Invest RM1,000, earn RM30,000 a month, guaranteed.” True or a scam? <b>Answer: a scam.</b> No lawful investment guarantees such a return.</li>
<li>A message says your Bank Lembayura account is suspended and asks for your password and OTP. What do you do? <b>Answer: do not click;</b> call the bank on the number printed on your card.</li>
<li>A recruiter pays RM150 a day for likes, but you must deposit RM100 first. <b>Answer: a job scam.</b></li>
</ol>
{form([("score", "number", "How many did you get right?")], "Show my badge")}""", "plain", "#286ebe", foot="Celik Wang, for schools"))
    site.expect(f"http://{host}/kuiz/", "benign", [], "none", "education quiz that quotes lures with names")

    # 11. A report in Chinese by a paper that is on no list.
    host = "yeandaily.example"
    site.write(host, "news/jia-shipin/index.html", page("zh", "警方：勿信凌卡薇“理财课”假视频", f"""
<h1>警方：勿信凌卡薇“理财课”假视频</h1>
{paragraphs("（椰岸讯）警方提醒公众，网上流传的歌手凌卡薇理财视频是以人工智能伪造的骗局，切勿受骗。",
            "视频声称“投入 RM800，保证回报，每天赚 RM2,500”。受害者加入群组后被要求汇款，至今已有十二人报案，损失约四十万令吉。",
            "凌卡薇的经纪公司否认与任何投资计划有关，并已报警。警方吁请受害者尽快联络银行。")}""", "plain", "#a02828", foot="椰岸日报"))
    site.expect(f"http://{host}/news/jia-shipin/", "benign", [], "none", "Chinese news report that quotes a scam")

    # 12. Criticism.
    art(IMAGES, "c/minyak.webp", creative((300, 250), ("city", (50, 50, 60), (100, 60, 50)), "Siapa untung harga minyak?", "Ruangan pendapat Lensa",
        "Baca", "pump"))
    host = "lensapendapat.example"
    site.write(host, "harga-minyak/index.html", page("ms", "Pendapat: Petrojati untung, rakyat tanggung", f"""
<h1>Pendapat: Petrojati untung, rakyat tanggung</h1>
{paragraphs("Petrojati melaporkan keuntungan suku tahun tertinggi dalam sejarahnya. Pada minggu yang sama harga petrol naik 15 sen. "
            "Kerajaan Zulhakim Rentaka gagal menjelaskan ke mana dividen itu pergi.",
            "Penulis berpendapat bahawa separuh daripada dividen patut kembali kepada rakyat melalui subsidi pengangkutan awam, bukan bonus pengurusan.",
            "Tandatangani petisyen kami untuk menuntut pendengaran awam di Parlimen.")}
{form([("nama", "text", "Nama"), ("emel", "email", "E-mel")], "Tandatangan petisyen")}""", "plain", "#464650", foot="Lensa Pendapat"))
    site.expect(f"http://{host}/harga-minyak/", "benign", [], "none", "criticism of the company and a petition")

    # 13. A lawful fund.
    art(IMAGES, "c/dana.webp", creative((728, 90), ("city", (20, 70, 60), (50, 120, 100)), "Dana Selasar 基金", "往绩不代表未来表现", "了解更多"))
    host = "danaselasar.example"
    site.write(host, "fund/index.html", page("zh", "Dana Selasar 平衡型基金", f"""
<h1>Dana Selasar 平衡型基金</h1>
{paragraphs("Dana Selasar 平衡型基金投资于本地债券与股票，过去五年平均年回酬为 4.6%。最低投资额 RM1,000，年管理费 1.5%。",
            "投资涉及风险，单位价格可升可跌，投资者可能损失本金。往绩不代表未来表现，本基金不保证任何回报。投资前请细阅招募说明书。",
            "Investing involves risk. Past performance is not a guide to future returns and your capital is not guaranteed.")}
{form([("name", "text", "姓名"), ("email", "email", "电邮")], "索取招募说明书")}""", "plain", "#1e6e5a", foot="持牌基金公司，执照编号 DEMO-0142"))
    site.expect(f"http://{host}/fund/", "benign", [], "none", "licensed fund with risk notice")

    # 14. Music lessons, in Tamil.
    art(IMAGES, "c/veenai.webp", creative((600, 314), ("waves", (90, 40, 30), (150, 80, 50)), "வீணை வகுப்புகள்", "ஜனவரி முதல், மாதம் 80 ரிங்கிட்", "விவரம் காண்க", "veena"))
    host = "isaipalli.example"
    site.write(host, "index.html", page("ta", "இசைப்பள்ளி: வீணை வகுப்புகள்", f"""
<h1>வீணை வகுப்புகள்</h1>
{paragraphs("எட்டு வயது முதல் அனைவரும் சேரலாம். வகுப்புகள் ஒவ்வொரு சனிக்கிழமையும் காலை பத்து மணிக்கு நடைபெறும்.",
            "மாதக் கட்டணம் 80 ரிங்கிட். முதல் வகுப்பு இலவசம். கவிரா லிங் பாடிய பாடல்களையும் மாணவர்கள் கற்றுக்கொள்வார்கள்.")}
{form([("peyar", "text", "மாணவர் பெயர்"), ("tholaipesi", "tel", "தொலைபேசி எண்")], "பதிவு செய்க")}""", "plain", "#783c28"))
    site.expect(f"http://{host}/", "benign", [], "none", "music lessons in Tamil")

    # Where the wallet, and the office of the statesman, really live: so that a reviewer finds them.
    site.logos("pundilaju.example", "pundilaju")
    site.write("pundilaju.example", "index.html", page("en", "PundiLaju eWallet", paragraphs(
        "Pay, transfer and top up at 90,000 shops. PundiLaju is available in the official app shops only.",
        "We never ask for your PIN or one-time password."), "plain", "#124ab4", top=picture_of("pundilaju"), foot="PundiLaju"))
