#include "cli/cli.hpp"

int main(int argc, char** argv) {
    return mcpm::run_cli(argc, argv);
}
