#include "agent/supervisor/snapshot_writer.hpp"

#include "agent/async/notifier.hpp"
#include "agent/store/snapshot.hpp"
#include "common/fields/snapshot_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mcpm {

namespace {

/// Many events come together when many servers start; one picture serves them all.
constexpr std::chrono::milliseconds settle_time{300};

std::string picture(const std::vector<ServerView>& views) {
    wire::Json servers = wire::Json::array();
    for (const auto& view : views) servers.push_back(wire::from_view(view));
    const wire::Json json{{fields::snapshot::taken_at, format_time(now_utc())},
                          {fields::snapshot::servers, std::move(servers)}};
    return json.dump(-1, ' ', false, wire::Json::error_handler_t::replace) + "\n";
}

}  // namespace

SnapshotWriter::SnapshotWriter(Loop& loop, Workers& workers, Supervisor& supervisor,
                               std::filesystem::path file, const AgentLog& log)
    : workers_(workers),
      supervisor_(supervisor),
      file_(std::move(file)),
      log_(log),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {}

void SnapshotWriter::start() {
    tasks_.spawn("write the snapshot", follow());
}

Task<> SnapshotWriter::follow() {
    for (;;) {
        co_await write();
        co_await supervisor_.events().wait(supervisor_.events().end());
        co_await sleep_for(settle_time);
    }
}

Task<> SnapshotWriter::write() {
    // A thousand definitions as text take long enough for everybody who asks meanwhile to notice.
    auto work = [file = file_, views = supervisor_.list()] {
        return write_file_atomically(file, picture(views));
    };
    const Result<> written = co_await offload(workers_, std::move(work));
    if (!written) log_.warning(written.error().message);
}

Task<> SnapshotWriter::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    co_await write();
}

}  // namespace mcpm
