#include "agent/observe/stats_watch.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mcpm::observe {

namespace {

/// Looks that wait while the store refuses them: an hour of fifty servers.
constexpr std::size_t most_waiting = 3'000;

/// Sets a flag as long as it lives, whatever ends its task.
class Flag {
  public:
    Flag(bool& flag, Notifier& over) : flag_(flag), over_(over) { flag_ = true; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;
    ~Flag() {
        flag_ = false;
        over_.notify_all();
    }

  private:
    bool& flag_;
    Notifier& over_;
};

void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& more) {
    if (sum && more)
        *sum += *more;
    else
        sum.reset();
}

/// All runs of one server.
ProcessUsage sum_of(const std::vector<pid_t>& pids, const std::unordered_map<pid_t, ProcessUsage>& trees) {
    std::optional<ProcessUsage> sum;
    for (const pid_t pid : pids) {
        const auto found = trees.find(pid);
        if (found == trees.end()) continue;
        if (!sum) {
            sum = found->second;
            continue;
        }
        sum->memory_bytes += found->second.memory_bytes;
        sum->cpu_seconds += found->second.cpu_seconds;
        sum->processes += found->second.processes;
        add(sum->proportional_bytes, found->second.proportional_bytes);
        add(sum->descriptors, found->second.descriptors);
        add(sum->read_bytes, found->second.read_bytes);
        add(sum->written_bytes, found->second.written_bytes);
    }
    return sum.value_or(ProcessUsage{});
}

}  // namespace

StatsWatch::StatsWatch(Loop& loop, Workers& workers, HistoryStore& history, StatsSources sources)
    : StatsWatch(loop, workers, history, std::move(sources), Pace{}) {}

StatsWatch::StatsWatch(Loop& loop, Workers& workers, HistoryStore& history, StatsSources sources, Pace pace,
                       TaskGroup::Report report)
    : workers_(workers),
      history_(history),
      sources_(std::move(sources)),
      pace_(pace),
      measured_now_(loop),
      tasks_(loop, std::move(report)) {}

void StatsWatch::start() {
    tasks_.spawn("look at what servers use", run());
}

Task<> StatsWatch::run() {
    for (;;) {
        co_await sources_.somebody_runs();
        const auto now = Clock::now();
        const auto next = measured_ ? *measured_ + pace_.unwatched : now;
        if (now < next) {
            co_await sleep_for(next - now);
            continue;
        }
        co_await measure();
        co_await store();
    }
}

/// Whether this holds for the newest of every run that is there, but for those that nothing can be said of.
template <typename Says>
bool StatsWatch::all_say(const Says& says) const {
    const auto subjects = sources_.subjects();
    return std::all_of(subjects.begin(), subjects.end(), [&](const Subject& subject) {
        if (silent_.contains({subject.server_id, subject.run})) return true;
        const auto known = meter_.newest(subject.server_id);
        return known && known->look.run == subject.run && says(*known);
    });
}

Task<> StatsWatch::look() {
    if (is_measuring_) co_await measured_now_.wait();
    const auto is_known = [](const Reading&) { return true; };
    const auto has_percent = [](const Reading& reading) { return reading.cpu_percent.has_value(); };
    const bool is_fresh = measured_ && Clock::now() - *measured_ < pace_.watched;
    if (!is_fresh || !all_say(is_known)) {
        co_await measure();
    } else if (all_say(has_percent)) {
        co_return;
    }
    if (pace_.first > Clock::duration::zero() && !all_say(has_percent)) {
        co_await sleep_for(pace_.first);
        if (!all_say(has_percent)) co_await measure();
    }
    if (Clock::now() - stored_ >= pace_.stored) tasks_.spawn("store what servers use", store());
}

/// One for all who ask meanwhile.
Task<> StatsWatch::measure() {
    if (is_measuring_) {
        co_await measured_now_.wait();
        co_return;
    }
    const Flag flag(is_measuring_, measured_now_);
    co_await take_all();
    measured_ = Clock::now();
}

bool StatsWatch::is_new(const Subject& subject) const {
    const auto known = meter_.newest(subject.server_id);
    return !known || known->look.run != subject.run;
}

/// All pages are looked at sooner when there is a run whose memory is not known yet.
Depth StatsWatch::depth_for(const std::vector<Subject>& subjects) {
    const auto now = Clock::now();
    const auto lacks = [this](const Subject& subject) {
        return !subject.is_container && !is_new(subject) &&
               !meter_.newest(subject.server_id)->proportional_bytes;
    };
    const bool one_lacks = std::any_of(subjects.begin(), subjects.end(), lacks);
    if (looked_at_memory_ && now - *looked_at_memory_ < (one_lacks ? pace_.new_memory : pace_.memory))
        return Depth::files;
    looked_at_memory_ = now;
    return Depth::memory;
}

Task<> StatsWatch::take_all() {
    const auto subjects = sources_.subjects();
    const Depth depth = depth_for(subjects);
    std::vector<pid_t> roots;
    std::vector<pid_t> new_roots;  // whoever asks about a new run sees its memory at once
    for (const auto& subject : subjects) {
        auto& list = is_new(subject) ? new_roots : roots;
        list.insert(list.end(), subject.pids.begin(), subject.pids.end());
    }
    auto work = [roots = std::move(roots), new_roots = std::move(new_roots), depth] {
        auto trees = usage_of_trees(roots, depth);
        if (!new_roots.empty()) trees.merge(usage_of_trees(new_roots, Depth::memory));
        return trees;
    };
    const auto trees = co_await offload(workers_, std::move(work));
    std::unordered_map<std::string, bool> seen;
    silent_.clear();
    for (const auto& subject : subjects) {
        Look look{subject.run, sum_of(subject.pids, trees), {}, {}, subject.calls, subject.errors};
        if (subject.is_container) {
            const auto said = co_await sources_.container(subject.server_id);
            if (!said) {
                silent_.emplace(subject.server_id, subject.run);
                continue;
            }
            look.usage = said->usage;
            look.received_bytes = said->received_bytes;
            look.sent_bytes = said->sent_bytes;
        } else if (look.usage.processes == 0) {
            silent_.emplace(subject.server_id, subject.run);
            continue;  // it has ended meanwhile, or nothing of it runs on this machine
        }
        seen[subject.server_id] = true;
        waiting_.push_back(
            {subject.server_id, meter_.take(subject.server_id, look, Clock::now(), now_utc())});
    }
    meter_.forget_unless([&](const std::string& id) { return seen.contains(id) || sources_.is_defined(id); });
    meter_.end_unless([&](const std::string& id) { return seen.contains(id); });
    keep_within_bounds();
}

void StatsWatch::keep_within_bounds() {
    if (waiting_.size() <= most_waiting) return;
    const auto beyond = waiting_.size() - most_waiting;
    lost_ += beyond;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(beyond));
}

Task<> StatsWatch::store() {
    stored_ = Clock::now();
    if (waiting_.empty()) co_return;
    auto looks = std::exchange(waiting_, {});
    const auto stored = co_await history_.add_stats(looks);
    if (stored) co_return;
    // What could not be stored waits in front of the looks that came meanwhile.
    looks.insert(looks.end(), std::make_move_iterator(waiting_.begin()),
                 std::make_move_iterator(waiting_.end()));
    waiting_ = std::move(looks);
    keep_within_bounds();
}

Task<Result<std::vector<StatsPoint>>> StatsWatch::history(std::string server_id, StatsStep step,
                                                          Timestamp since) {
    co_await store();
    co_return co_await history_.load_stats(std::move(server_id), step, since);
}

Task<> StatsWatch::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    co_await store();
}

}  // namespace mcpm::observe
