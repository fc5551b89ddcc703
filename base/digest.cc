#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <mutex>

#include "base/time.h"

namespace pantau {
namespace {

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr);
  return std::string(reinterpret_cast<const char*>(out), size);
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish_hex() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, out, &size);
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
  return hex({reinterpret_cast<const char*>(out), size});
}

std::string sha256_hex(std::string_view bytes) {
  return hex(digest(EVP_sha256(), bytes));
}
std::string md5_hex(std::string_view bytes) {
  return hex(digest(EVP_md5(), bytes));
}

std::string sha1_base32(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const std::string raw = digest(EVP_sha1(), bytes);
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : raw) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 5) {
      out.push_back(kAlphabet[(buffer >> (bits - 5)) & 31]);
      bits -= 5;
    }
  }
  return out;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string new_ulid() {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static std::mutex mutex;
  static std::int64_t last_time = 0;
  static std::array<unsigned char, 10> random{};
  const std::lock_guard lock(mutex);
  const std::int64_t now = utc_now().time_since_epoch().count();
  if (now > last_time) {
    last_time = now;
    RAND_bytes(random.data(), static_cast<int>(random.size()));
    random[0] &= 0x7f;  // room to count up within one millisecond
  } else {
    for (std::size_t i = random.size(); i-- > 0;) {
      if (++random[i] != 0) break;
    }
  }
  std::array<unsigned char, 16> all{};
  for (int i = 0; i < 6; ++i) all[i] = static_cast<unsigned char>(last_time >> (40 - 8 * i));
  for (int i = 0; i < 10; ++i) all[6 + i] = random[i];
  std::string out(26, '0');
  // 128 bits in 26 characters: the first character carries 3 bits.
  __extension__ using Wide = unsigned __int128;
  Wide value = 0;
  for (const unsigned char byte : all) value = (value << 8) | byte;
  for (int i = 25; i >= 0; --i) {
    out[i] = kAlphabet[static_cast<unsigned>(value & 31)];
    value >>= 5;
  }
  return out;
}

std::string new_uuid() {
  std::array<unsigned char, 16> raw{};
  RAND_bytes(raw.data(), static_cast<int>(raw.size()));
  raw[6] = static_cast<unsigned char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<unsigned char>((raw[8] & 0x3f) | 0x80);
  const std::string h = hex({reinterpret_cast<const char*>(raw.data()), raw.size()});
  return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" + h.substr(20);
}

}  // namespace pantau
