#include "agent/api/definition_texts.hpp"

#include "common/wire.hpp"

namespace mcpm::api {

const std::string& DefinitionTexts::of(const ServerOutline& server) {
    Text& text = texts_[server.id];
    if (text.spec != server.spec) text = Text{server.spec, wire::definition_members(*server.spec)};
    return text.members;
}

void DefinitionTexts::expect(std::size_t servers) {
    if (texts_.size() > servers) texts_.clear();
}

}  // namespace mcpm::api
