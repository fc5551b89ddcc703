#!/usr/bin/env python3
"""Writes the table of disguised spellings and the table of near misses that the matching tests read.

usage: make_disguises.py [OUT_DIR]        (tests/fixtures/matching beside this script when left out)

disguised.tsv     technique, entity, how it is read (page, ocr), text
near_misses.tsv   kind (text, ocr, domain), text

Names are those of config/watchlists/malaysia.yaml. Deterministic: the tables change only with this file.
"""
import pathlib
import random
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent

PERSONS = {
    "anwar-ibrahim": "Anwar Ibrahim", "siti-nurhaliza": "Siti Nurhaliza", "tony-fernandes": "Tony Fernandes",
    "robert-kuok": "Robert Kuok", "michelle-yeoh": "Michelle Yeoh", "rafizi-ramli": "Rafizi Ramli",
    "najib-razak": "Najib Razak", "mahathir-mohamad": "Mahathir Mohamad", "khairul-aming": "Khairul Aming",
    "elon-musk": "Elon Musk", "donald-trump": "Donald Trump", "hannah-yeoh": "Hannah Yeoh",
    "anthony-loke": "Anthony Loke", "fahmi-fadzil": "Fahmi Fadzil", "lee-chong-wei": "Lee Chong Wei",
    "teresa-kok": "Teresa Kok", "zeti-akhtar-aziz": "Zeti Akhtar Aziz",
}
BRANDS = {
    "maybank": "Maybank", "petronas": "Petronas", "public-bank": "Public Bank", "hong-leong-bank": "Hong Leong Bank",
    "affin-bank": "Affin Bank", "bank-rakyat": "Bank Rakyat", "shopeepay": "ShopeePay", "airasia": "AirAsia",
    "tnb": "Tenaga Nasional", "tabung-haji": "Tabung Haji", "bursa-malaysia": "Bursa Malaysia",
    "malaysiakini": "Malaysiakini", "sime-darby": "Sime Darby", "celcomdigi": "CelcomDigi", "pos-malaysia": "Pos Malaysia",
    "bnm": "Bank Negara Malaysia", "asnb": "Amanah Saham Nasional", "lazada-my": "Lazada", "agrobank": "Agrobank",
}
HAN = {"maybank": "马来亚银行", "anwar-ibrahim": "安华依布拉欣", "robert-kuok": "郭鹤年", "zeti-akhtar-aziz": "丹斯里洁蒂"}
TRADITIONAL = {"maybank": "馬來亞銀行", "anwar-ibrahim": "安華依布拉欣", "robert-kuok": "郭鶴年"}
TAMIL = {"maybank": "மலாயன் வங்கி", "anwar-ibrahim": "அன்வார் இப்ராஹிம்", "robert-kuok": "ராபர்ட் குவோக்"}

CYRILLIC = dict(zip("aceopxyiABEKMHOPCTX", "асеорхуіАВЕКМНОРСТХ"))
GREEK = dict(zip("oivkpAEIKMNOPTXYZ", "οινκρΑΕΙΚΜΝΟΡΤΧΥΖ"))
LEET = dict(zip("aeiost", "431057"))
SMALL_CAPITALS = dict(zip("abcdeghijklmnopqrtuvwz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘǫʀᴛᴜᴠᴡᴢ"))


def by_case(table):
    return lambda name: "".join(table.get(letter, letter) for letter in name)


def shifted(name, capital, small):
    out = ""
    for letter in name:
        if "A" <= letter <= "Z":
            out += chr(capital + ord(letter) - 65)
        elif "a" <= letter <= "z":
            out += chr(small + ord(letter) - 97)
        else:
            out += letter
    return out


def joined_by(mark):
    return lambda name: "  ".join(mark.join(word) for word in name.split(" ")) if mark == " " else " ".join(
        mark.join(word) for word in name.split(" "))


def accented(name):
    marks = dict(zip("aeiouAEIOU", "áëîøüÁËÎÓÜ"))
    return "".join(marks.get(letter, letter) for letter in name)


def zalgo(name):
    return "".join(letter + "̷̖" for letter in name)


def repeated(name):
    return "".join(letter * 3 if letter in "aeiou" else letter for letter in name)


def odd_case(name):
    return "".join(letter.lower() if i % 2 == 0 else letter.upper() for i, letter in enumerate(name))


def inner(name, source):
    """A place in the longest word, neither its first letter nor its last."""
    words = name.split(" ")
    longest = max(range(len(words)), key=lambda i: len(words[i]))
    before = sum(len(word) + 1 for word in words[:longest])
    return before + source.randrange(1, len(words[longest]) - 1)


def replaced(name, source):
    at = inner(name, source)
    letter = source.choice([c for c in "bdfghkmpqvwxz" if c != name[at].lower()])
    return name[:at] + letter + name[at + 1:]


def omitted(name, source):
    at = inner(name, source)
    return name[:at] + name[at + 1:]


def inserted(name, source):
    at = inner(name, source)
    return name[:at] + source.choice("bdfghkmpqvwxz") + name[at:]


