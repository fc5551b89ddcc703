#pragma once
// Strict reading of operator-written YAML: every complaint names file, line and what to write instead, and an unknown
// key is an error with the nearest known key named. A Document keeps its file name and source positions; a Node is a
// cheap handle into it and must not outlive it. One thread at a time. `${NAME}` in scalars is taken from the
// environment; an unset variable is an error.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace pantau::yaml {

class Node;

class Document {
 public:
  // Refuses files over 16 MiB and nesting over 50.
  static Result<Document> load(const std::filesystem::path& file);
  static Result<Document> parse(std::string text, std::string name);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  Node root() const;
  const std::string& name() const;                     // as given, for messages
  const std::vector<std::string>& complaints() const;  // every mistake found so far, each with file and line
  std::filesystem::path folder() const;                // what relative paths are relative to
  void set_folder(std::filesystem::path folder);

 private:
  struct State;
  explicit Document(std::shared_ptr<State>);
  std::shared_ptr<State> state_;
  friend class Node;
};

// Readers collect errors in the document and return the fallback, so that one run lists every mistake:
// call `document_errors()` at the end.
class Node {
 public:
  bool exists() const;
  bool is_null() const;
  bool is_scalar() const;
  bool is_list() const;
  bool is_map() const;
  int line() const;           // 1-based
  std::string where() const;  // "pantau.yaml:12"

  Node operator[](const char* key) const;                     // a missing key gives a node with exists() == false
  std::vector<Node> items() const;                            // of a list; a single scalar counts as a list of one
  std::vector<std::pair<std::string, Node>> entries() const;  // of a map, in file order

  std::string text(std::string fallback = {}) const;
  std::optional<std::string> optional_text() const;
  std::int64_t integer(std::int64_t fallback, std::int64_t minimum, std::int64_t maximum) const;
  double number(double fallback, double minimum, double maximum) const;
  bool boolean(bool fallback) const;
  std::vector<std::string> texts() const;  // a list of scalars, or one scalar
  std::filesystem::path path() const;      // relative to the document's folder; "~/" is the home folder

  // Every key of this map must be among `known`; anything but a map (and nothing at all) is a mistake too.
  void allow_only(const std::vector<std::string>& known) const;
  // Records "<file>:<line>: message".
  void complain(const std::string& message) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  friend class Document;
};

// All complaints so far, one a line, as a tell_operator error; success when there are none.
Result<void> document_errors(const Document& document);

}  // namespace pantau::yaml
