#pragma once
// What tests of the fetcher share: a fetcher whose names all lead to one test server on loopback, without waits for
// politeness, and a loop that runs until fetches have ended.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "crawler/fetcher.h"
#include "tests/support/deflate.h"
#include "tests/support/test_server.h"

namespace pantau::crawler {

using test::gzip;

// A named coroutine with values as parameters; the results are the caller's and outlive it.
inline boost::asio::awaitable<void> fetch_into(Fetcher& fetcher, FetchRequest request, FetchResult& result, int& open) {
  result = co_await fetcher.fetch(std::move(request));
  --open;
}

// A fetcher whose names all lead to one test server.
class FetcherTest : public ::testing::Test {
 protected:
  void serve(test::TestServer::Handler handler) { server_ = std::make_unique<test::TestServer>(std::move(handler)); }

  FetcherSettings settings() const {
    FetcherSettings made;
    made.user_agent = "Pantau-Test/1.0 (+https://example.org/bot)";
    made.per_host_delay = std::chrono::milliseconds(0);
    made.busy_first_wait = std::chrono::milliseconds(20);
    made.network_first_wait = std::chrono::milliseconds(10);
    made.connect_to = {"::127.0.0.1:" + std::to_string(server_->port())};
    made.allow_private_addresses = {"127.0.0.1/32"};
    return made;
  }

  Fetcher& fetcher(FetcherSettings made) {
    auto created = Fetcher::create(context_.get_executor(), std::move(made));
    EXPECT_TRUE(created) << (created ? "" : created.error().detail);
    fetcher_ = std::move(*created);
    return *fetcher_;
  }

  std::vector<FetchResult> fetch_all(Fetcher& with, std::vector<FetchRequest> requests) {
    std::vector<FetchResult> results(requests.size());
    int open = static_cast<int>(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      boost::asio::co_spawn(context_, fetch_into(with, requests[i], results[i], open), boost::asio::detached);
    }
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    context_.restart();
    while (open > 0 && std::chrono::steady_clock::now() < give_up) context_.run_one_for(std::chrono::milliseconds(100));
    EXPECT_EQ(open, 0) << "a fetch did not end";
    return results;
  }

  void run_for(std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) context_.run_one_for(std::chrono::milliseconds(20));
  }

  FetchResult fetch(Fetcher& with, const std::string& url, FetchKind kind = FetchKind::page) {
    FetchRequest request;
    request.url = url;
    request.kind = kind;
    return fetch_all(with, {request})[0];
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<test::TestServer> server_;
  std::unique_ptr<Fetcher> fetcher_;
};

// Answers robots.txt with 404 and the rest by `handler`.
inline test::TestServer::Handler without_robots(test::TestServer::Handler handler) {
  return [handler = std::move(handler)](const test::ServerRequest& request) {
    return request.target == "/robots.txt" ? test::status(404) : handler(request);
  };
}

}  // namespace pantau::crawler
