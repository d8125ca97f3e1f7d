// What a server wrote instead of an answer while its session was being opened -> what it probably is, in a
// sentence. Pure; looks at the first lines only.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::mcp {

class OpeningWords {
  public:
    /// A line that is no message.
    void saw_line(std::string_view line);
    /// Our own request came back.
    void saw_own_request();
    /// An answer to nothing that was asked.
    void saw_answer_to(std::string_view id);

    bool is_empty() const { return kind_ == Kind::nothing; }
    /// True for what no later line can mend.
    bool is_certain() const;
    std::string sentence() const;

  private:
    enum class Kind { nothing, text, other_id, no_jsonrpc, spread_json, length_header, echo };

    void note(Kind kind, std::string_view sample);

    Kind kind_ = Kind::nothing;
    std::string sample_;
    unsigned lines_ = 0;
    bool brace_open_ = false;  // the line before was a lone "{"
};

}  // namespace mcpm::mcp
