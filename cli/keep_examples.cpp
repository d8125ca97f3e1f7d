#include "cli/keep_examples.hpp"

#include <array>

namespace mcpm::cli {

namespace {

struct Row {
    std::string_view command;
    std::span<const Example> examples;
};

// clang-format off
constexpr std::array of_template_list{
    Example{"mcpm template list --category database"},
    Example{"mcpm template list -q", "ids only"},
};
constexpr std::array of_template_search{
    Example{"mcpm template search git"},
    Example{"mcpm template search web fetch -o json", "both words must fit"},
};
constexpr std::array of_template_show{
    Example{"mcpm template show filesystem", "what it runs, what it may reach, its parameters"},
    Example{"mcpm template show filesystem -o yaml"},
};
constexpr std::array of_template_validate{
    Example{"mcpm template validate mine.yaml", "each mistake with line and column"},
    Example{"mcpm template validate *.yaml -o json"},
};
constexpr std::array of_search{
    Example{"mcpm search git"},
    Example{"mcpm search browser --category web -q", "ids only"},
};
constexpr std::array of_secret_set{
    Example{"mcpm secret set web-key", "asks for the value and does not show it"},
    Example{"pass show web | mcpm secret set web-key"},
};
constexpr std::array of_secret_list{
    Example{"mcpm secret list"},
    Example{"mcpm secret list -q"},
};
constexpr std::array of_secret_remove{
    Example{"mcpm secret remove web-key"},
    Example{"mcpm secret remove -f web-key", "although servers use it"},
};
constexpr std::array of_backup{
    Example{"mcpm backup mcpm-$(date +%F).backup", "asks for a passphrase, which opens it again"},
    Example{"mcpm backup < passphrase.txt > mcpm.backup", "the agent may run meanwhile"},
};
constexpr std::array of_restore{
    Example{"mcpm restore --check mcpm.backup", "can it be opened, and is it whole?"},
    Example{"mcpm agent stop && mcpm restore --replace mcpm.backup"},
};
constexpr std::array of_feedback_send{
    Example{"mcpm feedback send 'logs -f is great' -r 5", "general feedback"},
    Example{"mcpm why web | mcpm feedback send 'web does not start' -t bug -d - --email me@example.org", "what it is about comes from standard input"},
};
constexpr std::array of_feedback_list{
    Example{"mcpm feedback list --status open"},
    Example{"mcpm feedback list -t bug -o json", "with their texts"},
};
constexpr std::array of_feedback_reply{
    Example{"mcpm feedback reply fb_2h7qkz4mwx3a 'Mended in 0.2.' --status resolved", "its sender gets a letter when mail is set up"},
    Example{"mcpm feedback reply fb_2h7qkz4mwx3a --status in-progress"},
};
constexpr std::array of_feedback_stats{
    Example{"mcpm feedback stats"},
    Example{"mcpm feedback stats -o json"},
};
constexpr std::array of_notify_list{
    Example{"mcpm notify list"},
    Example{"mcpm notify list -o json"},
};
constexpr std::array of_notify_test{
    Example{"mcpm notify test", "to every channel that is set up"},
    Example{"mcpm notify test email"},
};
constexpr std::array of_config_show{
    Example{"mcpm config show", "every key, its value and where it comes from"},
    Example{"mcpm config show http.listen -o json"},
};
constexpr std::array of_agent_run{
    Example{"mcpm agent run", "ends with Ctrl-C, and its servers with it"},
    Example{"MCPM_HTTP_LISTEN=off mcpm agent run"},
};
constexpr std::array of_agent_start{
    Example{"mcpm agent start"},
    Example{"mcpm agent start && mcpm agent status"},
};
constexpr std::array of_agent_stop{
    Example{"mcpm agent stop"},
    Example{"mcpm agent stop --leave-servers", "servers run on"},
};
constexpr std::array of_agent_restart{
    Example{"mcpm agent restart", "after a change of config.yaml"},
    Example{"mcpm agent restart && mcpm status"},
};
constexpr std::array of_agent_upgrade{
    Example{"mcpm agent upgrade", "after a new version was installed"},
    Example{"mcpm agent upgrade --program ./mcpmd"},
};
constexpr std::array of_agent_status{
    Example{"mcpm agent status"},
    Example{"mcpm agent status -o jsonpath=.pid"},
};
constexpr std::array of_agent_logs{
    Example{"mcpm agent logs"},
    Example{"mcpm agent logs -n 20 -f"},
};
constexpr std::array of_agent_install{
    Example{"mcpm agent install"},
    Example{"mcpm agent install --dry-run", "shows the units"},
};
constexpr std::array of_agent_uninstall{
    Example{"mcpm agent uninstall"},
    Example{"mcpm agent uninstall && mcpm agent stop", "no agent now, and none at the next login"},
};
constexpr std::array of_doctor{
    Example{"mcpm doctor"},
    Example{"mcpm doctor -o json"},
    Example{"mcpm doctor --deep", "and every file of every package"},
    Example{"mcpm doctor --send-crashes", "where sentry.dsn says"},
};
constexpr std::array of_completion{
    Example{"mcpm completion bash > ~/.local/share/bash-completion/completions/mcpm"},
    Example{"mcpm completion zsh > ~/.zfunc/_mcpm", "with `fpath+=~/.zfunc` in ~/.zshrc before compinit"},
    Example{"mcpm completion fish > ~/.config/fish/completions/mcpm.fish"},
};
constexpr std::array of_version{
    Example{"mcpm version"},
    Example{"mcpm version -o json"},
};
constexpr std::array of_help{
    Example{"mcpm help add"},
    Example{"mcpm help tools", "the commands of a group"},
};

constexpr std::array rows{
    Row{"template list", of_template_list},
    Row{"template search", of_template_search},
    Row{"template show", of_template_show},
    Row{"template validate", of_template_validate},
    Row{"search", of_search},
    Row{"secret set", of_secret_set},
    Row{"secret list", of_secret_list},
    Row{"secret remove", of_secret_remove},
    Row{"backup", of_backup},
    Row{"restore", of_restore},
    Row{"feedback send", of_feedback_send},
    Row{"feedback list", of_feedback_list},
    Row{"feedback reply", of_feedback_reply},
    Row{"feedback stats", of_feedback_stats},
    Row{"notify list", of_notify_list},
    Row{"notify test", of_notify_test},
    Row{"config show", of_config_show},
    Row{"agent run", of_agent_run},
    Row{"agent start", of_agent_start},
    Row{"agent stop", of_agent_stop},
    Row{"agent restart", of_agent_restart},
    Row{"agent upgrade", of_agent_upgrade},
    Row{"agent status", of_agent_status},
    Row{"agent logs", of_agent_logs},
    Row{"agent install", of_agent_install},
    Row{"agent uninstall", of_agent_uninstall},
    Row{"doctor", of_doctor},
    Row{"completion", of_completion},
    Row{"version", of_version},
    Row{"help", of_help},
};
// clang-format on

}  // namespace

std::span<const Example> keep_examples(std::string_view command) {
    for (const Row& row : rows) {
        if (row.command == command) return row.examples;
    }
    return {};
}

}  // namespace mcpm::cli
