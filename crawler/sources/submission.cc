// A folder into which people put what they want looked at: addresses, screenshots, recordings, saved pages, mails.
// Everything in it is foreign: kinds are told from content, links that leave the folder are not followed, sizes and
// counts are bounded, and nothing is written.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "crawler/extract.h"
#include "crawler/html/decode.h"
#include "crawler/mail.h"
#include "crawler/sources/address_text.h"
#include "crawler/sources/file_kind.h"
#include "crawler/sources/readers.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 100'000, kMaxTextBytes = 64u << 20, kMaxSidecarBytes = 64 << 10;
constexpr std::uint64_t kMaxMediumBytes = 2ull << 30;
constexpr int kMaxFolderDepth = 16;
constexpr std::size_t kMaxAddressesOfText = 50, kMaxAttachments = 50;
constexpr std::size_t kMaxAttachmentBytes = 32u << 20;

// An open regular file that is what its name says, not a link put in its place.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {
    if (descriptor_ < 0) {
      why_ = std::strerror(errno);
    } else if (fstat(descriptor_, &status_) != 0 || !S_ISREG(status_.st_mode)) {
      why_ = "is not a plain file";
    }
  }
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const std::string& why() const { return why_; }  // empty: usable
  std::uint64_t size() const { return static_cast<std::uint64_t>(status_.st_size); }

  // Reads from the start; nothing on an error.
  std::optional<std::string> read(std::size_t limit) const {
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size(), limit)), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got = pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::nullopt;
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  std::optional<std::string> digest() const {
    Sha256 sha;
    std::string chunk(1 << 20, '\0');
    off_t at = 0;
    while (true) {
      const ssize_t got = pread(descriptor_, chunk.data(), chunk.size(), at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::nullopt;
      if (got == 0) return sha.finish_hex();
      sha.update(std::string_view(chunk).substr(0, static_cast<std::size_t>(got)));
      at += got;
    }
  }

 private:
  int descriptor_;
  struct stat status_ {};
  std::string why_;
};

class Inbox {
 public:
  explicit Inbox(fs::path root) : root_(std::move(root)) {}

  Result<SourceLeads> read() {
    std::error_code failure;
    if (!fs::is_directory(root_, failure)) {
      return operator_error("the submission folder " + root_.string() + " is not there; create it or correct the path");
    }
    std::vector<fs::path> files;
    if (auto walked = walk(files); !walked) return walked.error();
    std::sort(files.begin(), files.end());
    const std::set<fs::path> all(files.begin(), files.end());
    for (const fs::path& file : files) {
      if (is_sidecar(file, all)) continue;
      take(file, all);
    }
    return std::move(result_);
  }

 private:
  std::string shown(const fs::path& path) const { return path.lexically_relative(root_).string(); }
  void reject(const fs::path& path, std::string why) { result_.rejected.push_back({shown(path), std::move(why)}); }

  Result<void> walk(std::vector<fs::path>& files) {
    std::error_code failure;
    // The default options do not follow links to folders.
    fs::recursive_directory_iterator entry(root_, fs::directory_options::skip_permission_denied, failure);
    if (failure)
      return operator_error("cannot read the submission folder " + root_.string() + ": " + failure.message(),
                            failure.value());
    for (; entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      if (failure) break;
      const fs::path& path = entry->path();
      if (path.filename().string().rfind('.', 0) == 0) {  // .DS_Store, .git, half-copied files
        entry.disable_recursion_pending();
        continue;
      }
      const fs::file_status status = entry->symlink_status(failure);
      if (fs::is_directory(status)) {
        if (entry.depth() >= kMaxFolderDepth) {
          entry.disable_recursion_pending();
          reject(path, "lies deeper than " + std::to_string(kMaxFolderDepth) + " folders");
        }
        continue;
      }
      if (fs::is_symlink(status)) {
        reject(path, "is a link; put the file itself here");
        continue;
      }
      if (!fs::is_regular_file(status)) continue;
      if (files.size() >= kMaxFiles) {
        reject(path, "more than " + std::to_string(kMaxFiles) + " files: this one and those after it were not read");
        break;
      }
      files.push_back(path);
    }
    if (failure)
      return operator_error("cannot read the submission folder " + root_.string() + ": " + failure.message(),
                            failure.value());
    return {};
  }

