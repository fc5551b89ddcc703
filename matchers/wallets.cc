#include "matchers/wallets.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace pantau::matchers {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::array<unsigned char, 32> sha256(const unsigned char* data, std::size_t size) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  EVP_Digest(data, size, digest.data(), &length, EVP_sha256(), nullptr);
  return digest;
}

// 25 bytes of a version byte, 20 of a hash and 4 of a checksum; the version, or -1.
int base58check_version(std::string_view text) {
  constexpr std::string_view kDigits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::array<unsigned char, 25> bytes{};
  for (char c : text) {
    std::size_t value = kDigits.find(c);
    if (value == std::string_view::npos) return -1;
    auto carry = static_cast<unsigned>(value);
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
      carry += 58u * *byte;
      *byte = static_cast<unsigned char>(carry & 0xFF);
      carry >>= 8;
    }
    if (carry != 0) return -1;
  }
  auto once = sha256(bytes.data(), 21);
  auto twice = sha256(once.data(), once.size());
  return std::equal(bytes.begin() + 21, bytes.end(), twice.begin()) ? bytes[0] : -1;
}

// BIP 173 checksum; 1 for bech32, 0x2bc830a3 for bech32m (BIP 350).
bool is_bech32(std::string_view text) {
  if (text.size() < 14 || text.size() > 90) return false;
  bool lower = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  bool upper = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (lower && upper) return false;
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (!folded.starts_with("bc1")) return false;
  constexpr std::string_view kDigits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  std::uint32_t sum = 1;
  auto step = [&sum](std::uint32_t value) {
    static constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                                0x2a1462b3};
    std::uint32_t top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (std::size_t i = 0; i < 5; ++i) sum ^= ((top >> i) & 1) ? kGenerator[i] : 0;
  };
  for (char c : {'b', 'c'}) step(static_cast<std::uint32_t>(c) >> 5);
  step(0);
  for (char c : {'b', 'c'}) step(static_cast<std::uint32_t>(c) & 31);
  for (char c : std::string_view(folded).substr(3)) {
    std::size_t value = kDigits.find(c);
    if (value == std::string_view::npos) return false;
    step(static_cast<std::uint32_t>(value));
  }
  return sum == 1 || sum == 0x2bc830a3;
}

// Keccak-256 as Ethereum uses it (the padding of the submission, not of FIPS 202).
std::array<unsigned char, 32> keccak256(std::string_view data) {
  static constexpr std::array<std::uint64_t, 24> kRounds = {
      0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
      0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
      0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
      0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
      0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
  static constexpr std::array<unsigned, 24> kRotations = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                                          27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
  static constexpr std::array<std::size_t, 24> kLanes = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                                         15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
  constexpr std::size_t kRate = 136;
  std::array<std::uint64_t, 25> state{};
  auto rotate = [](std::uint64_t x, unsigned n) { return (x << n) | (x >> (64 - n)); };
  auto permute = [&] {
    for (std::uint64_t round : kRounds) {
      std::array<std::uint64_t, 5> column{};
      for (std::size_t x = 0; x < 5; ++x)
        column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
      for (std::size_t x = 0; x < 5; ++x) {
        std::uint64_t mix = column[(x + 4) % 5] ^ rotate(column[(x + 1) % 5], 1);
        for (std::size_t y = 0; y < 25; y += 5) state[y + x] ^= mix;
      }
      std::uint64_t moving = state[1];
      for (std::size_t i = 0; i < 24; ++i) {
        std::uint64_t kept = state[kLanes[i]];
        state[kLanes[i]] = rotate(moving, kRotations[i]);
        moving = kept;
      }
      for (std::size_t y = 0; y < 25; y += 5) {
        std::array<std::uint64_t, 5> row{};
        for (std::size_t x = 0; x < 5; ++x) row[x] = state[y + x];
        for (std::size_t x = 0; x < 5; ++x) state[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
      }
      state[0] ^= round;
    }
  };
  std::string padded(data);
  padded.push_back('\x01');
  padded.resize((padded.size() + kRate - 1) / kRate * kRate, '\0');
  padded.back() = static_cast<char>(padded.back() | '\x80');
  for (std::size_t block = 0; block < padded.size(); block += kRate) {
    for (std::size_t i = 0; i < kRate; ++i) {
      state[i / 8] ^= static_cast<std::uint64_t>(static_cast<unsigned char>(padded[block + i])) << (8 * (i % 8));
    }
    permute();
  }
  std::array<unsigned char, 32> digest{};
  for (std::size_t i = 0; i < 32; ++i) digest[i] = static_cast<unsigned char>(state[i / 8] >> (8 * (i % 8)));
  return digest;
}

bool is_ethereum(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x")) return false;
  std::string_view digits = text.substr(2);
  bool lower = false, upper = false;
  std::string folded;
  for (char c : digits) {
    bool number = c >= '0' && c <= '9', small = c >= 'a' && c <= 'f', large = c >= 'A' && c <= 'F';
    if (!number && !small && !large) return false;
    lower = lower || small;
    upper = upper || large;
    folded.push_back(large ? static_cast<char>(c + 32) : c);
  }
  if (!(lower && upper)) return lower || upper;  // without mixed case there is no checksum to check (EIP-55)
  auto digest = keccak256(folded);
  for (std::size_t i = 0; i < 40; ++i) {
    unsigned nibble = i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15;
    bool large = digits[i] >= 'A' && digits[i] <= 'F', small = digits[i] >= 'a' && digits[i] <= 'f';
    if ((large && nibble < 8) || (small && nibble >= 8)) return false;
  }
  return true;
}

}  // namespace

WalletKind wallet_kind(std::string_view address) {
  if (is_ethereum(address)) return WalletKind::ethereum;
  if (is_bech32(address)) return WalletKind::bitcoin;
  if (address.size() >= 26 && address.size() <= 35) {
    int version = base58check_version(address);
    if (version == 0x41 && address.size() == 34) return WalletKind::tron;
    if (version == 0x00 || version == 0x05) return WalletKind::bitcoin;
  }
  return WalletKind::none;
}

std::vector<std::string> wallets_in(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_alnum(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_alnum(text[end])) ++end;
    std::string_view word = text.substr(i, end - i);
    if (word.size() >= 26 && word.size() <= 90 && wallet_kind(word) != WalletKind::none &&
        std::find(found.begin(), found.end(), word) == found.end()) {
      found.emplace_back(word);
    }
    i = end;
  }
  return found;
}

}  // namespace pantau::matchers
