#include "agent/gateway/tool_index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mcpm::gateway;

namespace {

const std::vector<std::string_view> tools{
    R"({"name":"files__read_text_file","description":"Read the contents of a file."})",
    R"({"name":"files__move_file","description":"Move or rename files and directories."})",
    R"({"name":"git__git_blame","title":"Git Blame","description":"Show who last modified each line."})",
    R"({"name":"calc__hash","description":"Compute digests.","inputSchema":{"properties":{"algorithm":{"description":"md5, sha256"}}}})",
    R"({"name":"web__scrape","description":"Gets a page. It may take long, and the file of it is kept for later use by a file tool."})"};

std::string first(std::string_view query) {
    const ToolIndex index(tools);
    const auto found = index.find(query, 1);
    if (found.empty()) return {};
    const std::string_view text = tools[found.front()];
    return std::string(text.substr(9, text.find('"', 9) - 9));
}

}  // namespace

TEST_CASE("Words are taken apart and folded") {
    CHECK(search_words("readTextFiles") == search_words("read_text-file"));
    CHECK(search_words("listing the queries") == search_words("list query"));
    CHECK(search_words("stopped visualise colours") == search_words("stop visualizing colors"));
    CHECK(search_words("how do I").empty());
    CHECK(search_words("\xe5\xb7\xa5\xe5\x85\xb7").size() == 1);
}

TEST_CASE("Tools are found by name, description, parameters and synonyms") {
    CHECK(first("read a file") == "files__read_text_file");
    CHECK(first("rename directories") == "files__move_file");
    CHECK(first("who changed this line") == "git__git_blame");
    CHECK(first("sha256") == "calc__hash");
    CHECK(first("download a website") == "web__scrape");
    CHECK(first("zzzz").empty());
    CHECK(first("").empty());
}

TEST_CASE("At most as many as asked for, and none of nothing") {
    const ToolIndex index(tools);
    CHECK(index.find("file", 2).size() == 2);
    CHECK(index.find("file", 0).empty());
    CHECK(ToolIndex().find("file", 5).empty());
    CHECK(ToolIndex(std::vector<std::string_view>{}).find("file", 5).empty());
    CHECK(index.find(std::string(100000, 'x') + " file", 5).size() <= 5);
}
