#include "agent/api/log_tail.hpp"

#include "agent/api/log_query.hpp"
#include "agent/api/log_reading.hpp"
#include "agent/api/query.hpp"
#include "agent/api/routes.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

/// Parameters of GET /api/servers/{id}/logs that make sense here.
std::vector<Parameter> filter_parameters() {
    for (const auto& row : routes()) {
        if (row.pattern != "/api/servers/{id}/logs") continue;
        auto parameters = row.parameters;
        std::erase_if(parameters, [](const Parameter& one) {
            return one.name == "follow" || one.name == "format" || one.name == "until";
        });
        return parameters;
    }
    return {};
}

Result<LogRequest> log_request_of(const live::Subscribe& asked) {
    http::Request request;
    request.method = "GET";
    for (const auto& [name, value] : asked.filter) request.query[name] = value;
    const auto now = now_utc();
    if (const auto good = check_query(request, filter_parameters(), now); !good) return good.error();
    const bool names_a_part =
        request.parameter("tail") || request.parameter("since") || request.parameter("run");
    if (!names_a_part) request.query["tail"] = "0";
    request.query["follow"] = "1";
    return parse_log_query(request, LogPurpose::read, now);
}

/// JSON lines -> a JSON array.
std::string array_of(std::string lines) {
    while (lines.ends_with('\n')) lines.pop_back();
    if (lines.empty()) return {};
    std::replace(lines.begin(), lines.end(), '\n', ',');
    return "[" + lines + "]";
}

class Tail final : public live::LogTail {
  public:
    Tail(Rooms& rooms, std::string server_id, LogRequest asked)
        : rooms_(rooms), server_id_(std::move(server_id)), asked_(std::move(asked)) {}

    Task<Result<Lines>> read() override {
        if (const auto server = rooms_.supervisor.find(server_id_); !server) co_return server.error();
        seen_ = rooms_.logs.changed(server_id_).count();
        auto batch = co_await read_batch(rooms_, rooms_.logs.folder_of(server_id_), asked_, cursor_);
        if (!batch) co_return batch.error();
        cursor_ = batch->cursor;
        co_return Lines{array_of(std::move(batch->bytes)), batch->missed, batch->is_last};
    }

    Task<> wait() override {
        // One that was removed meanwhile is told by the next look.
        if (!rooms_.supervisor.find(server_id_)) co_return;
        co_await rooms_.logs.changed(server_id_).wait_since(seen_);
    }

  private:
    Rooms& rooms_;
    std::string server_id_;
    LogRequest asked_;
    std::optional<LogCursor> cursor_;
    std::uint64_t seen_ = 0;  // of the log's notifier, before the last look
};

}  // namespace

Result<std::unique_ptr<live::LogTail>> open_log_tail(Rooms& rooms, const live::Subscribe& asked,
                                                     const std::string& server_id) {
    auto request = log_request_of(asked);
    if (!request) return request.error();
    return std::unique_ptr<live::LogTail>(std::make_unique<Tail>(rooms, server_id, std::move(*request)));
}

}  // namespace mcpm::api