  static bool is_yaml(const fs::path& path) {
    const std::string extension = to_lower_ascii(path.extension().string());
    return extension == ".yaml" || extension == ".yml";
  }

  // shot.png.yaml or shot.yaml beside shot.png.
  static bool is_sidecar(const fs::path& path, const std::set<fs::path>& all) {
    if (!is_yaml(path)) return false;
    fs::path stem = path;
    stem.replace_extension();
    if (all.count(stem) > 0) return true;
    const std::string prefix = stem.filename().string() + ".";
    for (auto other = all.lower_bound(stem); other != all.end() && other->parent_path() == path.parent_path();
         ++other) {
      const std::string name = other->filename().string();
      if (name.rfind(stem.filename().string(), 0) != 0) break;
      if (name.rfind(prefix, 0) == 0 && !is_yaml(*other)) return true;
    }
    return false;
  }

  struct Context {
    AdFacts facts;
    std::string url;  // where the submitter saw it
    std::vector<std::string> texts;
  };

  // The sub-folder names the reference; the file's own .yaml says more.
  Context context_of(const fs::path& file, const std::set<fs::path>& all) {
    Context context;
    const fs::path relative = file.lexically_relative(root_);
    if (relative.has_parent_path()) context.facts.reference = to_valid_utf8(relative.begin()->string());
    for (const char* extension : {".yaml", ".yml"}) {
      fs::path beside = file;
      beside += extension;
      if (all.count(beside) == 0) {
        beside = file;
        beside.replace_extension(extension);
      }
      if (all.count(beside) == 0 || beside == file) continue;
      read_sidecar(beside, context);
      break;
    }
    return context;
  }

  void read_sidecar(const fs::path& path, Context& context) {
    const OpenFile file(path);
    if (!file.why().empty()) return reject(path, file.why());
    if (file.size() > kMaxSidecarBytes)
      return reject(path, "is larger than " + std::to_string(kMaxSidecarBytes) + " bytes");
    auto text = file.read(kMaxSidecarBytes);
    if (!text) return reject(path, "cannot be read");
    // Submitters must not be able to read this machine's environment.
    if (text->find("${") != std::string::npos) return reject(path, "must not use ${...}");
    auto document = yaml::Document::parse(std::move(*text), shown(path));
    if (!document) return reject(path, document.error().detail);
    const yaml::Node root = document->root();
    root.allow_only({"reference", "platform", "received", "url", "advertiser", "payer", "text"});
    const auto value = [&](const char* key, std::optional<std::string>& into) {
      if (auto found = root[key].optional_text()) {
        std::string clean = collapse_space(clip_utf8(to_valid_utf8(*found), 1000));
        if (!clean.empty()) into = std::move(clean);
      }
    };
    value("reference", context.facts.reference);
    value("platform", context.facts.platform);
    value("received", context.facts.received);
    value("advertiser", context.facts.advertiser);
    value("payer", context.facts.payer);
    std::optional<std::string> seen_at, said;
    value("url", seen_at);
    value("text", said);
    if (seen_at) context.url = *seen_at;
    if (said) context.texts.push_back(*said);
    if (auto errors = yaml::document_errors(*document); !errors) reject(path, errors.error().detail);
  }

