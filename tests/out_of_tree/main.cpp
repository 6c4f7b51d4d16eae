// genrebench with a method of our own.

#include "cli/program.hpp"

namespace genrebench {
void register_all_mine(Registry& registry);
}

int main(int argc, char** argv) {
  genrebench::Registry registry;
  genrebench::register_all(registry);
  genrebench::register_all_mine(registry);
  return genrebench::run_program(registry, argc, argv);
}