def swapped(name, source):
    at = inner(name, source)
    return name[:at] + name[at + 1] + name[at] + name[at + 2:]


def confused(name, source):
    """One confusion that readers of pictures make."""
    pairs = [("m", "rn"), ("n", "h"), ("h", "b"), ("e", "c"), ("a", "o"), ("o", "a"), ("l", "t"), ("i", "t"), ("u", "v"),
             ("k", "lk"), ("r", "n")]
    source.shuffle(pairs)
    for right, wrong in pairs:
        at = name.find(right, 1)
        if at > 0 and name[at - 1] != " ":
            return name[:at] + wrong + name[at + 1:]
    return omitted(name, source)


SENTENCES = ["Menurut {} pelaburan ini selamat.", "Join the new {} programme today", "Tahniah! {} pilih anda",
             "As seen on TV: {} explains", "{} umum bantuan khas"]


def disguised():
    source = random.Random(20261)
    rows = []
    names = {**PERSONS, **BRANDS}

    def add(technique, entity, written, read="page"):
        rows.append((technique, entity, read, source.choice(SENTENCES).format(written)))

    everywhere = {
        "cyrillic": by_case(CYRILLIC), "greek": by_case(GREEK), "leet": by_case(LEET),
        "small-capitals": by_case(SMALL_CAPITALS), "full-width": lambda n: shifted(n, 0xFF21, 0xFF41),
        "mathematical": lambda n: shifted(n, 0x1D400, 0x1D41A), "circled": lambda n: shifted(n, 0x24B6, 0x24D0),
        "spaced": joined_by(" "), "dotted": joined_by("."), "hyphenated": joined_by("-"),
        "zero-width": joined_by("​"), "soft-hyphen": joined_by("­"), "bidi-override": lambda n: "‮" + n + "‬",
        "diacritics": accented, "stacked-marks": zalgo, "repeated": repeated, "case": odd_case, "capitals": str.upper,
        "hash-tag": lambda n: "#" + n.replace(" ", ""), "leet-and-repeats": lambda n: by_case(LEET)(repeated(n)),
    }
    for technique, change in everywhere.items():
        for entity, name in names.items():
            # Techniques that find nothing to change in a name, or that take a short word apart beyond telling, are tried
            # on those where they say something.
            written = change(name)
            if written != name and source.random() < 0.55:
                add(technique, entity, written)
    for technique, change in {"typo-replaced": replaced, "typo-omitted": omitted, "typo-inserted": inserted,
                              "typo-swapped": swapped, "ocr-confused": confused}.items():
        for entity, name in names.items():
            if len(name.replace(" ", "")) >= 7 and source.random() < 0.6:
                add(technique, entity, change(name, source), "ocr")
    for entity, name in names.items():
        if " " in name and source.random() < 0.6:
            add("run-together", entity, name.replace(" ", ""))
    for suffix in ["nya", "lah", "'s", "’s", "-nya"]:
        for entity in source.sample(sorted(names), 4):
            add("affix", entity, names[entity] + suffix)
    for title in ["Datuk Seri", "Tan Sri", "YAB", "Dato’", "Tun Dr", "PM"]:
        for entity in source.sample(sorted(PERSONS), 3):
            add("honorific", entity, title + " " + PERSONS[entity])
    for entity in ["anwar-ibrahim", "rafizi-ramli", "fahmi-fadzil", "najib-razak", "mahathir-mohamad"]:
        first, last = PERSONS[entity].split(" ")
        add("patronymic", entity, f"{first} bin {last}")
        add("patronymic", entity, f"{first} b. {last}".replace("b.", "Bin"))
    for entity, written in {"lee-chong-wei": "Chong Wei Lee", "lim-guan-eng": "Guan Eng Lim", "teo-nie-ching": "Nie Ching Teo",
                            "wee-ka-siong": "Ka Siong Wee", "lim-kok-thay": "Kok Thay Lim"}.items():
        add("order", entity, written)
    for entity, name in {"maybank": "May bank", "petronas": "Petro nas", "malaysiakini": "Malaysia kini",
                         "agrobank": "Agro bank", "celcomdigi": "Celcom Digi", "airasia": "Air Asia",
                         "shopeepay": "Shopee Pay"}.items():
        add("split", entity, name)
    for entity, name in HAN.items():
        rows.append(("han-running", entity, "page", f"据报道{name}推荐这个平台"))
        rows.append(("han-spaced", entity, "page", f"据报道 {' '.join(name)} 推荐这个平台"))
        rows.append(("han-zero-width", entity, "page", f"据报道{chr(0x200B).join(name)}推荐"))
    for entity, name in TRADITIONAL.items():
        rows.append(("han-traditional", entity, "page", f"據報道{name}推薦這個平台"))
    for entity, name in TAMIL.items():
        stem = name[:-1] if unicodedata.category(name[-1]) in ("Mn", "Mc") else name
        rows.append(("tamil-plain", entity, "page", f"நேற்று {name} கூறினார்"))
        rows.append(("tamil-zero-width", entity, "page", f"நேற்று {name[:3]}​{name[3:]} கூறினார்"))
        rows.append(("tamil-suffix", entity, "page", f"நேற்று {stem}ின் திட்டம்"))
    return rows


