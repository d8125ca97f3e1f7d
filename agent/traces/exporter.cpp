#include "agent/traces/exporter.hpp"

#include "agent/traces/otlp_request.hpp"
#include "agent/traces/partial_success.hpp"
#include "common/number.hpp"
#include "common/redaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mcpm::traces {

namespace {

constexpr unsigned most_attempts = 5;

/// Troubles that may pass, says OTLP; every other status is final.
bool may_pass(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

Duration pause_before(unsigned attempt, std::string_view retry_after) {
    constexpr std::int64_t most = 60;
    const auto seconds = parse_number<std::int64_t>(retry_after);
    if (seconds && *seconds >= 0) return std::chrono::seconds(std::min(*seconds, most));
    return std::chrono::seconds(1LL << std::min(attempt, 5U));
}

bool is_content(std::string_view key) {
    return key == name::tool_arguments || key == name::tool_result;
}

/// Attributes that hold what somebody else wrote.
bool is_foreign(std::string_view key) {
    return key == name::resource_uri || key == name::offered || key == name::client || is_content(key);
}

/// By the names in them now, for they wait; by what is secret of the servers when they are sent.
void redact_contents(Span& span) {
    constexpr std::size_t most = std::size_t{8} << 10U;
    for (Attribute& attribute : span.attributes) {
        auto* const text = std::get_if<std::string>(&attribute.value);
        if (text != nullptr && is_content(attribute.key)) *text = redacted_json(*text, HiddenValues(), most);
    }
}

}  // namespace

Exporter::Exporter(Loop& loop, Settings settings, outgoing::Client& client,
                   std::function<std::string(std::string text)> clean, const AgentLog& log)
    : settings_(std::move(settings)),
      client_(client),
      clean_(std::move(clean)),
      log_(log),
      filled_(loop),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {}

void Exporter::show_of(std::vector<std::string> servers) {
    if (!servers.empty()) shown_ = std::make_shared<const std::vector<std::string>>(std::move(servers));
}

void Exporter::start() {
    if (is_on()) tasks_.spawn("exporting spans", run());
}

Task<> Exporter::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    if (queue_.empty()) co_return;
    const auto ready = co_await client_.prepare();
    if (!ready) co_return give_up(queue_.size(), &Counts::unreachable, ready.error().message);
    while (!queue_.empty()) client_.send_and_forget(request_for(next_batch()));
}

std::unique_ptr<CallTrace> Exporter::begin(const Carried& carried) {
    const auto sampled = [this](const std::optional<Context>& parent, const TraceId& trace) {
        return is_sampled(settings_.sampler, parent, trace);
    };
    auto call = std::make_unique<CallTrace>(carried, sampled, std::chrono::system_clock::now());
    if (shown_) call->show_of(shown_);
    return call;
}

/// Nobody who switched the sampler off gets spans of failures.
void Exporter::end(CallTrace& call) {
    const bool exports_failures = settings_.sampler.ratio > 0.0;
    if (call.has_failed())
        log_.debug(fmt::format("a call failed: trace={} {}", hex_of(call.context().trace), call.summary()));
    call.end(exports_failures, std::chrono::system_clock::now(),
             [this](Span span) { take(std::move(span)); });
}

Exporter::Counts Exporter::counts() const {
    Counts counts = counts_;
    counts.waiting = queue_.size();
    return counts;
}

void Exporter::take(Span span) {
    if (queue_.size() >= settings_.most_queued) {
        ++counts_.full;
        return;
    }
    if (shown_) redact_contents(span);
    queue_.push_back(std::move(span));
    if (queue_.size() == 1 || queue_.size() == settings_.most_in_batch) filled_.notify_all();
}

Task<> Exporter::run() {
    for (;;) {
        while (queue_.empty()) co_await filled_.wait();  // without calls: no timer
        if (queue_.size() < settings_.most_in_batch)
            (void)co_await filled_.wait_for(settings_.schedule_delay);
        co_await send(next_batch());
    }
}

std::vector<Span> Exporter::next_batch() {
    const auto end =
        queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), settings_.most_in_batch));
    std::vector<Span> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    return batch;
}

outgoing::Request Exporter::request_for(std::vector<Span> batch) const {
    for (Span& span : batch) {
        if (!span.error.empty()) span.error = clean_(std::move(span.error));
        for (Attribute& attribute : span.attributes) {
            auto* const text = std::get_if<std::string>(&attribute.value);
            if (text != nullptr && is_foreign(attribute.key)) *text = clean_(std::move(*text));
        }
    }
    return otlp_request(settings_, settings_.protocol == Protocol::json
                                       ? write_json(batch, settings_.resource)
                                       : write_protobuf(batch, settings_.resource));
}

void Exporter::give_up(std::size_t count, std::uint64_t Counts::*cause, std::string_view why) {
    counts_.*cause += count;
    if (!std::exchange(trouble_said_, true))
        log_.warning(fmt::format("export spans: {} are lost: {}", count, clean_(std::string(why))));
}

void Exporter::note_taken(std::size_t count, std::string_view answer) {
    const auto success = partial_success(settings_.protocol, answer);
    const auto rejected = static_cast<std::size_t>(std::min<std::uint64_t>(success.rejected, count));
    counts_.sent += count - rejected;
    if (rejected > 0)
        return give_up(rejected, &Counts::refused, "the receiver took the others: " + success.message);
    trouble_said_ = false;
}

Task<> Exporter::send(std::vector<Span> batch) {
    const auto ready = co_await client_.prepare();
    if (!ready) co_return give_up(batch.size(), &Counts::unreachable, ready.error().message);
    const std::size_t count = batch.size();
    const outgoing::Request request = request_for(std::move(batch));
    for (unsigned attempt = 0;; ++attempt) {
        const auto answer = co_await client_.fetch(request);
        const int status = answer ? answer->head.status : 0;
        if (status >= 200 && status < 300) co_return note_taken(count, answer->body);
        if (answer && !may_pass(status))
            co_return give_up(count, &Counts::refused, fmt::format("the receiver answered {}", status));
        if (attempt + 1 == most_attempts && answer)
            co_return give_up(count, &Counts::refused, fmt::format("the receiver answered {}", status));
        if (attempt + 1 == most_attempts)
            co_return give_up(count, &Counts::unreachable, answer.error().message);
        const auto retry_after = answer ? answer->head.header("retry-after") : std::string_view();
        co_await sleep_for(pause_before(attempt, retry_after));
    }
}

}  // namespace mcpm::traces
