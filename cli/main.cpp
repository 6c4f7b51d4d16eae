// genrebench, with the plug-ins of this repository.

#include "cli/program.hpp"
#include "cli/waiting_threads.hpp"

int main(int argc, char** argv) {
  genrebench::limit_waiting_threads(argv);
  genrebench::Registry registry;
  genrebench::register_all(registry);
  return genrebench::run_program(registry, argc, argv);
}
