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
Task<> run_until_over(std::function<Task<>()> credential, std::function<Task<>(Connection&)> run,
                      Connection& connection) {
    using namespace asio::experimental::awaitable_operators;
    std::exception_ptr problem;
    auto running = run_to_end(run(connection), problem);
    auto over = credential();
    const auto first = co_await (std::move(running) || std::move(over));
    if (first.index() == 1) throw std::runtime_error("what it was asked with is no longer valid");
    if (problem) std::rethrow_exception(problem);
}

template <typename Connection>
void cut(const std::function<Task<>()>& over, std::function<Task<>(Connection&)>& run) {
    if (!run) return;
    run = [over, inner = std::move(run)](Connection& connection) {
        return run_until_over<Connection>(over, inner, connection);
    };
}

}  // namespace

std::function<Task<>()> end_of_credential(access::TokenBook& tokens, access::SignIns& sign_ins,
                                          const http::Request& request) {
    if (!request.session.empty())
        return [&sign_ins, id = request.session] { return sign_ins.until_over(id); };
    if (!request.principal.starts_with(token_prefix)) return {};
    return
        [&tokens, name = request.principal.substr(token_prefix.size())] { return tokens.until_over(name); };
}

void end_with_credential(access::TokenBook& tokens, access::SignIns& sign_ins, const http::Request& request,
                         http::Response& response) {
    if (!response.stream && !response.upgrade) return;
    const auto over = end_of_credential(tokens, sign_ins, request);
    if (!over) return;
    cut(over, response.stream);
    cut(over, response.upgrade);
}

}  // namespace mcpm::door
