#include "matchers/signal.h"

#include <array>
#include <utility>

namespace pantau::matchers {
namespace {

constexpr std::array<std::pair<SignalType, std::string_view>, 16> kTypes = {{
    {SignalType::name, "name"},
    {SignalType::brand, "brand"},
    {SignalType::lure, "lure"},
    {SignalType::domain, "domain"},
    {SignalType::face, "face"},
    {SignalType::logo, "logo"},
    {SignalType::media_hash, "media-hash"},
    {SignalType::revoiced, "revoiced"},
    {SignalType::ai_metadata, "ai-metadata"},
    {SignalType::form, "form"},
    {SignalType::app_download, "app-download"},
    {SignalType::cloaking, "cloaking"},
    {SignalType::official, "official"},
    {SignalType::context, "context"},
    {SignalType::undecodable, "undecodable"},
    {SignalType::indicator, "indicator"},
}};

constexpr std::array<std::pair<Where, std::string_view>, 13> kPlaces = {{
    {Where::page, "page"},
    {Where::ad_text, "ad-text"},
    {Where::ocr, "ocr"},
    {Where::caption, "caption"},
    {Where::speech, "speech"},
    {Where::domain, "domain"},
    {Where::frame, "frame"},
    {Where::metadata, "metadata"},
    {Where::audio, "audio"},
    {Where::url, "url"},
    {Where::form, "form"},
    {Where::link, "link"},
    {Where::file, "file"},
}};

}  // namespace

std::string_view text(SignalType type) {
  for (const auto& [value, spelling] : kTypes) {
    if (value == type) return spelling;
  }
  return "indicator";
}

std::string_view text(Where where) {
  for (const auto& [value, spelling] : kPlaces) {
    if (value == where) return spelling;
  }
  return "page";
}

std::optional<SignalType> signal_type_from(std::string_view spelling) {
  for (const auto& [value, known] : kTypes) {
    if (known == spelling) return value;
  }
  return std::nullopt;
}

std::optional<Where> where_from(std::string_view spelling) {
  for (const auto& [value, known] : kPlaces) {
    if (known == spelling) return value;
  }
  return std::nullopt;
}

}  // namespace pantau::matchers
