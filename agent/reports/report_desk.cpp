#include "agent/reports/report_desk.hpp"

#include "common/random.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <sys/utsname.h>

#include <algorithm>
#include <utility>

namespace mcpm::reports {

namespace {

constexpr std::string_view stored = "secret:";
constexpr std::size_t batch_limit = 256;
constexpr std::size_t most_being_kept = 32;
constexpr Duration longest_pause = std::chrono::minutes(10);

std::string os_name() {
    utsname names{};
    if (::uname(&names) != 0) return "Linux";
    return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

/// One text for one trouble of one place, whatever the numbers in its words.
std::string fingerprint_of(const Report& report) {
    std::string text = report.type;
    for (const auto& [name, value] : report.tags) text += "\n" + name + "=" + value;
    text += "\n";
    for (const char c : report.message)
        if (c < '0' || c > '9') text += c;
    return text;
}

}  // namespace

ReportDesk::ReportDesk(Loop& loop, ReportSettings settings, std::filesystem::path spool, Means means,
                       const AgentLog& log)
    : settings_(std::move(settings)),
      spool_(std::make_shared<const Spool>(std::move(spool))),
      means_(std::move(means)),
      log_(log),
      kept_(loop),
      tasks_(loop, [&log](auto name, auto what) { log.warning(fmt::format("{}: {}", name, what)); }) {}

void ReportDesk::start() {
    if (!is_set_up()) return;
    tasks_.spawn("error reports", follow());
    tasks_.spawn("sending error reports", send_all());
}

Task<> ReportDesk::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
}

ReportDesk::Counts ReportDesk::counts() const {
    Counts counts = counts_;
    counts.left_out = limits_.left_out();
    return counts;
}

Task<> ReportDesk::follow() {
    std::uint64_t cursor = means_.events.end();
    for (;;) {
        co_await means_.events.wait(cursor);
        const auto batch = means_.events.read(cursor, batch_limit);
        cursor = batch.next;
        for (const auto& event : batch.items)
            if (auto report = report_of(event)) take(std::move(*report));
    }
}

void ReportDesk::take(Report report) {
    if (!is_set_up() || !limits_.take(fingerprint_of(report), Clock::now())) return;
    if (being_kept_ == most_being_kept) {
        ++counts_.dropped;
        return;
    }
    ++being_kept_;
    const auto save = [](ReportDesk& desk, std::string envelope) -> Task<> {
        (void)co_await desk.keep(std::move(envelope));
        --desk.being_kept_;
    };
    tasks_.spawn("keeping an error report", save(*this, envelope_of(std::move(report))));
}

Task<Result<>> ReportDesk::take_asked(Report report) {
    if (!is_set_up())
        co_return Error{ErrorCode::unavailable,
                        "send a report: no receiver is set up",
                        {},
                        "set sentry.dsn in config.yaml, or SENTRY_DSN (docs/exports.md)"};
    auto kept = co_await keep(envelope_of(std::move(report)));
    co_return kept;
}

std::string ReportDesk::envelope_of(Report report) const {
    report.message = means_.clean(std::move(report.message));
    for (auto& [name, value] : report.tags) value = means_.clean(std::move(value));
    const Origin origin{"mcpm@" MCPM_VERSION, settings_.environment, os_name()};
    return write_envelope(report, origin, random_hex(16), now_utc());
}

Task<Result<>> ReportDesk::keep(std::string envelope) {
    auto work = [spool = spool_, envelope = std::move(envelope)] { return spool->add(envelope); };
    const auto gone = co_await offload(means_.workers, std::move(work));
    if (!gone) {
        ++counts_.dropped;
        co_return gone.error();
    }
    counts_.dropped += *gone;
    kept_.notify_all();
    co_return Result<>{};
}

Task<Result<Dsn>> ReportDesk::dsn() {
    if (!settings_.sentry_dsn.starts_with(stored)) co_return read_dsn(settings_.sentry_dsn);
    const auto value = co_await means_.secret(settings_.sentry_dsn.substr(stored.size()));
    if (!value) co_return value.error();
    co_return read_dsn(*value);
}

Task<> ReportDesk::send_all() {
    for (;;) {
        auto work = [spool = spool_] { return spool->oldest(); };
        auto entry = co_await offload(means_.workers, std::move(work));
        if (!entry) {
            co_await kept_.wait();
            continue;
        }
        const auto now = Clock::now();
        if (const auto until = limits_.quiet_until(now)) co_await sleep_for(*until - now);
        const auto pause = co_await send(std::move(*entry));
        if (pause) co_await sleep_for(*pause);
    }
}

/// How long to wait before the next attempt; nothing when this one is over.
Task<std::optional<Duration>> ReportDesk::send(Spool::Entry entry) {
    const auto again = [this](const std::string& why) -> std::optional<Duration> {
        if (!std::exchange(trouble_said_, true)) log_.warning("send an error report: " + means_.clean(why));
        return std::min<Duration>(longest_pause, std::chrono::seconds(1LL << std::min(attempts_++, 12U)));
    };
    const auto to = co_await dsn();
    if (!to) co_return again(to.error().message);
    const auto ready = co_await means_.client.prepare();
    if (!ready) co_return again(ready.error().message);
    outgoing::Request request;
    request.method = "POST";
    request.url = to->url;
    request.headers = {{"Content-Type", "application/x-sentry-envelope"},
                       {"X-Sentry-Auth", auth_header(*to)},
                       {"User-Agent", "mcpm/" MCPM_VERSION}};
    request.body = std::move(entry.text);
    request.limits.total = std::chrono::seconds(30);
    request.limits.body = 64U << 10U;
    const auto answer = co_await means_.client.fetch(std::move(request));
    if (!answer) co_return again(answer.error().message);
    const int status = answer->head.status;
    limits_.note_answer(status, answer->head.header("retry-after"),
                        answer->head.header("x-sentry-rate-limits"), Clock::now());
    if (status == 429) co_return Duration{0};
    if (status >= 500) co_return again(fmt::format("the receiver answered {}", status));
    attempts_ = 0;
    trouble_said_ = false;
    const bool is_taken = status >= 200 && status < 300;
    ++(is_taken ? counts_.sent : counts_.refused);
    if (!is_taken) log_.warning(fmt::format("an error report was refused with {}", status));
    auto work = [spool = spool_, name = entry.name] {
        spool->remove(name);
        return true;
    };
    (void)co_await offload(means_.workers, std::move(work));
    co_return std::nullopt;
}

}  // namespace mcpm::reports
