"""The invented world: who is watched, which hosts exist. Every name ends in .example (RFC 2606), so nothing can leak to a real site."""

PORTALS = ["wartaselasih.example", "lamanrona.example", "yeandaily.example"]
IMAGES = "cdn.adnira.example"      # where the ad network keeps creatives
SLOTS = "slot.adnira.example"      # its iframes
CLICKS = "klik.adnira.example"     # its click counter
SHORT = "singkat.example"          # a shortener

# Cyrillic ie and a stand in for e and a.
HOMOGLYPH_HOST = "l\u0435mb\u0430yura.example".encode("idna").decode("ascii")

# Several scams belong to one invented group: their pages share a tracker, a telephone number and a wallet, and so form a campaign.
# The number lies in a range that is not given out, the wallet is the well-known address nobody holds the key of.
GROUP = {"pixel": "100000000000142", "analytics": "G-DEM0142XYZ", "whatsapp": "60100000142", "telegram": "contoh_demo_0142",
         "wallet": "0x000000000000000000000000000000000000dEaD"}

TRACKER = f"""<script>window.dataLayer=window.dataLayer||[];function gtag(){{dataLayer.push(arguments)}}gtag('config','{GROUP["analytics"]}');
function fbq(){{}}fbq('init','{GROUP["pixel"]}');fbq('track','PageView');</script>"""

WATCHLIST = """\
# The watchlist of `pantau demo`. Every person, company, agency and address in it is invented; the domains end in
# .example, which RFC 2606 keeps free of real sites.
entities:
  - id: zulhakim-rentaka
    kind: person
    name: Zulhakim Rentaka
    aliases: ["Datuk Seri Zulhakim", "PM Zulhakim", "Zul Rentaka", "祖哈金", "ஜுல்ஹகிம் ரெந்தகா", "பிரதமர் ஜுல்ஹகிம்"]
    official_domains: [pejabatpm.example]
    # No portraits: faces in the demo are drawings, and nobody is compared by face without a basis.
    footage: ["footage/zulhakim-ucapan.mp4"]      # his real address to the people; the scam video puts new words on it
  - id: kavira-ling
    kind: person
    name: Kavira Ling
    aliases: ["凌卡薇", "கவிரா லிங்"]
    official_domains: [kaviraling.example]
  - id: lembayura
    kind: brand
    name: Bank Lembayura
    aliases: [Lembayura, "Lembayura Online", "伦巴优银行"]
    official_domains: [lembayura.example]
    official_contacts: ["+60300000100"]
    logos: ["logos/lembayura.png"]
  - id: petrojati
    kind: brand
    name: Petrojati
    aliases: ["Petrojati Berhad", "Petrojati Energy", "柏佐加迪"]
    official_domains: [petrojati.example]
    logos: ["logos/petrojati.png"]
  - id: pundilaju
    kind: brand
    name: PundiLaju
    aliases: ["Pundi Laju", "e-dompet PundiLaju", "PundiLaju eWallet"]
    official_domains: [pundilaju.example]
    logos: ["logos/pundilaju.png"]
  - id: lapdi
    kind: agency
    name: Lembaga Amanah Pengguna Digital
    aliases: [LAPDI, "Digital Consumer Trust Board", "数码消费者信托局"]
    official_domains: [lapdi.example]
    official_contacts: ["+60300000300"]
    logos: ["logos/lapdi.png"]
  - id: warta-selasih
    kind: brand
    name: Warta Selasih
    official_domains: [wartaselasih.example]
    logos: ["logos/wartaselasih.png"]
"""

CONFIG = """\
# What `pantau demo` sweeps: three invented news and lifestyle portals, served from loopback. The command sets
# PANTAU_DEMO_PORT to the port its own server listens on; every host name leads there, so nothing leaves the machine.
workspace: ./workspace
store: sqlite
watchlists: [watchlist.yaml]
# lures: the embedded packs
sweeps:
  - name: demo
    sources:
      - type: web
        seeds:
          - "http://wartaselasih.example/"
          - "http://lamanrona.example/"
          - "http://yeandaily.example/"
        max_depth: 3
        max_pages: 500
        scope: any                          # ads lead to other hosts
crawler:
  user_agent: "Pantau-demo/1.0 (+http://lapdi.example/)"
  per_host_delay_ms: 0                      # our own loopback server needs no politeness
  robots: respect                           # wartaselasih.example disallows a path
  connect_to: ["::127.0.0.1:${PANTAU_DEMO_PORT}"]
  allow_private_addresses: ["127.0.0.1/32"]
media: {enabled: true, ocr_languages: [eng, msa, chi_sim, tam]}
verdict: {flag_at: 0.80, review_at: 0.50}
"""