GIVEN = ["Anwar", "Siti", "Tony", "Robert", "Michelle", "Rafizi", "Najib", "Mahathir", "Khairul", "Hannah", "Anthony",
         "Fahmi", "Teresa", "Elon", "Donald", "Zeti"]
FAMILY = ["Hashim", "Aminah", "Salleh", "Tan", "Wong", "Osman", "Karim", "Yusof", "Lim", "Devi"]
WORDS = """Maybach maybe bank maybes bankers banking maybush maydays Petronius petrol petroleum patrons petronella publik
 republic bank publican bankable lazuli lazy day lazarus shopping pay shopkeeper air asean asian air airship agronomy
 agriculture bank affinity bank affine banks rakyat bank rakyat-rakyat tabungan hari tabung harimau bursary malaysian
 simmer darby sime and derby celcius digit postal malaysian tenaga nasionalisme tenaga nasihat amanah saham negara
 saham nasional berita hari harian metropolis sinaran harian kosmos online china pressing new street times free malay
 today the starlight malaysia astronomi awan radio televisi malaysiana malaysian kin""".split("\n")
TEXTS = ["Maybach S680 sudah sampai", "maybe bank holidays are moved", "the banks may bank on it", "petrol naik lagi",
         "a republic bank note", "lazy days ahead", "shopping pays off", "Air Asean summit", "agro banking course",
         "affinity bank of ideas", "rakyat banking pada hari ini", "tabung hari raya", "bursa kerja Malaysian",
         "post Malaysian parcels", "tenaga nasihat", "the celcius digit", "a sime-tarby shoe", "the sitting nurses of haliza"]
MERCHANTS = ["Anwar Tailor", "Kedai Siti", "Restoran Robert", "Siti Catering", "Klinik Khairul", "Hannah Bakery",
             "Salon Michelle", "Bengkel Tony", "Butik Teresa", "Anthony Motors", "Fahmi Enterprise", "Kafe Donald",
             "Jalan Mahathir", "Masjid Najib", "Rafizi Trading", "Elon Furniture"]
OCR_WORDS = ["pelaburan", "keuntungan", "percuma", "bayaran", "keputusan", "pendaftaran", "maklumat", "perniagaan",
             "pinjaman", "malaysian", "nasional", "banking", "publication", "republik", "petroleum", "personal",
             "shopping", "payment", "financial", "investment", "guaranteed", "opportunity", "telephone", "whatsapp",
             "membership", "instalment", "kewangan", "simpanan", "perlindungan", "insurans", "kesihatan", "pendidikan",
             "hospital", "universiti", "restoran", "pasaraya", "pembangunan", "kerajaan", "menteri", "presiden",
             "maybankers", "fernando", "ibrahima", "nurhayati", "muskrat", "trumpet", "rahmati", "lokasi", "fadilah"]
DOMAINS = """maybach.com mayfairbank.example petrolnews.com petronius.org publican.co.uk banksia.com.au agronomy.org lazuli.com
 lazyday.net shopkeeper.com airship.com.my asiair.org affinity.net rakyatpost.com.my tabungan.net bursary.org malaysian.org
 simmer.io celsius.com postal.org tenaga.org amanah.org starlight.com astronomy.org airfare.com petronella.com mayday.com
 bankable.com paybright.com shoptech.com grabber.com boosted.com wisely.com hasilnya.com setelah.com mudahan.com
 maxim.com digital.com maximus.org unify.org hopeful.net publicity.com.my rhbk.org ambassador.com alliancefrancaise.org
 bankers.org bsnl.in agrofood.my mbsbooks.com muamalah.net ocbcbikes.org uobook.com standardlife.com citizen.org
 aeonflux.com boostjuice.com.au kafka.org rytm.pl bigpayload.com paynetworks.net kwspot.com asnbooks.org pnbooks.org
 tabunghujan.com bursalandia.com tokenizer.org petromart.com tnbooks.net maxisoft.com celcom-tools.example umobility.com
 astrology.com posada.com jntech.com dhlawyers.com airasiana.com lazarus.org mudahnya.my sime.org topgloves.net""".split()


def near_misses():
    source = random.Random(20262)
    rows = [("text", text) for text in TEXTS]
    for given in GIVEN:
        for family in source.sample(FAMILY, 7):
            rows.append(("text", f"{given} {family} hadir semalam"))
    rows += [("text", f"{merchant} dibuka setiap hari") for merchant in MERCHANTS]
    rows += [("ocr", f"ini {word} yang baru") for word in OCR_WORDS]
    rows += [("ocr", word.upper()) for word in OCR_WORDS[:25]]
    for words in WORDS:
        for word in words.split():
            rows.append(("text", f"kata {word} itu"))
    rows += [("domain", domain) for domain in DOMAINS]
    return rows


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/fixtures/matching"
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in {"disguised.tsv": disguised(), "near_misses.tsv": near_misses()}.items():
        (out / name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
