// The only writer to stdout, and the one that speaks on stderr. Buffers, knows the terminal, and lets nothing
// that came from a server reach it as anything but text. A closed pipe ends the program quietly by SIGPIPE,
// as it does every Unix tool.
#pragma once

#include "cli/global_options.hpp"
#include "cli/table.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm::cli {

class Output {
  public:
    /// The descriptors are borrowed.
    explicit Output(int out = 1, int error = 2);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// After `--color`; NO_COLOR and CLICOLOR_FORCE are looked at without being asked.
    void set_colour(ColourWish wish);
    void allow_pager(bool allowed) { pager_allowed_ = allowed; }
    /// On a terminal, what is written from here on goes through MCPM_PAGER, PAGER or less, which shows it a
    /// screen at a time. Does nothing elsewhere, or when there is none.
    void start_pager();
    /// Writes what is left and waits until the pager has been left.
    void finish();
    /// For what follows: the program ends when nobody reads its output any more, though it has nothing to
    /// write.
    void end_with_reader() const;

    bool is_terminal() const { return out_is_terminal_; }
    bool error_is_terminal() const { return error_is_terminal_; }
    Paint paint() const { return paint_; }
    /// Columns of the terminal; 0 when stdout is none.
    std::size_t width() const;
    /// The width of stderr.
    std::size_t error_width() const;

    /// Bytes as they are: our own words, JSON by json_access, or bytes the agent has made harmless.
    void write(std::string_view bytes);
    /// One line of text that may hold anything; made harmless when stdout is a terminal.
    void write_foreign(std::string_view text);
    /// Passes bytes on at once, without a copy; for streams.
    void pass(std::string_view bytes);
    void flush();

    /// "mcpm: TEXT" on stderr, made harmless.
    void note(std::string_view text);
    /// What failed and why, the details worth showing, and what to do next.
    void error(const Error& error);
    /// Onto stderr as it is: the spinner.
    void write_error(std::string_view bytes);

  private:
    static std::size_t width_of(int fd, bool is_terminal);
    void write_all(int fd, std::string_view bytes);

    int out_;
    int error_;
    bool out_is_terminal_;
    bool error_is_terminal_;
    Paint paint_;
    std::string buffer_;
    int terminal_;  // what out_ was before there was a pager
    int pager_ = -1;
    bool pager_allowed_ = true;
};

/// Control characters, bidirectional overrides and invalid UTF-8 as visible text, on one line.
std::string harmless(std::string_view text);
/// As harmless(), but newlines and tabs stay.
std::string harmless_lines(std::string_view text);

}  // namespace mcpm::cli