  void take(const fs::path& path, const std::set<fs::path>& all) {
    const OpenFile file(path);
    if (!file.why().empty()) return reject(path, file.why());
    if (file.size() == 0) return reject(path, "is empty");
    if (file.size() > kMaxMediumBytes)
      return reject(path, "is larger than " + std::to_string(kMaxMediumBytes >> 20) + " MiB");
    const auto beginning = file.read(64 << 10);
    if (!beginning) return reject(path, "cannot be read");
    const FileKind kind = sniff_file(*beginning);
    if (kind == FileKind::unknown)
      return reject(path,
                    "is of no kind that can be looked at (addresses, pictures, films, sound, pages, mails, text)");
    const Context context = context_of(path, all);
    if (kind == FileKind::picture || kind == FileKind::video || kind == FileKind::audio) {
      const auto digest = file.digest();
      if (!digest) return reject(path, "cannot be read");
      Lead lead;
      lead.key = "file:" + *digest;
      lead.file = path.string();
      lead.file_kind = std::string(text(kind));
      lead.texts = context.texts;
      lead.facts = context.facts;
      result_.leads.push_back(std::move(lead));
      add_address(path, context.url, context);
      return;
    }
    if (file.size() > kMaxTextBytes)
      return reject(path, "is larger than " + std::to_string(kMaxTextBytes >> 20) + " MiB");
    const auto bytes = file.read(kMaxTextBytes);
    if (!bytes) return reject(path, "cannot be read");
    switch (kind) {
      case FileKind::html:
        saved_page(path, *bytes, context);
        break;
      case FileKind::mail:
        mail(path, *bytes, context);
        break;
      case FileKind::shortcut:
        shortcut(path, html::decode_document(*bytes, {}, false).text, context);
        break;
      case FileKind::property_list:
        property_list(path, *bytes, context);
        break;
      default:
        plain_text(path, html::decode_document(*bytes, {}, false).text, context);
    }
  }

  bool add_address(const fs::path& path, std::string_view raw, const Context& context) {
    if (trim(raw).empty()) return false;
    auto address = read_address(raw);
    if (!address) {
      reject(path, address.error().detail);
      return false;
    }
    add_address(*address, context.facts);
    return true;
  }

  void add_address(const ReadAddress& address, const AdFacts& facts) {
    Lead lead;
    lead.url = address.url;
    lead.key = address.canonical;
    lead.facts = facts;
    result_.leads.push_back(std::move(lead));
  }

  void saved_page(const fs::path& path, const std::string& bytes, const Context& context) {
    Lead lead;
    lead.key = "file:" + sha256_hex(bytes);
    lead.file = path.string();
    lead.file_kind = "html";
    lead.texts = context.texts;
    lead.facts = context.facts;
    result_.leads.push_back(std::move(lead));
    if (!context.url.empty()) {
      add_address(path, context.url, context);
      return;
    }
    // Browsers note where a page came from: <!-- saved from url=(0024)https://example.com/ -->
    const std::string_view head = std::string_view(bytes).substr(0, 4096);
    const std::size_t mark = head.find("saved from url=(");
    if (mark == std::string_view::npos) return;
    const std::size_t begin = head.find(')', mark);
    if (begin == std::string_view::npos) return;
    const std::string_view rest = head.substr(begin + 1);
    const std::string_view address = trim(rest.substr(0, rest.find_first_of(" \r\n>")));
    if (auto read = read_address(address); read && address.rfind("http", 0) == 0) add_address(*read, context.facts);
  }

  void shortcut(const fs::path& path, const std::string& text, const Context& context) {
    for (const std::string& line : split(text, '\n')) {
      const std::string_view clean = trim(line);
      if (equals_ignore_case_ascii(clean.substr(0, 4), "URL=")) {
        add_address(path, clean.substr(4), context);
        return;
      }
    }
    reject(path, "is a shortcut without URL=");
  }

