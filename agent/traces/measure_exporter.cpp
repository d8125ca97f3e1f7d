#include "agent/traces/measure_exporter.hpp"

#include "agent/async/notifier.hpp"
#include "agent/traces/otlp_request.hpp"
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
    const auto ready = co_await client_.prepare();
    if (ready) client_.send_and_forget(request());
}

Task<> MeasureExporter::run() {
    for (;;) {
        co_await sleep_for(settings_.interval);
        co_await send();
    }
}

outgoing::Request MeasureExporter::request() const {
    const MeasureTimes times{begin_, std::chrono::system_clock::now()};
    return otlp_request(settings_, settings_.protocol == Protocol::json
                                       ? write_json(look_(), settings_.resource, times)
                                       : write_protobuf(look_(), settings_.resource, times));
}

void MeasureExporter::give_up(std::string_view why) {
    ++failed_;
    if (!std::exchange(trouble_said_, true)) log_.warning(fmt::format("export metrics: {}", why));
}

Task<> MeasureExporter::send() {
    const auto ready = co_await client_.prepare();
    if (!ready) co_return give_up(ready.error().message);
    const auto answer = co_await client_.fetch(request());
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
