#include "agent/outgoing/client.hpp"

#include "agent/async/notifier.hpp"
#include "agent/outgoing/exchange.hpp"
#include "common/ascii.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>

namespace mcpm::outgoing {

std::string_view Head::header(std::string_view name) const {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [name](const auto& one) { return one.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool Head::is_event_stream() const {
    std::string_view type = header("content-type");
    type = type.substr(0, type.find(';'));
    return ascii::same(trimmed(type), "text/event-stream");
}

std::string_view text_of(Problem problem) {
    constexpr std::array<std::string_view, 9> names{"dns",     "connect",  "tls",   "timed-out", "too-large",
                                                    "cut-off", "redirect", "proxy", "other"};
    return names[static_cast<std::size_t>(problem)];
}

Ticket& Ticket::operator=(Ticket&& other) noexcept {
    if (this == &other) return *this;
    cancel();
    exchange_ = std::move(other.exchange_);
    return *this;
}

void Ticket::cancel() {
    if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->cancel();
}

// ---- what the exchanges share ----

Result<> Client::State::begin(const std::shared_ptr<Exchange>& exchange) {
    if (!multi || closed) return Error{ErrorCode::unavailable, "reach a remote: the client is not open"};
    const auto easy = exchange->prepare();
    if (!easy) return easy.error();
    exchanges.emplace(*easy, exchange);
    if (multi->add(*easy)) {
        exchange->start_idle_limit();
        return {};
    }
    exchanges.erase(*easy);
    return Error{ErrorCode::internal_error, "reach a remote: libcurl took no request"};
}

void Client::State::end(const std::shared_ptr<Exchange>& exchange) {
    const auto found = exchanges.find(exchange->easy());
    if (found == exchanges.end() || found->second != exchange) return;
    multi->remove(exchange->easy());
    exchanges.erase(found);
    ended.notify_all();
}

void Client::State::finished(CURL* easy, CURLcode code) {
    const auto found = exchanges.find(easy);
    if (found != exchanges.end()) found->second->finished(code);
}

void Client::State::tell() {
    const auto self = shared_from_this();
    while (!changed.empty()) {
        const auto now = std::exchange(changed, {});
        for (const auto& exchange : now) exchange->tell();
    }
}

std::string Client::State::part_of(const std::string& url, CURLUPart part) const {
    if (!curl) return {};
    CURLU* const handle = curl->url();
    char* text = nullptr;
    std::string found;
    if (curl->url_set(handle, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
        curl->url_get(handle, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        found = text;
    }
    curl->free(text);
    curl->url_cleanup(handle);
    return part == CURLUPART_HOST ? ascii::lowered(found) : found;
}

std::string Client::State::origin_of(const std::string& url) const {
    const std::string scheme = part_of(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") return {};
    return scheme + "://" + part_of(url, CURLUPART_HOST) + ":" + part_of(url, CURLUPART_PORT);
}

Result<std::string> Client::State::resolve(const std::string& base, const std::string& reference) const {
    const Error wrong{ErrorCode::validation_error, "read an address: '" + reference + "' is none"};
    if (!curl || reference.empty()) return wrong;
    CURLU* const handle = curl->url();
    char* text = nullptr;
    const bool good = curl->url_set(handle, CURLUPART_URL, base.c_str(), 0) == CURLUE_OK &&
                      curl->url_set(handle, CURLUPART_URL, reference.c_str(), 0) == CURLUE_OK &&
                      curl->url_set(handle, CURLUPART_FRAGMENT, nullptr, 0) == CURLUE_OK &&
                      curl->url_get(handle, CURLUPART_URL, &text, 0) == CURLUE_OK;
    std::string resolved = good ? text : "";
    curl->free(text);
    curl->url_cleanup(handle);
    if (!good) return wrong;
    return resolved;
}

// ---- the client ----

Client::Client(Loop& loop, Workers& workers, Network network)
    : state_(std::make_shared<State>(loop, workers, std::move(network))) {}

Client::~Client() {
    state_->closed = true;
    while (!state_->exchanges.empty()) {
        const auto exchange = state_->exchanges.begin()->second;
        exchange->cancel();
    }
    if (state_->multi) state_->multi->close();
    state_->multi.reset();
    state_->changed.clear();
}

Task<Result<>> Client::prepare() {
    const auto state = state_;
    if (state->multi) co_return Result<>{};
    if (state->closed) co_return Error{ErrorCode::unavailable, "reach a remote: the agent is stopping"};
    auto work = [] { return CurlLibrary::load(); };
    auto loaded = co_await offload(state->workers, std::move(work));
    if (!loaded) co_return loaded.error();
    if (state->multi) co_return Result<>{};  // somebody else was as quick
    state->curl = *loaded;
    Multi::Events events;
    events.finished = [raw = state.get()](CURL* easy, CURLcode code) { raw->finished(easy, code); };
    events.turned = [raw = state.get()] { raw->tell(); };
    state->multi = std::make_shared<Multi>(state->loop, *state->curl, std::move(events));
    co_return Result<>{};
}

Result<Ticket> Client::start(Request request, Receiver receiver) {
    const auto exchange = std::make_shared<Exchange>(state_, std::move(request), std::move(receiver));
    const auto begun = state_->begin(exchange);
    if (!begun) return begun.error();
    return Ticket(exchange);
}

void Client::send_and_forget(Request request) {
    const auto exchange = std::make_shared<Exchange>(state_, std::move(request), Receiver{});
    const auto begun = state_->begin(exchange);
    if (begun) exchange->forget();
}

Task<Result<Answer>> Client::fetch(Request request) {
    struct Collected {
        Answer answer;
        std::optional<Failure> failure;
        bool done = false;
    };
    const auto collected = std::make_shared<Collected>();
    const auto done = std::make_shared<Notifier>(state_->loop);
    Receiver receiver;
    receiver.head = [collected](const Head& head) { collected->answer.head = head; };
    receiver.body = [collected](std::string_view bytes) { collected->answer.body.append(bytes); };
    receiver.done = [collected, done](const std::optional<Failure>& failure) {
        collected->failure = failure;
        collected->done = true;
        done->notify_all();
    };
    const auto ticket = start(std::move(request), std::move(receiver));
    if (!ticket) co_return ticket.error();
    while (!collected->done) co_await done->wait();
    if (collected->failure) co_return collected->failure->error;
    co_return std::move(collected->answer);
}

Result<std::string> Client::resolve(const std::string& base, const std::string& reference) const {
    return state_->resolve(base, reference);
}

std::string Client::origin_of(const std::string& url) const {
    return state_->origin_of(url);
}

Task<> Client::close(Duration limit) {
    const auto state = state_;
    const auto end = Clock::now() + limit;
    const auto is_awaited = [](const auto& entry) { return entry.second->is_forgotten(); };
    while (std::any_of(state->exchanges.begin(), state->exchanges.end(), is_awaited) && Clock::now() < end) {
        co_await state->ended.wait_for(end - Clock::now());
    }
    state->closed = true;
    while (!state->exchanges.empty()) {
        const auto exchange = state->exchanges.begin()->second;
        exchange->cancel();
    }
    if (state->multi) state->multi->close();
}

}  // namespace mcpm::outgoing
