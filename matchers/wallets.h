#pragma once
// Addresses of crypto currencies with a valid checksum: Bitcoin (Base58Check; BIP 173 and BIP 350), Ethereum (EIP-55
// when mixed case), TRON (Base58Check). Pure; any thread.
#include <string>
#include <string_view>
#include <vector>

namespace pantau::matchers {

enum class WalletKind { none, bitcoin, ethereum, tron };
WalletKind wallet_kind(std::string_view address);

// As written, in order, without repeats.
std::vector<std::string> wallets_in(std::string_view text);

}  // namespace pantau::matchers
