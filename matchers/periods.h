#pragma once
// What the slots {period} and {deadline} stand for, in the pattern language itself.
#include <array>
#include <string_view>

namespace pantau::matchers {

inline constexpr auto kPeriodPatterns = std::to_array<std::string_view>({
    "(a|per|each|every|one) (second|minute|hour|day|night|week|month|year)",
    "(daily|weekly|monthly|hourly|yearly|annually)",
    "(in|within|after|every|for|just|only|under|first) (just|only|less than|the first|) {number} "
    "(second|seconds|minute|minutes|min|mins|hour|hours|hrs|day|days|week|weeks|month|months)",
    "{number} (second|seconds|minute|minutes|min|mins|hour|hours|hrs|day|days|week|weeks|month|months)",
    "(the|your|this) (first|same|next) (day|week|month)",
    "in (a|one|the first) (day|week|month|hour)",
    "(sehari|seminggu|sebulan|setahun|sejam|semalam|harian|mingguan|bulanan)",
    "(setiap|tiap|tiap tiap|per|se) (hari|jam|minggu|bulan|malam|tahun|minit|pekan)",
    "(dalam|selama|setelah|selepas) (masa|tempoh|waktu|) (hanya|cuma|) {number} "
    "(saat|detik|minit|menit|jam|hari|minggu|pekan|bulan)",
    "{number} (saat|detik|minit|menit|jam|hari|minggu|pekan|bulan)",
    "(minggu|bulan|hari) pertama",
    "(sepekan|sebulan)",
    "(每天|每日|每月|每周|每週|每年|每小时|每星期|首月|一个月|一个星期|一周|一天|一日|当天|当日|天天|日赚|月入|"
    "第一个月)",
    "{number} (天|日|周|小时|分钟|个月|星期|个星期)",
    "(தினமும்|தினசரி|தினம்|மாதம்|மாதந்தோறும்|மாதத்தில்|மாதத்திற்கு|வாரம்|வாரத்தில்|நாளில்|நாளைக்கு|நாளொன்றுக்கு|வாரந்தோறும்|ஒவ்வொரு "
    "நாளும்|ஒவ்வொரு மாதமும்)",
    "{number} (நாள்|நாட்களில்|நாட்கள்|மணி|மணிநேரத்தில்|நிமிடங்களில்|நிமிடம்|வாரத்தில்|மாதத்தில்|மாதங்களில்)",
});

inline constexpr auto kDeadlinePatterns = std::to_array<std::string_view>({
    "(today|tonight) only",
    "only today",
    "(ends|closes|expires|ending|closing) (today|tonight|soon|at midnight|in {number} (hours|minutes|days))",
    "(within|in|next|last) (the next|) {number} (hour|hours|hrs|minute|minutes|min|day|days)",
    "(before|by|until) (midnight|today|tonight|tomorrow)",
    "(before|until) (it|this|the) .. (closes|expires|ends|removed|deleted)",
    "(limited time|last chance|final hours|expires soon|while stocks last)",
    "hari ini (sahaja|saja|juga|je)",
    "(sebelum|hingga|sehingga|sampai) (tamat|tarikh|tengah malam|malam ini|hari "
    "ini|esok|terlambat|ditutup|tutup|habis)",
    "(tamat|berakhir|ditutup|tutup) (hari ini|malam ini|tidak lama lagi|dalam {number} (jam|hari|minit))",
    "(dalam|kurang dari) (masa|tempoh|waktu|) {number} (jam|minit|menit|hari)",
    "(masa terhad|waktu terbatas|kesempatan terakhir|peluang terakhir|terakhir hari ini)",
    "{number} (jam|hours) (sahaja|saja|only)",
    "(今天截止|今日截止|即将截止|截止今天|仅限今天|仅限今日|只限今天|限时|今天内|今日内|最后机会|即日截止|马上截止|"
    "过期作废)",
    "{number} (小时|分钟|天) (内|之内)",
    "(இன்று மட்டும்|இன்றே|இன்றைக்குள்|இன்று இரவு|கடைசி வாய்ப்பு)",
    "{number} (மணி|மணிநேரத்திற்குள்|மணி நேரத்திற்குள்|மணிநேரம்|நாட்களுக்குள்)",
});

}  // namespace pantau::matchers
