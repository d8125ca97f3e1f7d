#include "agent/traces/measure_exporter.hpp"

#include "agent/async/notifier.hpp"
#include "agent/traces/partial_success.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace mcpm::traces {

MeasureExporter::MeasureExporter(Loop& loop, MeasureSettings settings, outgoing::Client& client, Look look,
                                 const AgentLog& log)
    : settings_(std::move(settings)),
      client_(client),
      look_(std::move(look)),
      log_(log),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {}

void MeasureExporter::start() {
    tasks_.spawn("exporting metrics", run());
}

Task<> MeasureExporter::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    auto preparing = client_.prepare();
    const auto ready = co_await std::move(preparing);
    if (ready) client_.send_and_forget(request());
}

Task<> MeasureExporter::run() {
    for (;;) {
        co_await sleep_for(settings_.interval);
        auto sending = send();
        co_await std::move(sending);
    }
}

outgoing::Request MeasureExporter::request() const {
    constexpr std::uint64_t most_answer_bytes = 64U << 10U;
    const bool is_json = settings_.protocol == Protocol::json;
    const MeasureTimes times{begin_, std::chrono::system_clock::now()};
    outgoing::Request request;
    request.method = "POST";
    request.url = settings_.url;
    request.headers = settings_.headers;
    request.headers.emplace_back("Content-Type", is_json ? "application/json" : "application/x-protobuf");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    request.body = is_json ? write_json(look_(), settings_.resource, times)
                           : write_protobuf(look_(), settings_.resource, times);
    request.limits.total = settings_.timeout;
    request.limits.body = most_answer_bytes;
    return request;
}

void MeasureExporter::give_up(std::string_view why) {
    ++failed_;
    if (!std::exchange(trouble_said_, true)) log_.warning(fmt::format("export metrics: {}", why));
}

Task<> MeasureExporter::send() {
    auto preparing = client_.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return give_up(ready.error().message);
    auto fetching = client_.fetch(request());
    const auto answer = co_await std::move(fetching);
    if (!answer) co_return give_up(answer.error().message);
    const int status = answer->head.status;
    if (status < 200 || status >= 300) co_return give_up(fmt::format("the receiver answered {}", status));
    const auto success = partial_success(settings_.protocol, answer->body);
    if (success.rejected > 0)
        co_return give_up(
            fmt::format("the receiver refused {} of the figures: {}", success.rejected, success.message));
    ++sent_;
    trouble_said_ = false;
}

}  // namespace mcpm::traces
