#include "agent/crash/crash_handler.hpp"

#include "common/crash_file.hpp"

#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>
#include <system_error>
#include <vector>

namespace mcpm::crash {

namespace {

/// A sanitizer has a handler of its own, which says more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
constexpr std::array signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGABRT};
constexpr std::size_t most_files = 10;
constexpr int most_frames = 64;

struct Module {
    std::array<char, 48> name;
    std::uintptr_t base, begin, end;
};

/// Filled before a signal can come; only read afterwards.
struct Prepared {
    std::array<char, 512> folder{};
    std::array<char, 96> build_id{};
    std::array<Module, 96> modules{};
    std::size_t module_count = 0;
    std::array<char, 64U << 10U> stack{};  // the crashed one may be what is exhausted
};
Prepared prepared;  // a handler reaches nothing else
volatile std::sig_atomic_t has_begun = 0;

template <std::size_t size>
void copy_text(std::array<char, size>& out, const char* text) {
    const std::size_t length = std::min(std::strlen(text), size - 1);
    std::copy_n(text, length, out.begin());
    out[length] = '\0';
}

// ---- within the handler ----

/// Digits into a buffer of the stack, and from there to the file.
class Writer {
  public:
    explicit Writer(int fd) : fd_(fd) {}
    ~Writer() { flush(); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    Writer& text(const char* letters) {
        for (; *letters != '\0'; ++letters) put(*letters);
        return *this;
    }
    Writer& number(std::uint64_t value, unsigned base) {
        std::array<char, 20> digits{};
        std::size_t count = 0;
        do {
            digits[count++] = "0123456789abcdef"[value % base];
            value /= base;
        } while (value != 0);
        while (count > 0) put(digits[--count]);
        return *this;
    }
    Writer& hex(std::uint64_t value) { return text("0x").number(value, 16); }

  private:
    void put(char c) {
        if (used_ == buffer_.size()) flush();
        buffer_[used_++] = c;
    }
    void flush() {
        std::size_t done = 0;
        while (done < used_) {
            const ssize_t written = ::write(fd_, buffer_.data() + done, used_ - done);
            if (written <= 0) break;
            done += static_cast<std::size_t>(written);
        }
        used_ = 0;
    }
    int fd_;
    std::array<char, 512> buffer_{};
    std::size_t used_ = 0;
};

/// FOLDER/SECONDS-PID.crash
int open_file(std::uint64_t seconds) {
    std::array<char, 600> path{};
    std::size_t used = 0;
    const auto add = [&](const char* text) {
        for (; *text != '\0' && used + 1 < path.size(); ++text) path[used++] = *text;
    };
    const auto add_number = [&](std::uint64_t value) {
        std::array<char, 21> digits{};
        std::size_t at = digits.size() - 1;
        do {
            digits[--at] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        add(digits.data() + at);
    };
    add(prepared.folder.data());
    add("/");
    add_number(seconds);
    add("-");
    add_number(static_cast<std::uint64_t>(::getpid()));
    add(".crash");
    return ::open(path.data(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void write_frame(Writer& out, std::uintptr_t address) {
    out.text("frame ").hex(address);
    for (std::size_t i = 0; i < prepared.module_count; ++i) {
        const Module& module = prepared.modules[i];
        if (address < module.begin || address >= module.end) continue;
        out.text(" ").text(module.name.data()).text(" ").hex(address - module.base).text("\n");
        return;
    }
    out.text(" ? 0x0\n");
}

void write_report(int signal, const siginfo_t* info) {
    const auto now = static_cast<std::uint64_t>(::time(nullptr));
    const int fd = open_file(now);
    if (fd < 0) return;
    {
        Writer out(fd);
        out.text("mcpm-crash 1\nversion " MCPM_VERSION "\nbuild-id ").text(prepared.build_id.data());
        out.text("\ntime ")
            .number(now, 10)
            .text("\nsignal ")
            .number(static_cast<unsigned>(signal), 10)
            .text("\n");
        if ((signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0)  // else a process sent it
            out.text("address ").hex(reinterpret_cast<std::uintptr_t>(info->si_addr)).text("\n");
    }
    // What follows may itself fail; what is known so far is in the file by then.
    std::array<void*, most_frames> addresses{};
    const int count = ::backtrace(addresses.data(), most_frames);
    Writer out(fd);
    for (int i = 0; i < count; ++i)
        write_frame(out, reinterpret_cast<std::uintptr_t>(addresses[static_cast<std::size_t>(i)]));
    out.text("end\n");
}

/// The second of two (another thread's, or one of the report's own) ends the process at once.
void on_signal(int signal, siginfo_t* info, void*) {
    ::signal(signal, SIG_DFL);
    if (has_begun == 0) {
        has_begun = 1;
        write_report(signal, info);
    }
    ::raise(signal);  // blocked until the handler is left, and then of default action
}

// ---- before ----

void take_build_id(const dl_phdr_info& object, const ElfW(Phdr) & header) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader says where as a number
    const auto* at = reinterpret_cast<const char*>(object.dlpi_addr + header.p_vaddr);
    const char* const end = at + header.p_memsz;
    const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
    while (at + sizeof(ElfW(Nhdr)) <= end) {
        ElfW(Nhdr) note{};
        std::memcpy(&note, at, sizeof note);
        const char* const name = at + sizeof note;
        const char* const value = name + padded(note.n_namesz);
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
            std::size_t used = 0;
            for (std::size_t i = 0; i < note.n_descsz && used + 2 < prepared.build_id.size(); ++i) {
                const auto byte = static_cast<unsigned char>(value[i]);
                prepared.build_id[used++] = "0123456789abcdef"[byte >> 4U];
                prepared.build_id[used++] = "0123456789abcdef"[byte & 15U];
            }
            return;
        }
        at = value + padded(note.n_descsz);
    }
}

int take_object(dl_phdr_info* object, std::size_t, void*) {
    const bool is_program = object->dlpi_name == nullptr || *object->dlpi_name == '\0';
    for (unsigned i = 0; i < object->dlpi_phnum; ++i) {
        const auto& header = object->dlpi_phdr[i];
        if (is_program && header.p_type == PT_NOTE) take_build_id(*object, header);
        if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
        if (prepared.module_count == prepared.modules.size()) continue;
        Module& module = prepared.modules[prepared.module_count++];
        const char* const slash = is_program ? nullptr : std::strrchr(object->dlpi_name, '/');
        copy_text(module.name, is_program ? "mcpmd" : slash != nullptr ? slash + 1 : object->dlpi_name);
        module.base = object->dlpi_addr;
        module.begin = object->dlpi_addr + header.p_vaddr;
        module.end = module.begin + header.p_memsz;
    }
    return 0;
}

void remove_old(const std::filesystem::path& folder) {
    const auto crashes = list_crashes(folder);
    std::error_code failed;
    for (std::size_t i = most_files; i < crashes.size(); ++i)
        std::filesystem::remove(folder / crashes[i].name, failed);
}

}  // namespace

void install_handler(const std::filesystem::path& folder) {
    remove_old(folder);
    if (is_sanitized) return;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    ::chmod(folder.c_str(), 0700);
    copy_text(prepared.folder, folder.c_str());
    ::dl_iterate_phdr(&take_object, nullptr);
    std::array<void*, 4> first{};
    (void)::backtrace(first.data(), static_cast<int>(first.size()));
    stack_t stack{};
    stack.ss_sp = prepared.stack.data();
    stack.ss_size = prepared.stack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = &on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    for (const int signal : signals) ::sigaction(signal, &action, nullptr);
}

}  // namespace mcpm::crash
