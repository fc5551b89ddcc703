#pragma once
// What a submitted file is, by its first bytes, never by its name. Pure function; any thread.
#include <string_view>

namespace pantau::crawler {

enum class FileKind { picture, video, audio, html, mail, text, shortcut, property_list, unknown };

// `beginning`: 64 KiB are plenty.
FileKind sniff_file(std::string_view beginning);
// "picture", "video", "audio", "html", "mail", "text"; shortcuts and property lists are "text".
std::string_view text(FileKind kind);

}  // namespace pantau::crawler
