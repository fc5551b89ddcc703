#include "crawler/html/tree.h"

#include <gumbo.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>

#include "base/text.h"
#include "crawler/html/data_address.h"
#include "crawler/html/nesting.h"

namespace pantau::crawler::html {

// Memory of the Gumbo trees of one page: bump allocation, freed all at once. That spares gumbo_destroy_output(), which
// is recursive, and bounds what a page can cost: when the limit is reached the allocator leaves the parser by longjmp
// (Gumbo 0.10 does not check for null), which only skips C frames.
class Arena {
 public:
  explicit Arena(std::size_t limit) : limit_(limit) {}
  ~Arena() { clear(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void clear() {
    for (void* block : blocks_) std::free(block);
    blocks_.clear();
    used_ = 0;
    next_ = end_ = nullptr;
    block_size_ = kFirstBlock;
  }

  // Null when the limit is reached.
  void* allocate(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (size > static_cast<std::size_t>(end_ - next_)) {
      const std::size_t wanted = std::max(size, block_size_);
      if (used_ + wanted > limit_) return nullptr;
      void* block = std::malloc(wanted);
      if (block == nullptr) return nullptr;
      blocks_.push_back(block);
      used_ += wanted;
      if (wanted > block_size_) return block;  // a large piece has its own block, the current one stays
      block_size_ = std::min(block_size_ * 2, kLargestBlock);
      next_ = static_cast<char*>(block);
      end_ = next_ + wanted;
    }
    void* piece = next_;
    next_ += size;
    return piece;
  }

  std::jmp_buf out_of_memory;

 private:
  static constexpr std::size_t kFirstBlock = 64 << 10, kLargestBlock = 4 << 20;
  std::size_t limit_, used_ = 0, block_size_ = kFirstBlock;
  std::vector<void*> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

namespace {

constexpr std::size_t kArenaLimit = std::size_t{384} << 20;
constexpr std::size_t kMaxNodes = 600'000;
constexpr int kMaxSourceDocuments = 20, kMaxSourceDocumentDepth = 2;

extern "C" void* allocate_in_arena(void* arena, std::size_t size) {
  auto* self = static_cast<Arena*>(arena);
  void* piece = self->allocate(size);
  if (piece == nullptr) std::longjmp(self->out_of_memory, 1);
  return piece;
}

extern "C" void leave_in_arena(void*, void*) {}

// No C++ object lives in this frame: longjmp may leave it.
GumboOutput* parse_guarded(Arena* arena, const char* text, std::size_t size) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate_in_arena;
  options.deallocator = leave_in_arena;
  options.userdata = arena;
  options.max_errors = 0;
  if (setjmp(arena->out_of_memory) != 0) return nullptr;
  return gumbo_parse_with_options(&options, text, size);
}

}  // namespace

struct Tree::Builder {
  Tree& tree;
  int max_depth;
  int source_documents = 0;

  std::string_view keep(std::string text) { return tree.kept_.emplace_back(std::move(text)); }

  std::string_view name_of(const GumboElement& element) {
    if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
    GumboStringPiece piece = element.original_tag;
    gumbo_tag_from_original_text(&piece);
    const std::string_view raw(piece.data, piece.length);
    const std::string lower = to_lower_ascii(raw.substr(0, 64));
    return lower.empty() ? std::string_view("unknown") : keep(lower);
  }

  // The root element, or null when even the beginning of the document does not fit.
  const GumboNode* read(std::string_view html, bool whole_arena) {
    if (html.size() > 0xfffffff0u) html = html.substr(0, 0xfffffff0u);
    for (const std::size_t part : {html.size(), std::size_t{512} << 10, std::size_t{64} << 10, std::size_t{8} << 10}) {
      if (part > html.size() && part != html.size()) continue;
      const std::string_view beginning = clip_utf8(html, part);
      if (part != html.size()) tree.truncated_ = true;
      if (const GumboOutput* output = parse_guarded(tree.arena_.get(), beginning.data(), beginning.size())) {
        return output->root;
      }
      tree.truncated_ = true;
      if (!whole_arena) return nullptr;
      tree.arena_->clear();
    }
    return nullptr;
  }

  std::uint32_t add_element(const GumboElement& element, std::int32_t parent) {
    Node node;
    node.name = name_of(element);
    node.parent = parent;
    node.first_attribute = static_cast<std::uint32_t>(tree.attributes_.size());
    const unsigned count = std::min(element.attributes.length, 200u);
    for (unsigned i = 0; i < count; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      tree.attributes_.push_back({attribute->name, attribute->value});
    }
    node.attribute_count = count;
    tree.nodes_.push_back(node);
    return static_cast<std::uint32_t>(tree.nodes_.size() - 1);
  }

  void append(const GumboNode* root, std::int32_t parent, int document_depth) {
    struct Open {
      const GumboVector* children;
      unsigned next;
      std::uint32_t node;
    };
    std::vector<Open> open;
    const auto enter = [&](const GumboNode* node, std::int32_t above) {
      const std::uint32_t index = add_element(node->v.element, above);
      if (tree.nodes_[index].name == "iframe" && document_depth < kMaxSourceDocumentDepth &&
          source_documents < kMaxSourceDocuments) {
        const std::string_view source = tree.attribute(index, "srcdoc");
        if (!source.empty()) {
          ++source_documents;
          append_document(source, static_cast<std::int32_t>(index), document_depth + 1);
        } else if (auto carried = data_document(tree.attribute(index, "src"))) {
          ++source_documents;
          append_document(keep(std::move(*carried)), static_cast<std::int32_t>(index), document_depth + 1);
        }
      }
      open.push_back({&node->v.element.children, 0, index});
    };
    enter(root, parent);
    while (!open.empty()) {
      Open& top = open.back();
      if (top.next >= top.children->length || tree.nodes_.size() >= kMaxNodes) {
        if (tree.nodes_.size() >= kMaxNodes) tree.truncated_ = true;
        tree.nodes_[top.node].end = static_cast<std::uint32_t>(tree.nodes_.size());
        open.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(top.children->data[top.next++]);
      const auto above = static_cast<std::int32_t>(top.node);
      switch (child->type) {
        case GUMBO_NODE_TEXT:
        case GUMBO_NODE_CDATA:
        case GUMBO_NODE_WHITESPACE: {
          // An iframe's own content is a fallback for browsers of the last century.
          if (tree.nodes_[top.node].name == "iframe") break;
          Node node;
          node.text = child->v.text.text;
          node.parent = above;
          node.end = static_cast<std::uint32_t>(tree.nodes_.size() + 1);
          tree.nodes_.push_back(node);
          break;
        }
        case GUMBO_NODE_TEMPLATE: {
          const GumboVector& attributes = child->v.element.attributes;
          if (gumbo_get_attribute(&attributes, "shadowrootmode") == nullptr &&
              gumbo_get_attribute(&attributes, "shadowroot") == nullptr) {
            break;
          }
          enter(child, above);
          break;
        }
        case GUMBO_NODE_ELEMENT:
          enter(child, above);
          break;
        default:
          break;
      }
    }
  }

  void append_document(std::string_view html, std::int32_t parent, int document_depth) {
    if (auto rewritten = limit_nesting(html, max_depth)) html = keep(std::move(*rewritten));
    if (const GumboNode* root = read(html, parent < 0)) append(root, parent, document_depth);
  }
};

Tree::Tree() : arena_(std::make_unique<Arena>(kArenaLimit)) {}
Tree::~Tree() = default;

void Tree::parse(std::string_view html, int max_depth) {
  nodes_.clear();
  attributes_.clear();
  kept_.clear();
  arena_->clear();
  truncated_ = false;
  Builder builder{*this, max_depth};
  builder.append_document(builder.keep(std::string(html)), -1, 0);
}

std::string_view Tree::attribute(std::size_t node, std::string_view name) const {
  for (const Attribute* a = attributes_begin(node); a != attributes_end(node); ++a) {
    if (a->name == name) return a->value;
  }
  return {};
}

bool Tree::has_attribute(std::size_t node, std::string_view name) const {
  for (const Attribute* a = attributes_begin(node); a != attributes_end(node); ++a) {
    if (a->name == name) return true;
  }
  return false;
}

std::string Tree::text_content(std::size_t node) const {
  std::string out;
  for (std::size_t i = node; i < nodes_[node].end; ++i) out.append(nodes_[i].text);
  return out;
}

std::int32_t Tree::ancestor_named(std::size_t node, std::string_view name) const {
  for (std::int32_t i = nodes_[node].parent; i >= 0; i = nodes_[static_cast<std::size_t>(i)].parent) {
    if (nodes_[static_cast<std::size_t>(i)].name == name) return i;
  }
  return -1;
}

}  // namespace pantau::crawler::html
