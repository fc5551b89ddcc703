#include "crawler/warc.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/warc_text.h"

namespace pantau::crawler {
namespace {

constexpr const char* kSameBytes = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
constexpr const char* kNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

std::string bracketed(const std::string& id) {
  return "<" + id + ">";
}

std::string labelled(const std::string& sha256) {
  return "sha256:" + sha256;
}

// What every record of an exchange begins with.
WarcFields fields_of(const char* type, const std::string& id, const Exchange& exchange, const std::string& info_id) {
  return {{"WARC-Type", type},
          {"WARC-Record-ID", bracketed(id)},
          {"WARC-Date", format_utc_milliseconds(exchange.started)},
          {"WARC-Target-URI", target_uri(exchange.url)},
          {"WARC-Warcinfo-ID", bracketed(info_id)}};
}

}  // namespace

WarcWriter::~WarcWriter() {
  if (auto closed = file_.close(); !closed) log_error(closed.error().detail);
}

Result<std::unique_ptr<WarcWriter>> WarcWriter::open(const std::string& workspace, const std::string& sweep_name,
                                                     const std::string& user_agent, std::uint64_t max_file_bytes) {
  const std::filesystem::path folder = std::filesystem::path(workspace) / "warc";
  if (auto made = make_folder(folder); !made) return made.error();
  auto recovered = WarcFile::recover(folder);
  if (!recovered) return recovered.error();
  std::unique_ptr<WarcWriter> writer(new WarcWriter(folder, sweep_name, user_agent, max_file_bytes));
  writer->recovered_ = std::move(*recovered);
  return writer;
}

Result<void> WarcWriter::append_exchange(const Exchange& exchange, const WarcOriginal* original,
                                         WarcPosition& position) {
  const std::string& info = file_.info_id();
  const std::string head = recorded_head(exchange.response_head);
  const std::string_view body = exchange.body.view();
  const bool not_modified = original != nullptr && exchange.status == 304;
  WarcFields answer = fields_of(original != nullptr ? "revisit" : "response", position.record_id, exchange, info);
  if (!exchange.remote_address.empty()) answer.emplace_back("WARC-IP-Address", exchange.remote_address);
  Result<void> done;
  if (original != nullptr) {
    answer.emplace_back("WARC-Profile", not_modified ? kNotModified : kSameBytes);
    answer.emplace_back("WARC-Refers-To", bracketed(original->record_id));
    answer.emplace_back("WARC-Refers-To-Target-URI", target_uri(original->url));
    answer.emplace_back("WARC-Refers-To-Date", original->date);
    answer.emplace_back("WARC-Block-Digest", labelled(sha256_hex(head)));
    if (!not_modified) {
      answer.emplace_back("WARC-Payload-Digest", labelled(position.payload_sha256));
      answer.emplace_back("WARC-Truncated", "length");  // the body is where Refers-To says
    }
    answer.emplace_back("Content-Type", "application/http;msgtype=response");
    done = file_.append(answer, {head}, false);
  } else {
    Sha256 block;
    block.update(head);
    block.update(body);
    answer.emplace_back("WARC-Block-Digest", labelled(block.finish_hex()));
    answer.emplace_back("WARC-Payload-Digest", labelled(position.payload_sha256));
    if (const std::string type = identified_type(body); !type.empty())
      answer.emplace_back("WARC-Identified-Payload-Type", type);
    if (!exchange.truncated.empty()) answer.emplace_back("WARC-Truncated", exchange.truncated);
    answer.emplace_back("Content-Type", "application/http;msgtype=response");
    done = file_.append(answer, {head, body}, is_compressed_already(head, body));
  }
  if (!done) return done;

  const auto concurrent = std::make_pair(std::string("WARC-Concurrent-To"), bracketed(position.record_id));
  if (!exchange.request_head.empty()) {
    const std::string request = recorded_request(exchange.request_head);
    WarcFields fields = fields_of("request", urn_of(new_uuid()), exchange, info);
    fields.push_back(concurrent);
    if (!exchange.remote_address.empty()) fields.emplace_back("WARC-IP-Address", exchange.remote_address);
    fields.emplace_back("WARC-Block-Digest", labelled(sha256_hex(request)));
    fields.emplace_back("Content-Type", "application/http;msgtype=request");
    if (done = file_.append(fields, {request}, false); !done) return done;
  }
  // Last of its exchange: recovery after a kill takes an exchange without it for unfinished.
  const std::string facts = exchange_facts(exchange);
  WarcFields metadata = fields_of("metadata", urn_of(new_uuid()), exchange, info);
  metadata.push_back(concurrent);
  metadata.emplace_back("WARC-Block-Digest", labelled(sha256_hex(facts)));
  metadata.emplace_back("Content-Type", "application/warc-fields");
  return file_.append(metadata, {facts}, false);
}

Result<WarcPosition> WarcWriter::write(const Exchange& exchange, const WarcOriginal* original) {
  if (auto begun = file_.begin_group(); !begun) return begun.error();
  WarcPosition position;
  position.file = file_.name();
  position.offset = file_.offset();
  position.record_id = urn_of(exchange.record_id.empty() ? new_uuid() : exchange.record_id);
  // With a 304 it is of the body that the server means, and there is none.
  const bool known = !exchange.payload_sha256.empty() && exchange.status != 304;
  position.payload_sha256 = known ? exchange.payload_sha256 : sha256_hex(exchange.body.view());
  if (auto done = file_.end_group(append_exchange(exchange, original, position)); !done) return done.error();
  return position;
}

Result<WarcPosition> WarcWriter::write_resource(const std::string& url, const std::string& media_type,
                                                std::string_view bytes, UtcTime when) {
  if (auto begun = file_.begin_group(); !begun) return begun.error();
  WarcPosition position;
  position.file = file_.name();
  position.offset = file_.offset();
  position.record_id = urn_of(new_uuid());
  position.payload_sha256 = sha256_hex(bytes);
  const WarcFields fields{{"WARC-Type", "resource"},
                          {"WARC-Record-ID", bracketed(position.record_id)},
                          {"WARC-Date", format_utc_milliseconds(when)},
                          {"WARC-Target-URI", target_uri(url)},
                          {"WARC-Warcinfo-ID", bracketed(file_.info_id())},
                          {"WARC-Block-Digest", labelled(position.payload_sha256)},
                          {"WARC-Payload-Digest", labelled(position.payload_sha256)},
                          {"Content-Type", media_type.empty() ? "application/octet-stream" : media_type}};
  if (auto done = file_.end_group(file_.append(fields, {bytes}, is_compressed_already({}, bytes))); !done)
    return done.error();
  return position;
}

Result<void> WarcWriter::sync() {
  return file_.sync();
}
Result<void> WarcWriter::close() {
  return file_.close();
}

}  // namespace pantau::crawler
