#pragma once
// Message digests (OpenSSL EVP) and the text forms of bytes. Each object belongs to one thread.
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace pantau {

// Streaming SHA-256 (FIPS 180-4).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // 64 lower-case hex digits; the object starts over afterwards.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
std::string sha1_base32(std::string_view bytes);  // the form WARC digests are usually written in (RFC 4648 base 32)
std::string md5_hex(std::string_view bytes);      // only to look up lists that others keep in MD5

std::string hex(std::string_view bytes);

// A new time-ordered identifier of 26 Crockford base-32 characters (ULID specification), unique in this process.
std::string new_ulid();
// A random version-4 UUID (RFC 9562), lower case.
std::string new_uuid();

}  // namespace pantau
