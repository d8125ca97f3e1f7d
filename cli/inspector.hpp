// Starting the MCP Inspector (npm's @modelcontextprotocol/inspector, pinned) on one server: what it needs of
// Node, the file that tells it where the server is, its words.
#pragma once

#include "common/error.hpp"
#include "common/paths.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// The Node on the PATH is new enough. Otherwise an error says which one there is and which one it takes.
Result<> check_node();
/// Judges what `node --version` said.
Result<> judge_node(std::string_view version);

/// The file that names the server to the inspector, token included: no other user may read it, and it is no
/// argument that all may see. In the runtime folder; gone with this object.
class InspectorFile {
  public:
    InspectorFile(const Paths& paths, std::string server, std::string url, std::string secret);
    ~InspectorFile();
    InspectorFile(const InspectorFile&) = delete;
    InspectorFile& operator=(const InspectorFile&) = delete;

    Result<> write() const;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::string server_, url_, secret_;
    std::filesystem::path path_;
};

/// What is executed: npx, the pinned package, and the words for it.
std::vector<std::string> inspector_words(bool as_cli, const std::filesystem::path& file,
                                         const std::string& server, const std::vector<std::string>& more);

/// Runs it in the foreground; Ctrl-C is its business while it runs. Its exit status; 128 + N for a signal.
Result<int> run_inspector(const std::vector<std::string>& words);

}  // namespace mcpm::cli
