#include "crawler/name_lookup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

namespace pantau::crawler {
namespace {

using namespace std::chrono_literals;

boost::asio::awaitable<void> find_into(std::shared_ptr<NameLookups> names, std::string host, NameAnswer& answer,
                                       int& open) {
  NameAnswer found = co_await NameLookups::find(std::move(names), std::move(host));
  answer = std::move(found);
  --open;
}

class NameLookupTest : public ::testing::Test {
 protected:
  std::vector<NameAnswer> find(const std::shared_ptr<NameLookups>& names, const std::vector<std::string>& hosts) {
    std::vector<NameAnswer> answers(hosts.size());
    int open = static_cast<int>(hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      boost::asio::co_spawn(context_, find_into(names, hosts[i], answers[i], open), boost::asio::detached);
    }
    context_.restart();
    for (int i = 0; i < 200 && open > 0; ++i) context_.run_one_for(50ms);
    EXPECT_EQ(open, 0);
    return answers;
  }

  boost::asio::io_context context_{1};
};

TEST_F(NameLookupTest, OneLookUpServesAllWhoAskAndIsKept) {
  auto asked = std::make_shared<std::atomic<int>>(0);
  auto names = NameLookups::create(context_.get_executor(), [asked](const std::string& host) {
    ++*asked;
    std::this_thread::sleep_for(20ms);
    NameAnswer answer;
    if (host == "none.example") {
      answer.failure = "no such name";
    } else {
      answer.addresses.push_back(boost::asio::ip::make_address("192.0.2.7"));
    }
    return answer;
  });
  const auto answers = find(names, {"a.example", "a.example", "none.example"});
  ASSERT_EQ(answers[1].addresses.size(), 1u);
  EXPECT_EQ(answers[1].addresses[0].to_string(), "192.0.2.7");
  EXPECT_EQ(answers[2].failure, "no such name");
  EXPECT_EQ(*asked, 2);
  find(names, {"a.example", "none.example"});
  EXPECT_EQ(*asked, 3) << "failures are asked again";
}

TEST_F(NameLookupTest, AResolverThatHangsDelaysNobodysStop) {
  auto release = std::make_shared<std::atomic<bool>>(false);
  auto names = NameLookups::create(context_.get_executor(), [release](const std::string&) {
    while (!*release) std::this_thread::sleep_for(5ms);
    return NameAnswer();
  });
  NameAnswer answer;
  int open = 1;
  boost::asio::co_spawn(context_, find_into(names, "slow.example", answer, open), boost::asio::detached);
  for (int i = 0; i < 3; ++i) context_.run_one_for(20ms);
  EXPECT_EQ(open, 1);
  const auto before = std::chrono::steady_clock::now();
  names->stop();
  for (int i = 0; i < 40 && open > 0; ++i) context_.run_one_for(50ms);
  names.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
  EXPECT_EQ(open, 0);
  EXPECT_EQ(answer.failure, "interrupted");
  *release = true;  // the thread ends by itself
}

TEST_F(NameLookupTest, TheSystemResolverKnowsLocalhost) {
  EXPECT_FALSE(resolve_name("localhost").addresses.empty());
  EXPECT_NE(resolve_name("nowhere.invalid").failure, "");
}

}  // namespace
}  // namespace pantau::crawler
