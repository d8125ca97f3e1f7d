#include "agent/logs/log_store.hpp"

#include "agent/logs/capture.hpp"
#include "agent/logs/log_house.hpp"
#include "common/log_reader.hpp"
#include "common/sound_clock.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <deque>
#include <vector>

namespace mcpm {
namespace {

constexpr auto sweep_interval = std::chrono::hours(1);
// Followers of a deleted server may still hold its notifier when they are woken for the last time.
constexpr std::size_t notifiers_kept = 256;

std::vector<std::string> folders_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::error_code ignored;
        if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
            names.push_back(entry->path().filename());
    }
    return names;
}

/// Of a removed server: hundreds of segments, so not on the loop. Until then the folder is out of the way.
Task<> delete_folder(std::shared_ptr<LogHouse> house, Workers& workers, std::filesystem::path folder) {
    auto work = [folder] {
        std::error_code failure;
        std::filesystem::remove_all(folder, failure);
        return failure;
    };
    const std::error_code failure = co_await offload(workers, std::move(work));
    if (failure) house->announce({}, "delete " + folder.string() + ": " + failure.message());
}

/// Learns what former agents left, one folder per turn of the loop, and then keeps the limit of age.
Task<> keep_house(std::shared_ptr<LogHouse> house, Workers& workers) {
    const std::vector<std::string> names = folders_in(house->folder());
    const auto executor = co_await asio::this_coro::executor;
    for (const std::string& name : names) {
        if (is_log_id(name)) house->log(name)->load();
        if (name.starts_with(removed_prefix)) co_await delete_folder(house, workers, house->folder() / name);
        co_await asio::post(executor, use_task);
    }
    house->make_room(0);
    (void)earliest_now();  // its beginning is now
    while (true) {
        house->remove_aged(earliest_now());
        co_await sleep_for(sweep_interval);
    }
}

}  // namespace

struct LogStore::State {
    State(Loop& loop, std::filesystem::path folder, LogLimits limits, Announce announce)
        : house(std::make_shared<LogHouse>(loop, std::move(folder), limits, announce)),
          tasks(loop, [announce](std::string_view name, std::string_view what) {
              if (announce) announce({}, std::string(name) + ": " + std::string(what));
          }) {}

    std::shared_ptr<LogHouse> house;
    TaskGroup tasks;
    Workers workers{1};
    std::deque<std::unique_ptr<Notifier>> old_notifiers;
};

LogStore::LogStore(Loop& loop, std::filesystem::path folder, LogLimits limits, Announce announce)
    : state_(std::make_unique<State>(loop, std::move(folder), limits, std::move(announce))) {
    state_->tasks.spawn("logs", keep_house(state_->house, state_->workers));
}

LogStore::~LogStore() = default;

void LogStore::begin_run(const std::string& server_id, std::uint64_t run, std::string_view note,
                         RunKind kind) {
    state_->house->log(server_id)->begin_run(run, note, kind);
}

void LogStore::end_run(const std::string& server_id, std::uint64_t run, std::string_view note, RunKind kind) {
    state_->house->log(server_id)->note(note, kind == RunKind::own ? run : 0);
}

void LogStore::capture(const std::string& server_id, std::uint64_t run, LogStream stream, UniqueFd pipe,
                       RunFacts* facts, bool resumed, RunKind kind) {
    auto order = std::make_unique<CaptureOrder>();
    order->log = state_->house->log(server_id);
    order->run = run;
    order->stream = stream;
    order->pipe = std::move(pipe);
    order->facts = facts;
    order->resumed = resumed;
    order->kind = kind;
    order->log->add_capture(run);
    state_->tasks.spawn("capture", capture_pipe(state_->house, std::move(order)));
}

Task<> LogStore::drained(const std::string& server_id, std::uint64_t run, Duration limit) {
    const auto& logs = state_->house->logs();
    const auto deadline = Clock::now() + limit;
    while (true) {
        const auto found = logs.find(server_id);
        if (found == logs.end() || !found->second->has_capture(run)) co_return;
        const auto left = deadline - Clock::now();
        if (left <= Clock::duration::zero()) co_return;
        co_await state_->house->capture_ended().wait_for(left);
    }
}

void LogStore::append(const std::string& server_id, LogStream stream, std::string_view text) {
    ServerLog& log = *state_->house->log(server_id);
    const LogTime time = log.next_time();
    const auto write = [&log, time](std::string_view records, const RecordCounts& counts) {
        log.write(records, counts, time);
    };
    RecordBuilder builder(state_->house->write_buffer(), time, stream, write);
    std::string carry;
    builder.feed(text, carry);
    builder.feed("\n", carry);
    builder.flush();
}

void LogStore::note(const std::string& server_id, std::string_view text, std::uint64_t own_run) {
    state_->house->log(server_id)->note(text, own_run);
}

void LogStore::hide(const std::string& server_id, HiddenValues values) {
    state_->house->log(server_id)->hide(std::move(values));
}

std::string LogStore::without_hidden(const std::string& server_id, std::string text) const {
    const auto found = state_->house->logs().find(server_id);
    return found == state_->house->logs().end() ? text : found->second->without_hidden(std::move(text));
}

std::string LogStore::without_any_hidden(std::string text) const {
    for (const auto& [id, log] : state_->house->logs()) text = log->without_hidden(std::move(text));
    return text;
}

Notifier& LogStore::changed(const std::string& server_id) {
    return state_->house->log(server_id)->changed();
}

std::filesystem::path LogStore::folder_of(const std::string& server_id) const {
    return state_->house->folder_of(server_id);
}

std::uint64_t LogStore::next_sequence(const std::string& server_id) const {
    return state_->house->log(server_id)->next_sequence();
}

LogCounters LogStore::counters(const std::string& server_id) const {
    const auto found = state_->house->logs().find(server_id);
    return found == state_->house->logs().end() ? LogCounters{} : found->second->counters();
}

void LogStore::remove(const std::string& server_id) {
    if (!is_log_id(server_id)) return;
    const auto log = state_->house->log(server_id);
    const auto folder = log->remove();
    if (!folder.empty())
        state_->tasks.spawn("delete a log", delete_folder(state_->house, state_->workers, folder));
    if (auto notifier = log->take_notifier()) state_->old_notifiers.push_back(std::move(notifier));
    if (state_->old_notifiers.size() > notifiers_kept) state_->old_notifiers.pop_front();
    state_->house->logs().erase(server_id);
}

Task<> LogStore::close() {
    state_->tasks.cancel_all();
    co_await state_->tasks.drain();
    for (const auto& [id, log] : state_->house->logs()) log->close();
}

}  // namespace mcpm
