#include "agent/gateway/search_words.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <unordered_set>
#include <utility>

namespace mcpm::gateway {

namespace {

constexpr std::size_t words_limit = 2000;  // of one text
constexpr float family_share = 0.7F;
constexpr float kind_share = 0.6F;

const std::unordered_set<std::string_view>& empty_words() {
    static const std::unordered_set<std::string_view> words{
        "a",      "an",    "the",  "and", "or",   "of",   "to",   "in",    "on",   "for",   "from",  "with",
        "by",     "at",    "as",   "is",  "are",  "be",   "it",   "its",   "this", "that",  "these", "those",
        "i",      "me",    "my",   "we",  "you",  "your", "our",  "us",    "can",  "could", "would", "should",
        "please", "want",  "need", "do",  "does", "how",  "what", "which", "when", "where", "will",  "tool",
        "use",    "using", "if",   "not", "no",   "any",  "some", "all",   "into", "out",   "up",    "about",
        "there",  "them",  "they", "has", "have", "so",   "than", "then",  "s",    "t",     "let",   "lets"};
    return words;
}

/// Words between two bars mean the same, or nearly, to whoever looks for a tool; a word may stand in several.
constexpr std::string_view families =
    "delete remove erase drop destroy forget discard | create add new make insert generate build open | "
    "list show enumerate display view | get fetch retrieve obtain read show view | "
    "search find look query locate | write save store put | edit update modify change patch set alter | "
    "folder directory dir | file document | screenshot capture snapshot picture | "
    "page website site webpage web | message comment post | reply answer respond | repository repo | "
    "issue ticket bug | database db | sql query | run execute exec launch evaluate | "
    "calculate compute math arithmetic | sum total plus | date time timestamp clock day | "
    "chart graph plot diagram draw visualize | flowchart flow mermaid process | kubernetes k8s cluster | "
    "email mail | convert transform encode | url link address | copy duplicate clone | move rename | "
    "download crawl scrape | open navigate goto visit go | press key keyboard type | click tap | "
    "compare diff difference | size space usage | memory remember knowledge recall know | "
    "relation relationship connect | info information detail metadata stat | pull pr | "
    "stop kill terminate close | user member person people | check validate verify test valid | "
    "lint format style | upload attach push | undo revert reset restore | start begin record | "
    "zip compress pack archive | unzip unpack extract decompress archive | aside away stash shelve later | "
    "monitor watch notify tell track | binary hexadecimal octal base radix | "
    "send submit deliver push publish transmit post | share publish | receive accept | "
    "propose suggest recommend | authenticate login signin auth authorize credential | logout signout | "
    "permission access allow right grant | forbid deny block ban | password secret passphrase credential | "
    "token key credential | encrypt cipher | decrypt decipher | "
    "hash checksum digest fingerprint md5 sha1 sha256 sha512 | uuid guid random | random shuffle pick dice | "
    "crontab cron schedule timetable | schedule appointment meeting calendar event | reminder alarm notify | "
    "todo task reminder | contact person address people | sender author from | attachment file | "
    "chat conversation channel thread | team group organization org company | account profile user | "
    "customer client | order purchase buy | invoice bill payment pay charge | price cost amount money quote "
    "| "
    "currency money exchange rate | stock share ticker market | weather forecast temperature climate | "
    "map location place geocode coordinate | route direction navigation distance | flight hotel travel trip "
    "| "
    "translate translation language | summary summarize abstract digest | text string word content | "
    "paragraph sentence text | word letter character | line row | row record entry | "
    "column field attribute property | table sheet spreadsheet grid | schema structure definition | "
    "key identifier id | code source program script snippet | function method procedure | class object type "
    "| "
    "library package dependency module | version release tag | build compile | deploy release rollout ship | "
    "test spec check | error exception failure bug crash problem | warn warning alert | "
    "fix repair mend solve resolve | debug inspect trace | trace stack backtrace | "
    "performance speed profile slow lighthouse | memory heap ram | log journal record history | "
    "metric statistic measure count | count number many tally amount | average mean median | "
    "maximum highest top most | minimum lowest least | sort order rank | filter where only | "
    "merge combine join unite integrate | split divide separate | compress minify shrink | expand unfold | "
    "rename name | replace substitute swap | review reviewer remark comment feedback | approve accept | "
    "reject decline refuse | assign assignee owner | label tag category | branch fork | "
    "commit revision changeset | conflict collision | blame author annotate | upstream remote origin server "
    "| "
    "clone download checkout | pull fetch sync | sync synchronize mirror | backup snapshot save | "
    "restore recover | archive backup | stage add | discard revert reset undo | request call http network "
    "xhr | "
    "response answer reply | header cookie | form input field | button link element | "
    "dropdown select option choose | check tick checkbox | scroll swipe | drag drop move | "
    "hover mouse pointer | tab window | back previous backward | forward next | reload refresh | "
    "resize size width height | dark light theme color mode | color colour rgb hex | "
    "device mobile phone viewport emulate | dialog popup alert prompt | console output | "
    "wait sleep delay pause | upload file | print pdf export | export save download | import load | "
    "image picture photo icon | video movie film | audio sound music song | "
    "pie donut share proportion percentage | bar column histogram | line trend time series | "
    "scatter correlation | distribution spread histogram | hierarchy tree organization | funnel conversion | "
    "sankey flow | network graph node edge | mindmap mind brainstorm idea | timeline gantt | "
    "equation formula math expression | square root power | percent percentage ratio | "
    "unit convert conversion | timezone zone | duration interval between until since | date calendar day | "
    "year month week | regex regular pattern expression match | json yaml toml xml csv | markdown html | "
    "encode escape decode unescape | url uri | domain dns host hostname | ip subnet cidr network | "
    "port socket | server host machine | process program | service daemon | container docker image | "
    "pod kubernetes deployment | cloud aws azure gcp | bucket storage s3 | queue topic message | "
    "database table sql postgres mysql | select query | permission role | secret environment variable | "
    "setting configuration config option preference | enable activate on | disable deactivate off | "
    "status state health | overview summary | tree hierarchy structure layout | path location where | "
    "parent child | copy clipboard | duplicate same identical | empty blank | hidden invisible | "
    "size big large small | old recent latest newest last | similar related like | "
    "paper article publication study research | source origin reference citation | news headline article | "
    "question ask | answer solution | knowledge fact observation | entity thing object | "
    "relation link connection | remember store save | workspace project team | page document note | "
    "block paragraph section | discussion comment thread";

/// What a tool for these says instead: "how many miles" is asked of a tool that converts units.
constexpr std::string_view kinds =
    "kilometre mile metre inch foot yard gram kilogram pound ounce litre gallon celsius fahrenheit : convert "
    "unit | euro dollar yen : currency convert | monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december tomorrow yesterday "
    "today christmas birthday : date | oclock noon midnight : time | readme : file";

bool ends_in(std::string_view word, std::string_view ending) {
    return word.size() >= ending.size() + 3 && word.ends_with(ending);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> spellings{
    {{"isation", "ization"}, {"ise", "ize"}, {"our", "or"}, {"metre", "meter"}}};

/// Plurals and the endings of verbs: "files", "listing" and "queries" are "file", "list" and "query".
std::string folded(std::string word) {
    for (const auto& [british, american] : spellings) {
        const auto at = word.find(british);
        if (at != std::string::npos && word.size() > british.size() + 1)
            word.replace(at, british.size(), american);
    }
    if (ends_in(word, "ies"))
        word.replace(word.size() - 3, 3, "y");
    else if (ends_in(word, "sses") || ends_in(word, "xes") || ends_in(word, "ches") || ends_in(word, "shes"))
        word.resize(word.size() - 2);
    else if (ends_in(word, "s") && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is"))
        word.pop_back();
    for (const std::string_view ending : {"ing", "ed"}) {
        if (!ends_in(word, ending)) continue;
        word.resize(word.size() - ending.size());
        const bool is_doubled = word.size() > 3 && word[word.size() - 1] == word[word.size() - 2] &&
                                std::string_view("bdgmnprt").find(word.back()) != std::string_view::npos;
        if (is_doubled) word.pop_back();
        break;
    }
    if (word.size() > 4 && word.back() == 'e') word.pop_back();
    return word;
}

/// visit(part) for each between bars.
template <typename Visit>
void for_each_part(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const auto bar = std::min(text.find(" | "), text.size());
        visit(text.substr(0, bar));
        text.remove_prefix(std::min(bar + 3, text.size()));
    }
}

using Relatives = std::map<std::string, std::vector<RelatedWord>, std::less<>>;

void relate(Relatives& relatives, const std::string& word, const std::string& other, float share) {
    auto& known = relatives[word];
    const auto same = [&](const RelatedWord& one) { return one.word == other; };
    if (word != other && std::none_of(known.begin(), known.end(), same)) known.push_back({other, share});
}

const Relatives& relatives_of_words() {
    static const auto all = [] {
        Relatives relatives;
        for_each_part(families, [&](std::string_view family) {
            const auto words = search_words(family);
            for (const auto& word : words)
                for (const auto& other : words) relate(relatives, word, other, family_share);
        });
        for_each_part(kinds, [&](std::string_view kind) {
            const auto colon = kind.find(':');
            for (const auto& word : search_words(kind.substr(0, colon)))
                for (const auto& other : search_words(kind.substr(colon)))
                    relate(relatives, word, other, kind_share);
        });
        return relatives;
    }();
    return all;
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty() && words.size() < words_limit && !empty_words().contains(word))
            words.push_back(folded(std::move(word)));
        word.clear();
    };
    char before = 0;
    for (const char c : text) {
        const bool is_part = ascii::is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80;
        const bool begins = ascii::is_upper(c) && ascii::is_lower(before);
        if (begins || !is_part) end_word();
        if (is_part) word.push_back(ascii::lower(c));
        before = c;
    }
    end_word();
    return words;
}

const std::vector<RelatedWord>& related_words(std::string_view word) {
    static const std::vector<RelatedWord> none;
    const auto& all = relatives_of_words();
    const auto found = all.find(word);
    return found == all.end() ? none : found->second;
}

}  // namespace mcpm::gateway
