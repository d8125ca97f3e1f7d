#include "agent/gateway/search_words.hpp"
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
    R"({"name":"calc__convert","description":"Units.","inputSchema":{"properties":{"authentication":{}}}})",
    R"({"name":"calc__random","description":"Values.","inputSchema":{"properties":{"what":{"anyOf":[{"properties":{"kind":{"enum":["uuid","passphrase"]}}}]},"list":{"items":{"const":"dice"}}}}})",
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

TEST_CASE("The values that a parameter may have, however deep, and beginnings of words find a tool") {
    CHECK(first("a new uuid") == "calc__random");
    CHECK(first("throw dice") == "calc__random");
    CHECK(first("authent") == "calc__convert");
    CHECK(first("authentications").starts_with("calc__convert"));
    CHECK(first("au").empty());
}

TEST_CASE("A word stands for its kind, one way") {
    CHECK(first("how many miles are that") == "calc__convert");
    const auto& mile = related_words(search_words("miles").front());
    CHECK(std::any_of(mile.begin(), mile.end(), [](const RelatedWord& one) { return one.word == "unit"; }));
    const auto& unit = related_words("unit");
    CHECK(std::none_of(unit.begin(), unit.end(), [](const RelatedWord& one) { return one.word == "mil"; }));
    CHECK(related_words("zzzz").empty());
}

TEST_CASE("A schema nested without end is read to its bound") {
    std::string schema = R"({"const":"deep"})";
    for (int depth = 0; depth < 40; ++depth) schema = R"({"items":)" + schema + "}";
    const std::string tool = R"({"name":"a__b","inputSchema":)" + schema + "}";
    CHECK(ToolIndex({std::string_view(tool)}).find("deep", 5).empty());
}
