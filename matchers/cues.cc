#include "matchers/cues.h"

#include <array>

namespace pantau::matchers {
namespace {

constexpr auto kNameCues = std::to_array<Cue>({
    // Malay and Indonesian
    {CueKind::speaks,
     "(mengumumkan|umum|umumkan|melancarkan|lancar|lancarkan|memperkenalkan|perkenal|perkenalkan|meluncurkan|luncurkan|"
     "meresmikan|resmikan|membuka|buka)"},
    {CueKind::speaks,
     "(mendedahkan|dedah|dedahkan|mengungkap|ungkap|membongkar|bongkar|berkongsi|kongsi|membagikan|berbagi|bercerita|"
     "mengaku|akui)"},
    {CueKind::speaks,
     "(mengesahkan|sahkan|menjamin|jamin|menyokong|sokong|mengesyorkan|syor|mencadangkan|mengajak|ajak|menyeru|meminta|"
     "minta|menjemput|mendukung)"},
    {CueKind::speaks,
     "(diluluskan|disahkan|disokong|dijamin|dilancarkan|diperkenalkan|dilindungi|diselia|dikawal|ditaja|dibiayai|"
     "disetujui|didukung|dijamin|diresmikan|direstui|dilindungi sepenuhnya) (oleh|sepenuhnya oleh|)"},
    {CueKind::speaks, "(kerjasama|bekerjasama|kerja sama|bekerja sama|kolaborasi|usaha sama) (dengan|bersama|)"},
    {CueKind::speaks,
     "(wakil|ejen|agen|pegawai|petugas|inspektor|pengurus|kakitangan|admin|pihak|unit|jabatan|rakan|mitra|urus "
     "setia|urusetia) "
     "(berdaftar|rasmi|resmi|dari|daripada|khas|sah|)"},
    {CueKind::speaks,
     "(rasmi|resmi|berdaftar dengan|terdaftar di|lesen|berlesen|bersama|khas untuk|kata|katanya|berkata|kini)"},
    {CueKind::speaks,
     "(diumumkan|diagihkan|dikeluarkan|dianjurkan|dikendalikan|dibuka|dibayar|diuruskan|diberikan|dibagikan|*kan) "
     "oleh"},
    {CueKind::offers,
     "(program|skim|skema|platform|projek|inisiatif|dana|tabung|hadiah|ganjaran|bantuan|pinjaman|kempen|cabutan|"
     "promosi|baucar|voucher|kerjaya|jawatan kosong|sijil saham|saham|token|rahsia|rebat|subsidi|tiket "
     "percuma|lowongan|pembiayaan|kerja)"},
    {CueKind::acts,
     "(telah|sudah|sedang|akan|ingin|mahu|nak|bagi|beri|kini|cari|tawar|buka|ambil|hadiahkan|mem*|men*|meng*|meny*)"},
    {CueKind::speaks,
     "(hr|bahagian|bagian|receptionist|urus setia|panitia|tim|team|pasukan|pembantu|setiausaha|penyelia|mentor) "
     "(dari|daripada|of|from|)"},
    // English
    {CueKind::speaks,
     "(announces|announced|announcing|launches|launched|launching|reveals|revealed|revealing|unveils|unveiled|"
     "introduces|introduced|opens|opened|confirms|confirmed|shares how|shared)"},
    {CueKind::speaks,
     "(endorses|endorsed|endorsed by|backed by|approved by|recommended by|supported by|recommends|supports|partnered "
     "with|in partnership with|partner of|powered by|cleared through|licensed by|registered with|regulated "
     "by|certified by|sponsored by|on behalf of|together with|guaranteed by|protected by)"},
    {CueKind::speaks,
     "(official|officially|authorised|authorized|registered) "
     "(partner|agent|representative|page|site|platform|programme|program|fund|officer|event|recovery|support|)"},
    {CueKind::speaks,
     "(officer|officers|agent|representative|department|customer service|support team|helpdesk|help "
     "desk|helpline|hotline|security team|security centre)"},
    {CueKind::offers,
     "(programme|program|scheme|platform|fund|giveaway|reward|rewards|lucky "
     "draw|aid|refund|rebate|loan|voucher|promotion|recruitment|careers|presale|airdrop|secret|last "
     "gift|vacancy|job|refunds|tasks)"},
    {CueKind::acts,
     "(is|are|has|have|will|offers|gives|pays|invites|needs|requires|wants) "
     "(pleased|giving|now|been|received|to|you|detected|found|noticed|launching|offering|paying|looking|hiring|)"},
    {CueKind::speaks, "(said|says|told|admitted|urges|invites|asks)"},
    {CueKind::speaks, "s (office|team|assistant|family|desk|circle)"},
    {CueKind::speaks, "(saya|i am|i m|this is|work for|我是|我叫|நான்)"},
    // Chinese
    {CueKind::speaks,
     "(宣布|推出|推荐|透露|揭露|揭秘|亲自|承认|支持|担保|保证|批准|授权|认证|联合|合作|官方|携手|邀请|呼吁|分享|背书|"
     "力推|创办|旗下|主办|客服|专员|代理|官员|提到|公布)"},
    {CueKind::offers,
     "(基金|计划|援助|贷款|奖励|礼品|抽奖|平台|兼职|招聘|退款|理财|红包|回馈|返现|快贷|红利|周年庆|助理|追款)"},
    {CueKind::acts, "(已|将|正在|会|推出|赠送|派发|与)"},
    // Tamil
    {CueKind::speaks,
     "(அறிமுகப்படுத்திய|அறிமுகப்படுத்தினார்|அறிவித்தார்|அறிவித்த|பரிந்துரைத்த|பரிந்துரை|வெளியிட்ட|அங்கீகரித்த|அங்கீகாரம்|அதிகாரப்பூர்வ|"
     "கூறினார்|சொன்னார்|தொடங்கிய|ஆதரவு|திட்டம்|அதிகாரி|இணைந்து)"},
    {CueKind::offers, "(பகுதி நேர|வேலை|உடனடி கடன்|கடன்|பரிசு|சிறப்பு|உதவித்தொகை|கூப்பன்|மீட்பு|மோசடி மீட்பு)"},

    {CueKind::addresses, "(dear|valued) (customer|customers|client|user|member|cardholder|account holder) (of|)"},
    {CueKind::addresses,
     "your .. (account|card|wallet|access|password|parcel|package|refund|savings|statement|application)"},
    {CueKind::addresses,
     "(log in|login|sign in|log on|verify|update|unlock|reactivate|upgrade|secure) (to|into|your|)"},
    {CueKind::addresses,
     "(pelanggan|pengguna|ahli|pemegang kad|nasabah|pencarum|pembayar cukai) .. "
     "(dihormati|dihargai|sekalian|terhormat|yang)"},
    {CueKind::addresses,
     "(akaun|akun|rekening|kad|kartu|dompet|bungkusan|parsel|paket|bayaran balik|caruman|simpanan|bil) .. "
     "(anda|awak|tuan|puan)"},
    {CueKind::addresses,
     "(log masuk|daftar masuk|sila masuk|sahkan|kemas kini|kemaskini|naik "
     "taraf|aktifkan|verifikasi|perbarui|semak|mohon|tebus|tuntut|klaim)"},
    {CueKind::addresses, "(尊敬的|亲爱的) .. (客户|用户|会员|顾客)"},
    {CueKind::addresses, "(您的|你的) .. (户口|账户|账号|卡|钱包|包裹|退款|存款|公积金)"},
    {CueKind::addresses, "(登录|登入|验证|更新|解锁|激活|领取)"},
    {CueKind::addresses, "(உங்கள்|அன்பான) .. (கணக்கு|அட்டை|வாடிக்கையாளர்|பணப்பை|பார்சல்)"},

    // Only a way to pay, a courier, a place, a sponsor.
    {CueKind::payment,
     "(pay|paid|payable|payment|payments|checkout|transfer|bank in|bank transfer|deposit) "
     "(by|via|with|using|through|to|into|accepted|)"},
    {CueKind::payment, "(we|also|now||) (accept|accepts|accepted|accepting|take|takes)"},
    {CueKind::payment,
     "(cards|card|credit card|debit card|instalment|instalments|installment|qr|duitnow|fpx|cash on delivery|ewallet|e "
     "wallet|e wallets|wallets|atm|savings account|cardholders)"},
    {CueKind::payment,
     "(near|next to|beside|opposite|behind|above|in front of|branch at|outside|sponsored by|flights by|fly with|post "
     "with|shipped by|delivered by|courier|available on|find us on|order on|listed on|sold on)"},
    {CueKind::payment,
     "(bayar|bayaran|pembayaran|dibayar|terima bayaran|pindahan|pindah|transfer|bank in|sumbangan|derma|derma "
     "ke|infaq) (melalui|dengan|guna|menggunakan|via|ke|pakai|lewat|secara|)"},
    {CueKind::payment, "(terima|menerima|diterima|guna|gunakan|menggunakan|pakai|melalui|via|lewat)"},
    {CueKind::payment,
     "(kad|kartu|ansuran|cicilan|tunai|dompet digital|e dompet|ewallet|imbas|qr|pos "
     "laju|pos|penghantaran|dihantar|ongkir|akaun bank|no akaun|nombor akaun|akaun|rekening)"},
    {CueKind::payment,
     "(kredit|dikredit|dikreditkan|gaji masuk|gaji dibayar|masuk|masuk ke|credited|paid out|汇入|过账|存入) "
     "(ke|to|into|dalam|到|至|) (akaun|your|the|account|bank|户口|)"},
    {CueKind::payment,
     "(sebelah|bersebelahan|dekat|berhampiran|hadapan|depan|belakang|cawangan|mesin atm|seberang|tingkat|menara|ditaja "
     "oleh|tajaan|mangkuk tandas)"},
    {CueKind::payment,
     "(付款|支付|转账|刷卡|信用卡|电子钱包|扫码|汇款|接受|旁边|附近|对面|隔壁|分期|送货|邮寄|账号|户口号码|都能买到|"
     "旁的)"},
    {CueKind::payment, "(கட்டணம்|செலுத்தலாம்|செலுத்தவும்|அட்டை|அட்டைக்கு|வங்கிக் கணக்கு|அருகில்|எதிரில்|தவணை|மூலம் செலுத்த)"},

    {CueKind::comparison,
     "(compare|compares|compared|comparison|comparing|versus|vs|which bank|best banks|difference between|better "
     "than|review of|reviews|tested|pros and cons|cheapest|ranking|top 5|top 10)"},
    {CueKind::comparison,
     "(banding|bandingkan|perbandingan|berbanding|membandingkan|beza|perbezaan|ulasan|mana lebih|terbaik untuk|pilih "
     "mana|senarai bank|perbedaan)"},
    {CueKind::comparison, "(比较|对比|哪家|排行|评测|区别|ஒப்பீடு|ஒப்பிடு|வித்தியாசம்)"},

    {CueKind::denies,
     "(denies|denied|refutes|refuted|debunks|dismissed|clarifies|clarified|warns|warned|warning|cautions|lodged|lodges "
     "a report|impersonating|impersonated|misused|fake|never endorsed)"},
    {CueKind::denies,
     "(menafikan|nafikan|nafi|menjelaskan|memberi amaran|mengingatkan|ingatkan|disalah "
     "guna|disalahgunakan|palsu|dinafikan|membantah|tegaskan|bukan milik|menyamar|disamar|memperingatkan)"},
    {CueKind::denies,
     "(否认|澄清|警告|提醒|被盗用|冒用|冒充|假冒|假|遭|報警|报警|மறுத்தார்|மறுத்துள்ளது|எச்சரித்தார்|எச்சரிக்கை|போலி)"},
});

constexpr auto kContextCues = std::to_array<ContextCue>({
    {"encyclopaedic", "medium",
     "(was|is|were) (a|an|the) "
     "(malaysian|singaporean|indonesian|british|american|politician|singer|businessman|entrepreneur|actress|footballer|"
     "shuttler) "},
    {"encyclopaedic", "strong", "(was born|born) (on|in) .. {number}"},
    {"encyclopaedic", "strong", "(dilahirkan|lahir) (di|pada) .. {number}"},
    {"encyclopaedic", "medium",
     "(biography|biografi|autobiography|autobiografi|early life|career|kehidupan awal|riwayat "
     "hidup|ensiklopedia|encyclopedia|wikipedia|memoir|kerjaya seni)"},
    {"encyclopaedic", "strong", "(出生于|生于|维基百科|生平|传记|自传)"},
    {"encyclopaedic", "strong", "(பிறந்தார்|வாழ்க்கை வரலாறு|விக்கிப்பீடியா|சுயசரிதை)"},
    {"job-ad", "strong",
     "(kelulusan minimum|minimum qualification|minimum qualifications|job requirements|requirements degree|epf and "
     "socso|epf socso|kwsp dan perkeso|kwsp perkeso|basic salary plus|working experience in|pengalaman kerja sekurang "
     "kurangnya)"},
    {"job-ad", "medium",
     "(hantar resume|send your resume|send your cv|submit your resume|walk in interview|temu duga terbuka|full "
     "time|sepenuh masa|cover letter|tempoh percubaan|probation|annual leave|cuti tahunan|shortlisted candidates)"},
    {"political", "medium",
     "(pilihan raya|pilihanraya|manifesto|calon|undi|mengundi|parlimen|ahli parlimen|dewan "
     "rakyat|pembangkang|election|vote for|voters|constituency|rally|petition|petisyen|ceramah|kempen pilihan)"},
    {"political", "medium", "(选举|候选人|投票|国会|竞选|请愿|தேர்தல்|வாக்களி|நாடாளுமன்ற)"},
    {"event", "medium",
     "(concert|konsert|konser|tour dates|ticket prices|tickets from|tickets on sale|tiket bermula|harga tiket|pintu "
     "dibuka|doors open|演唱会|门票|கச்சேரி|டிக்கெட்)"},
    {"review", "medium", "(book review|ulasan buku|resensi|hardcover|paperback|isbn|kulit keras|书评)"},
    // Whoever runs a fraud seldom talks about fraud.
    {"talks-of-fraud", "medium",
     "(penipuan|penipu|scammer|scammers|sindiket|modus operandi|ditipu|tertipu|menipu|palsu|penyamaran)"},
    {"talks-of-fraud", "medium",
     "(scams|fraud|frauds|fraudster|fraudsters|fraudulent|hoax|phishing|fake|impostor|impostors|impersonation|deepfake|"
     "debunked)"},
    {"talks-of-fraud", "medium", "(penipuan|hoaks|modus penipuan|tipu tipu|waspada|kejahatan siber|abal abal|bodong)"},
    {"talks-of-fraud", "medium",
     "(骗人|骗子|骗局|诈骗|欺诈|假冒|冒充|不要信|别信|不要相信|别相信|上当|受骗|假的|钓鱼)"},
    {"talks-of-fraud", "medium", "(மோசடி|போலி|ஏமாற்று|ஏமாற்றுக்காரர்|நம்பாதீர்கள்|நம்ப வேண்டாம்)"},
    {"news", "medium",
     "(told reporters|told a press conference|in a statement|said in a statement|dalam kenyataan|kata beliau "
     "dalam|memberitahu pemberita|sidang media|menurut kenyataan|kepada wartawan|kepada pemberita|press "
     "conference|bernama|reuters|according to police|menurut polis|polis menerima|police report|laporan polis|kertas "
     "siasatan)"},
    {"news", "medium", "(记者会|文告|马新社|报道称|据警方|警方|发文告|செய்தியாளர்|பெர்னாமா|போலீஸ்)"},
    {"news", "weak",
     "(kuala lumpur|putrajaya|george town|johor bahru|ipoh|shah alam|singapore|jakarta|kota kinabalu|kuching|petaling "
     "jaya) {number} "
     "(jan|feb|mac|mar|apr|mei|may|jun|june|jul|julai|july|ogos|aug|sept|sep|okt|oct|nov|dis|dec|januari|februari|"
     "disember|december|november|oktober|october)"},
    {"news", "weak",
     "(analysts|analyst|quarter|first half|net profit|earnings per share|year on year|pendapatan suku|suku "
     "tahun|untung bersih|market share|净利|季度)"},
});

constexpr auto kAskCues = std::to_array<AskCue>({
    {"fee-first", "money", "medium",
     "(processing|handling|admin|administration|file|filing|release|activation|visa|legal|lawyer|clearance|"
     "verification|unlock|withdrawal|tax|customs|redelivery) (fee|fees|charge|charges|duty|deposit) .. {amount}"},
    {"fee-first", "money", "medium",
     "(yuran|caj|bayaran|kos|deposit|duti|fi) (pemprosesan|proses|fail|pembukaan "
     "fail|guaman|peguam|pengurusan|admin|kastam|pelepasan|pengaktifan|jaminan|pentadbiran|insurans|pengesahan) .. "
     "{amount}"},
    {"fee-first", "money", "medium",
     "(biaya|ongkos|uang) (admin|administrasi|proses|pencairan|jaminan|asuransi|materai|aktivasi|verifikasi) .. "
     "{amount}"},
    {"fee-first", "money", "medium",
     "(手续费|律师费|保证金|解冻金|激活费|清关费|行政费|处理费|认证费|解冻费) .. {amount}"},
    {"fee-first", "money", "medium", "(செயலாக்கக் கட்டணம்|முன்பணம்|சட்டக் கட்டணம்|கையாளுதல் கட்டணம்) .. {amount}"},
    {"fee-first", "money", "medium",
     "{amount} .. (processing|handling|release|activation|legal|clearance) (fee|charge|deposit)"},
    {"fee-comes-back", "money", "strong",
     "(processing|handling|admin|file|legal|lawyer|insurance|training|stamp duty|stamping|court|release|activation|"
     "clearance|visa|medical|agreement|kit|uniform) (fee|fees|duty|charge|deposit|cost|) .. {amount} .. "
     "(refundable|refunded|returned|comes back|be refunded)"},
    {"fee-comes-back", "money", "strong",
     "(refundable|returnable) (processing|handling|admin|file|legal|lawyer|insurance|training|court|release|"
     "activation|clearance|visa|medical|agreement) (fee|deposit|charge)"},
    {"fee-comes-back", "money", "strong",
     "(yuran|caj|kos|duit|bayaran|deposit|biaya) "
     "(proses|pemprosesan|fail|guaman|peguam|insurans|latihan|mahkamah|pelepasan|pendaftaran|"
     "pengaktifan|jaminan|admin|stamping|uniform|kit|pencairan|pelatihan) .. {amount} .. "
     "(dipulangkan|dikembalikan|akan dipulangkan|akan dikembalikan|boleh dituntut semula|dpt balik|refund)"},
    {"fee-comes-back", "money", "strong",
     "(bayar|transfer|setor) .. {amount} .. (buka fail|proses|guaman|insurans|admin|materai|pencairan) .. "
     "(dipulangkan|dikembalikan|refund)"},
    {"fee-comes-back", "money", "strong",
     "(手续费|律师费|保证金|保险费|培训费|激活费) .. {amount} .. (退还|退回|返还|一起退|可退)"},
    {"fee-comes-back", "money", "strong", "(கட்டணம்|முன்பணம்|வைப்பு) .. {amount} .. (திருப்பித்|திரும்ப|திருப்பி)"},
    {"fee-first", "money", "medium",
     "(bayar|jelaskan|settle|clear|langsaikan|bank in) .. {amount} .. (dahulu|dulu|dulu sebelum|untuk buka|utk buka|"
     "untuk lepas|untuk proses|buka fail)"},
    {"fee-first", "money", "medium", "(bayar|jelaskan|settle|clear) (dahulu|dulu|duluan|dlu) {amount}"},
    {"fee-first", "money", "medium",
     "(duit|wang|kos|caj|yuran|fi) (guaman|fail|insurans|proses|mahkamah|pos|pelepasan|stamping|cagaran|peguam) "
     "{amount}"},
    {"fee-first", "money", "medium", "(caj|yuran|kos) (proses|pemprosesan|pelepasan|pentadbiran|kelulusan) {percent}"},
    {"fee-first", "money", "medium",
     "(clearance|release|processing|legal|tax|handling|withdrawal|unlocking) (charge|fee|tax|duty) (of|) {percent}"},
    {"fee-first", "money", "medium",
     "{percent} (clearance|release|processing|legal|tax|handling|withdrawal|unlocking) (charge|fee|tax|duty)"},
    {"fee-first", "money", "medium",
     "(fee|charge|deposit) (of|) {amount} (upfront|up front|first|in advance|before|file opening)"},
    {"fee-first", "money", "medium", "pay (only|just|) {amount} for the (case|file|clearance|court|lawyer|paperwork)"},
    {"fee-first", "money", "medium",
     "(import duty|customs duty|toll|redelivery|duty) (of|) {amount} .. (outstanding|unpaid|due|owing|pay)"},
    {"fee-first", "money", "medium",
     "(先|须|需|必须|只要) (付|缴|交|缴付|支付|汇) .. (手续费|保证金|税金|费) .. ({amount}|{percent}|{number})"},
    {"fee-first", "money", "medium", "(手续费|保证金|税金|押金|培训费|报名费) {amount} (先付|先缴|须先)"},
    {"fee-first", "money", "medium", "(கோப்புக் கட்டணம்|வழக்குக் கட்டணம்|பதிவுக் கட்டணம்|காப்பீட்டுக் கட்டணம்|வரி) .. {amount}"},
    {"photo-of-card", "credentials", "strong",
     "(gambar|foto|photo|picture|照片|படம்) .. (kad atm|kad bank|kad debit|kartu atm|atm card|bank card|debit card|"
     "提款卡|银行卡|ATM அட்டை)"},
    {"small-fee", "money", "weak", "(shipping|delivery|postage|registration|joining) (fee|cost|charge|) .. {amount}"},
    {"small-fee", "money", "weak",
     "(kos|caj|yuran|bayaran|biaya|ongkos) (pos|penghantaran|pendaftaran|keahlian|kirim|pengiriman) .. {amount}"},
    {"secret", "credentials", "medium",
     "(enter|type|provide|give|send|submit|key in|share|forward|confirm) .. (code|otp|tac|password|passcode|login "
     "details|card details|card number|recovery phrase|seed phrase|word phrase|private key|online banking|banking "
     "user|credentials|debit card)"},
    {"secret", "credentials", "medium",
     "(masukkan|isi|beri|berikan|hantar|taip|kongsi|sediakan|serahkan|lengkapkan) .. (kod|tac|otp|kata laluan|nombor "
     "kad|no kad bank|maklumat kad|butiran log masuk|nama pengguna|gambar kad|maklumat bank|maklumat perbankan|id "
     "perbankan|butiran perbankan)"},
    {"secret", "credentials", "medium",
     "(masukkan|isi|kirim|kirimkan|berikan) .. (kode|otp|pin|kata sandi|password|nomor kartu|cvv|data kartu)"},
    {"secret", "credentials", "medium",
     "(输入|填写|提供|发送|重新输入) .. (验证码|密码|卡号|TAC|OTP|PIN|助记词|网银|银行卡)"},
    {"secret", "credentials", "medium",
     "(OTP|TAC|PIN|கடவுச்சொல்|அட்டை எண்|குறியீட்டை|வங்கி விவரங்களை) .. "
     "(உள்ளிடவும்|உள்ளிடுங்கள்|அனுப்பவும்|கொடுக்கவும்|தரவும்|பதிவிடவும்)"},
    {"pay-to", "money", "medium",
     "(transfer|send|bank in|deposit|pay) .. (to|into) (the|this|our|my|his|her) "
     "(agent|officer|coordinator|personal|account|address below|wallet|safe account)"},
    {"pay-to", "money", "medium",
     "(pindahkan|bank in|masukkan|bayar|derma|transfer|hantar|bayaran) .. ke akaun "
     "(peribadi|ejen|penyelaras|pengurus|admin|pegawai|penimbang|selamat|wakil)"},
    {"pay-to", "money", "medium", "(pindahkan|pemindahan|hantar) (semua|seluruh|) (wang|duit|simpanan)"},
    {"pay-to", "money", "medium", "(汇入|转账至|汇款至|转入|汇到) .. (户口|账户|账号|钱包|指定)"},
    {"pay-to", "money", "medium",
     "(kirim|setor|setoran|transfer) .. (ke rekening|ke wallet|ke alamat) (pribadi|koordinator|agen|admin|petugas|)"},
    {"remote-control", "install", "strong",
     "(install|download|pasang|muat turun|unduh) .. (anydesk|any desk|teamviewer|team "
     "viewer|quicksupport|rustdesk|airdroid)"},
    {"remote-control", "install", "strong", "(安装|下载) .. (anydesk|teamviewer)"},
    {"arrest", "contact", "medium",
     "(waran tangkap|arrest warrant|warrant of arrest|surat penangkapan|逮捕令|கைது வாரண்ட்)"},
    {"arrest", "contact", "medium",
     "(anda|akaun anda|your account|your name|you are|nombor anda) .. (terlibat|involved|terbabit|linked) .. "
     "(pengubahan wang haram|money laundering|jenayah|dadah|drug)"},
    {"entitled", "personal-data", "weak",
     "(layak|berhak|terpilih|selected|eligible|entitled|chosen) .. (menerima|mendapat|to receive|to "
     "claim|hadiah|bantuan|{amount})"},
});

}  // namespace

std::span<const AskCue> ask_cues() {
  return kAskCues;
}
std::span<const Cue> name_cues() {
  return kNameCues;
}
std::span<const ContextCue> context_cues() {
  return kContextCues;
}

}  // namespace pantau::matchers
