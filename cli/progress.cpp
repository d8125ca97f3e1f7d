#include "cli/progress.hpp"

#include "cli/shell_words.hpp"
#include "cli/text_width.hpp"

#include <unistd.h>

#include <algorithm>
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

// For the handler, which may only write what lies ready.
std::array<char, 512> last_words{};
volatile std::sig_atomic_t last_words_size = 0;
volatile std::sig_atomic_t is_line_shown = 0;

extern "C" void wipe_and_end(int signal) {
    if (is_line_shown != 0) (void)!::write(2, wipe.data(), wipe.size());
    (void)!::write(2, last_words.data(), static_cast<std::size_t>(last_words_size));
    std::signal(signal, SIG_DFL);
    ::raise(signal);
}

}  // namespace

// Ctrl-C wipes the line before the program ends of it as it would have.
class OnInterrupt {
  public:
    explicit OnInterrupt(std::string_view sentence) {
        const std::size_t size = std::min(sentence.size(), last_words.size());
        std::copy_n(sentence.begin(), size, last_words.begin());
        last_words_size = static_cast<std::sig_atomic_t>(size);
        struct sigaction action {};
        action.sa_handler = wipe_and_end;
        ::sigaction(SIGINT, nullptr, &before_);
        if (before_.sa_handler == SIG_DFL) ::sigaction(SIGINT, &action, nullptr);
    }
    ~OnInterrupt() {
        ::sigaction(SIGINT, &before_, nullptr);
        last_words_size = 0;
        is_line_shown = 0;
    }
    OnInterrupt(const OnInterrupt&) = delete;
    OnInterrupt& operator=(const OnInterrupt&) = delete;

  private:
    struct sigaction before_ {};
};

std::string agent_goes_on(const std::string& name) {
    const std::string word = in_shell_words(name);
    return "interrupted; the agent goes on with it: `mcpm show " + word + "` when it is done, `mcpm remove " +
           word + "` takes it back";
}

std::string progress_line(const std::string& what, long long seconds, std::size_t columns) {
    const std::string time = " … " + std::to_string(seconds) + " s";
    const std::size_t frame = 2;
    const std::size_t taken = text_width(time) + frame + 1;  // one is left for the cursor
    if (columns == 0) return harmless(what) + time;
    return fit(harmless(what), columns > taken ? columns - taken : 0) + time;
}

Progress::Progress(Output& output, std::string what, std::function<std::string()> detail,
                   const std::string& goes_on)
    : output_(output), what_(std::move(what)), detail_(std::move(detail)) {
    if (!goes_on.empty() || output_.error_is_terminal())
        on_interrupt_ = std::make_unique<OnInterrupt>(goes_on.empty() ? std::string()
                                                                      : "mcpm: " + harmless(goes_on) + "\n");
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
    is_line_shown = 1;
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
    is_line_shown = 0;
}

}  // namespace mcpm::cli