  // .webloc, as XML or binary: the only address in it.
  void property_list(const fs::path& path, const std::string& bytes, const Context& context) {
    std::string text = bytes;
    if (bytes.rfind("bplist00", 0) == 0) {
      // Strings stand in it as they are; everything else becomes a space.
      for (char& c : text) {
        if (c < 0x21 || c > 0x7e) c = ' ';
      }
    } else {
      const std::size_t begin = text.find("<string>"),
                        end = text.find("</string>", begin == std::string::npos ? 0 : begin);
      if (begin == std::string::npos || end == std::string::npos) return reject(path, "holds no address");
      text = text.substr(begin + 8, end - begin - 8);
      for (std::size_t at = 0; (at = text.find("&amp;", at)) != std::string::npos; ++at) text.replace(at, 5, "&");
    }
    const auto found = addresses_in(text, 1);
    if (found.empty()) return reject(path, "holds no address");
    add_address(found[0], context.facts);
  }

  // A list of addresses, or a message that somebody copied.
  void plain_text(const fs::path& path, const std::string& text, const Context& context) {
    std::vector<std::pair<int, std::string>> lines;
    int number = 0;
    for (const std::string& line : split(text, '\n')) {
      ++number;
      std::string_view clean = trim(line);
      if (clean.empty() || clean[0] == '#') continue;
      lines.emplace_back(number, std::string(clean));
    }
    const auto is_address = [](const std::pair<int, std::string>& line) {
      return line.second.find(' ') == std::string::npos && read_address(line.second).has_value();
    };
    const auto addresses = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), is_address));
    if (addresses > 0 && addresses * 2 >= lines.size()) {
      for (const auto& line : lines) {
        auto address = read_address(line.second.substr(0, line.second.find(" #")));
        if (address) {
          add_address(*address, context.facts);
        } else {
          result_.rejected.push_back({shown(path) + ":" + std::to_string(line.first), address.error().detail});
        }
      }
      return;
    }
    Lead lead;
    lead.key = "file:" + sha256_hex(text);
    lead.texts = context.texts;
    lead.texts.push_back(std::string(clip_utf8(collapse_space(text), 256 << 10)));
    lead.facts = context.facts;
    message(std::move(lead), addresses_in(text, kMaxAddressesOfText), path, context);
  }

  // A text with addresses: the first one is the message's own, the others are leads beside it.
  void message(Lead lead, std::vector<ReadAddress> addresses, const fs::path& path, const Context& context) {
    if (!context.url.empty()) {
      if (auto given = read_address(context.url)) {
        std::erase_if(addresses, [&](const ReadAddress& a) { return a.canonical == given->canonical; });
        addresses.insert(addresses.begin(), std::move(*given));
      } else {
        reject(path, given.error().detail);
      }
    }
    lead.file_kind = lead.file_kind.empty() ? "text" : lead.file_kind;
    if (!addresses.empty()) {
      lead.url = addresses[0].url;
      lead.key = addresses[0].canonical;
    }
    const AdFacts facts = lead.facts;
    result_.leads.push_back(std::move(lead));
    for (std::size_t i = 1; i < addresses.size(); ++i) add_address(addresses[i], facts);
  }

  void mail(const fs::path& path, const std::string& bytes, const Context& context) {
    auto mail = parse_mail(bytes);
    if (!mail) return reject(path, "is no readable mail");
    const std::string digest = sha256_hex(bytes);
    const std::string archived = mail->archived_url;
    if (!archived.empty() && archive(path, *mail, digest, context)) return;

    Lead lead;
    lead.key = "file:" + digest;
    lead.file_kind = "mail";
    lead.facts = context.facts;
    lead.texts = context.texts;
    if (!lead.facts.reference)
      lead.facts.reference = "mail:" + (mail->message_id.empty() ? digest.substr(0, 16) : mail->message_id);
    if (!lead.facts.received && !mail->date.empty()) lead.facts.received = mail->date;
    if (!mail->subject.empty()) lead.texts.push_back(std::string(clip_utf8(mail->subject, 4096)));
    std::vector<ReadAddress> addresses;
    std::set<std::string> seen;
    const auto note = [&](std::vector<ReadAddress> found) {
      for (ReadAddress& address : found) {
        if (addresses.size() < kMaxAddressesOfText && seen.insert(address.canonical).second)
          addresses.push_back(std::move(address));
      }
    };
    const bool has_html = std::any_of(mail->parts.begin(), mail->parts.end(),
                                      [](const MailPart& p) { return p.type == "text/html" && !p.attachment; });
    std::vector<Lead> attached;
    for (MailPart& part : mail->parts) {
      if (part.type == "text/plain") {
        note(addresses_in(part.content, kMaxAddressesOfText));
        // With an HTML body beside it the plain one says the same again.
        if (!has_html || part.attachment)
          lead.texts.push_back(std::string(clip_utf8(collapse_space(part.content), 256 << 10)));
        continue;
      }
      if (part.type == "text/html" && !part.attachment) {
        const ExtractedPage page = extract_page(part.content, "text/html; charset=utf-8", "http://mail.invalid/");
        std::string body;
        for (const TextBlock& block : page.texts) {
          if (block.role == TextRole::hidden || block.role == TextRole::title) continue;
          body += (body.empty() ? "" : "\n") + block.text;
        }
        if (!body.empty()) lead.texts.push_back(std::string(clip_utf8(body, 256 << 10)));
        for (const Link& link : page.links) {
          if (link.url.find("//mail.invalid/") == std::string::npos) {
            if (auto address = read_address(link.url)) note({std::move(*address)});
          }
        }
        note(addresses_in(body, kMaxAddressesOfText));
        continue;
      }
      const FileKind kind = sniff_file(std::string_view(part.content).substr(0, 64 << 10));
      const std::string name = part.name.empty() ? "attachment " + std::to_string(attached.size() + 1) : part.name;
      const bool medium = kind == FileKind::picture || kind == FileKind::video || kind == FileKind::audio;
      if (!medium && kind != FileKind::html) {
        if (part.attachment)
          result_.rejected.push_back({shown(path) + " > " + name, "is of no kind that can be looked at"});
        continue;
      }
      if (part.content.size() > kMaxAttachmentBytes || attached.size() >= kMaxAttachments) {
        result_.rejected.push_back({shown(path) + " > " + name, "is too large, or one of too many attachments"});
        continue;
      }
      Lead inside;
      inside.key = "file:" + sha256_hex(part.content);
      inside.file_kind = std::string(text(kind));
      inside.inline_bytes = std::move(part.content);
      inside.facts = lead.facts;
      attached.push_back(std::move(inside));
    }
    std::erase_if(lead.texts, [](const std::string& text) { return text.empty(); });
    message(std::move(lead), std::move(addresses), path, context);
    for (Lead& inside : attached) result_.leads.push_back(std::move(inside));
  }

  // A web archive: its page is looked at under its own address, which stands in front as a <base>.
  bool archive(const fs::path& path, Mail& mail, const std::string& digest, const Context& context) {
    const auto page = std::find_if(mail.parts.begin(), mail.parts.end(),
                                   [](const MailPart& part) { return part.type == "text/html"; });
    const auto address = read_address(mail.archived_url);
    if (page == mail.parts.end() || !address) return false;
    Lead lead;
    lead.key = "file:" + digest;
    lead.file = path.string();
    lead.file_kind = "html";
    lead.inline_bytes = "<base href=\"" + escape_html(address->url) + "\"><meta charset=\"utf-8\">" + page->content;
    lead.facts = context.facts;
    lead.texts = context.texts;
    result_.leads.push_back(std::move(lead));
    add_address(*address, context.facts);
    return true;
  }

  fs::path root_;
  SourceLeads result_;
};

}  // namespace

Result<SourceLeads> read_submission_source(const SourceSettings& settings) {
  return Inbox(settings.path.lexically_normal()).read();
}

}  // namespace pantau::crawler
