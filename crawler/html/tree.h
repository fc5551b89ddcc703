#pragma once
// One HTML document as a flat array of nodes in document order, made by Gumbo. Flat, because every later pass is then a
// plain loop that hostile nesting cannot drive into recursion: the descendants of node i are exactly i+1 .. end(i)-1.
//
//     0 html            parent -1, end 6
//     1   body          parent 0,  end 6
//     2     p           parent 1,  end 5
//     3       "May"     parent 2,  end 4
//     4       b ...     parent 2,  end 5
//
// Comments and the content of <template> are left out, except declarative shadow roots, which browsers show; documents
// in srcdoc and in data: addresses stand below their <iframe>. A Tree belongs to one thread; views into it live as long
// as it does.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler::html {

struct Attribute {
  std::string_view name;  // lower case
  std::string_view value;
};

struct Node {
  std::string_view name;  // lower-case element name; empty for text
  std::string_view text;  // of text nodes
  std::int32_t parent = -1;
  std::uint32_t end = 0;  // one past the last descendant
  std::uint32_t first_attribute = 0, attribute_count = 0;
  bool is_text() const { return name.empty(); }
};

class Arena;

class Tree {
 public:
  Tree();
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // `html` is UTF-8. Elements nested deeper than max_depth lose their tags but keep their content, as browsers do. When
  // a document would need too much memory, only its beginning is read (truncated()).
  void parse(std::string_view html, int max_depth);

  std::size_t size() const { return nodes_.size(); }
  const Node& operator[](std::size_t index) const { return nodes_[index]; }
  bool truncated() const { return truncated_; }

  // The value of an attribute; empty when absent.
  std::string_view attribute(std::size_t node, std::string_view name) const;
  bool has_attribute(std::size_t node, std::string_view name) const;
  const Attribute* attributes_begin(std::size_t node) const {
    return attributes_.data() + nodes_[node].first_attribute;
  }
  const Attribute* attributes_end(std::size_t node) const {
    return attributes_begin(node) + nodes_[node].attribute_count;
  }
  // All text below a node, joined as it stands.
  std::string text_content(std::size_t node) const;
  // Whether `ancestor` is `node` or above it.
  bool contains(std::size_t ancestor, std::size_t node) const {
    return node >= ancestor && node < nodes_[ancestor].end;
  }
  // The nearest element of that name above `node`, -1 when there is none.
  std::int32_t ancestor_named(std::size_t node, std::string_view name) const;

 private:
  struct Builder;
  std::unique_ptr<Arena> arena_;
  std::deque<std::string> kept_;  // documents and names that the nodes point into
  std::vector<Node> nodes_;
  std::vector<Attribute> attributes_;
  bool truncated_ = false;
};

}  // namespace pantau::crawler::html
