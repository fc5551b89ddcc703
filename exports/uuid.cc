#include "exports/uuid.h"

#include <openssl/evp.h>

#include <array>

#include "base/digest.h"

namespace pantau::exports {
namespace {

int value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string bytes_of(std::string_view uuid) {
  std::string bytes;
  int high = -1;
  for (const char c : uuid) {
    const int value = value_of(c);
    if (value < 0) continue;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<char>(high << 4 | value));
      high = -1;
    }
  }
  bytes.resize(16, '\0');
  return bytes;
}

}  // namespace

std::string uuid5(std::string_view space, std::string_view name) {
  const std::string text = bytes_of(space) + std::string(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0f) | 0x50);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3f) | 0x80);
  std::string out = hex({reinterpret_cast<const char*>(digest.data()), 16});
  for (const std::size_t at : {8u, 13u, 18u, 23u}) out.insert(at, 1, '-');
  return out;
}

std::string pantau_uuid(std::string_view name) {
  return uuid5(kPantauSpace, name);
}

}  // namespace pantau::exports
