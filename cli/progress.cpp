#include "cli/progress.hpp"

#include "cli/text_width.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string_view>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr auto silence = std::chrono::seconds(1);
constexpr auto step = std::chrono::milliseconds(120);
constexpr std::array<std::string_view, 8> frames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"};
constexpr std::size_t turns_between_looks = 8;
constexpr std::string_view wipe = "\r\x1b[K";

extern "C" void wipe_and_end(int signal) {
    (void)!::write(2, wipe.data(), wipe.size());
    std::signal(signal, SIG_DFL);
    ::raise(signal);
}

// While the line is there, Ctrl-C wipes it before the program ends of it as it would have.
class WipeOnInterrupt {
  public:
    WipeOnInterrupt() {
        struct sigaction action {};
        action.sa_handler = wipe_and_end;
        ::sigaction(SIGINT, nullptr, &before_);
        if (before_.sa_handler == SIG_DFL) ::sigaction(SIGINT, &action, nullptr);
    }
    ~WipeOnInterrupt() { ::sigaction(SIGINT, &before_, nullptr); }
    WipeOnInterrupt(const WipeOnInterrupt&) = delete;
    WipeOnInterrupt& operator=(const WipeOnInterrupt&) = delete;

  private:
    struct sigaction before_ {};
};

}  // namespace

std::string progress_line(const std::string& what, long long seconds, std::size_t columns) {
    const std::string time = " … " + std::to_string(seconds) + " s";
    const std::size_t frame = 2;
    const std::size_t taken = text_width(time) + frame + 1;  // one is left for the cursor
    if (columns == 0) return harmless(what) + time;
    return fit(harmless(what), columns > taken ? columns - taken : 0) + time;
}

Progress::Progress(Output& output, std::string what, std::function<std::string()> detail)
    : output_(output), what_(std::move(what)), detail_(std::move(detail)) {
    if (output_.error_is_terminal()) thread_ = std::thread([this] { spin(); });
}

Progress::~Progress() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        end_ = true;
    }
    ended_.notify_all();
    thread_.join();
}

void Progress::spin() {
    const auto started = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, silence, [this] { return end_; })) return;
    const WipeOnInterrupt wiping;
    std::string shown = what_;
    for (std::size_t turn = 0; !end_; ++turn) {
        if (detail_ && turn % turns_between_looks == 0) {
            lock.unlock();
            const std::string detail = detail_();
            lock.lock();
            shown = detail.empty() ? what_ : detail;
            if (end_) break;
        }
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started)
                .count();
        output_.write_error(std::string(wipe) + std::string(frames[turn % frames.size()]) + " " +
                            progress_line(shown, seconds, output_.error_width()));
        ended_.wait_for(lock, step, [this] { return end_; });
    }
    output_.write_error(wipe);
}

}  // namespace mcpm::cli
