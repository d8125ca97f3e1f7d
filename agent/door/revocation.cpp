#include "agent/door/revocation.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace mcpm::door {

namespace {

constexpr std::string_view token_prefix = "token:";

/// `||` waits for the first that succeeds; a stream that failed has ended all the same.
Task<> run_to_end(Task<> work, std::exception_ptr& problem) {
    try {
        co_await std::move(work);
    } catch (...) {
        problem = std::current_exception();
    }
}

template <typename Connection>
Task<> run_until_over(access::TokenBook& tokens, std::string name, std::function<Task<>(Connection&)> run,
                      Connection& connection) {
    using namespace asio::experimental::awaitable_operators;
    std::exception_ptr problem;
    auto running = run_to_end(run(connection), problem);
    auto over = tokens.until_over(name);
    const auto first = co_await (std::move(running) || std::move(over));
    if (first.index() == 1) throw std::runtime_error("the token it was asked with is no longer valid");
    if (problem) std::rethrow_exception(problem);
}

template <typename Connection>
void cut(access::TokenBook& tokens, const std::string& name, std::function<Task<>(Connection&)>& run) {
    if (!run) return;
    run = [&tokens, name, inner = std::move(run)](Connection& connection) {
        return run_until_over<Connection>(tokens, name, inner, connection);
    };
}

}  // namespace

http::Response until_revoked(access::TokenBook& tokens, std::string_view principal, http::Response response) {
    if (!principal.starts_with(token_prefix)) return response;
    const std::string name(principal.substr(token_prefix.size()));
    cut(tokens, name, response.stream);
    cut(tokens, name, response.upgrade);
    return response;
}

}  // namespace mcpm::door
