// Preloaded into the programs, it moves the clock on the wall by so many seconds as the file that
// MCPM_CLOCK_SHIFT names says: twenty characters, written over in place, read at each look at the clock. The
// monotonic clock goes on as it does. What MCPM_CLOCK_SLEPT names is the time that the machine was suspended:
// the clock since boot has it as well. A test cannot set the clock of the machine that it runs on, nor
// suspend it.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

constexpr std::size_t length = 20;

const char* mapped(const char* variable) {
    const char* const name = std::getenv(variable);
    const int file = name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    void* const place = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    return place == MAP_FAILED ? nullptr : static_cast<const char*>(place);
}

time_t seconds_in(const char* text) {
    return text == nullptr ? 0 : static_cast<time_t>(std::strtoll(text, nullptr, 10));
}

time_t slept() {
    static const char* const text = mapped("MCPM_CLOCK_SLEPT");
    return seconds_in(text);
}

time_t shift() {
    static const char* const text = mapped("MCPM_CLOCK_SHIFT");
    return seconds_in(text) + slept();
}

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* at) {
    static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
    const int outcome = real(clock, at);
    if (outcome == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += shift();
    if (outcome == 0 && clock == CLOCK_BOOTTIME) at->tv_sec += slept();
    return outcome;
}

int gettimeofday(timeval* __restrict at, void* __restrict zone) {
    static auto* const real = next<int(timeval*, void*)>("gettimeofday");
    const int outcome = real(at, zone);
    if (outcome == 0) at->tv_sec += shift();
    return outcome;
}

time_t time(time_t* at) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != nullptr) *at = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
