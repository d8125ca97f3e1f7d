#include "common/secret_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mcpm;

TEST_CASE("What is secret by its shape is masked, and nothing else") {
    struct Row {
        const char *text, *masked;
    };
    for (const Row& row :
         {Row{"postgres://u:hunter22@h/db", "postgres://u:***@h/db"},
          Row{"--db=postgres://u:hunter22@h/db?api_key=abc", "--db=postgres://u:***@h/db?api_key=***"},
          Row{"https://ghp_0123456789abcdefghij@github.com/x", "https://***@github.com/x"},
          Row{"https://git@github.com/x", "https://git@github.com/x"},
          Row{"https://h/?a=1&api_key=k1&b=2#c", "https://h/?a=1&api_key=***&b=2#c"},
          Row{"http://a:b1@h http://c:d2@i", "http://a:***@h http://c:***@i"},
          Row{"--token=abc;def#1", "--token=***"}, Row{"API_KEY=abc def", "API_KEY=***"},
          Row{"host=h user=u password=p1 dbname=d", "host=h user=u password=*** dbname=d"},
          Row{"Server=h;Password=p1;Database=d", "Server=h;Password=***;Database=d"},
          Row{"Authorization: Bearer abc", "Authorization: ***"},
          Row{R"({"apiKey":"abc","port":8080})", R"({"apiKey":"***","port":8080})"},
          Row{"--token:abc", "--token:***"}, Row{"-v/keys:/keys", "-v/keys:/keys"},
          Row{"secret-data:/data", "secret-data:/data"}, Row{"localhost:8080", "localhost:8080"},
          Row{"--port=8080", "--port=8080"}, Row{"token", "token"}, Row{"", ""}}) {
        CAPTURE(row.text);
        CHECK(wire::masked_text(row.text) == row.masked);
    }
    CHECK(wire::masked_argument("--api-key", "abc") == "***");
    CHECK(wire::masked_argument("--api-key", "--verbose") == "--verbose");
    CHECK(wire::masked_argument("--api-key=x", "abc") == "abc");
}

TEST_CASE("A definition's secret values are found as they stand and as a program sees them") {
    ServerSpec spec;
    spec.name = "a";
    spec.source = CommandSource{"/bin/x",
                                {"postgres://u:p%40ssw0rd@h", "--token=tok12345", "--key", "key12345", "-H",
                                 "Authorization: Bearer bear1234", "--use-token=true"}};
    spec.environment = {{"API_KEY", "env12345"},
                        {"MODE", "production"},
                        {"URL", "http://h/?secret=url12345"},
                        {"AUTH", "none"},
                        {"KEYS_DIR", "/data"}};
    const auto values = wire::secret_values(spec);
    for (const char* value :
         {"p%40ssw0rd", "p@ssw0rd", "tok12345", "key12345", "bear1234", "env12345", "url12345"}) {
        CAPTURE(value);
        CHECK(std::find(values.begin(), values.end(), value) != values.end());
    }
    for (const char* word : {"true", "none", "production", "/data"})
        CHECK(std::find(values.begin(), values.end(), word) == values.end());
}
