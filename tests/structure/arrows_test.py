#!/usr/bin/env python3
"""scripts/check-arrows.py finds what it promises, in a copy of the sources that is made wrong.

usage: arrows_test.py SOURCE_TREE
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
FLOORS = ("base", "signal", "harness", "pipeline", "datasets", "baselines", "models", "reports",
          "exports", "cli")


class Arrows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = pathlib.Path(folder.name)
        for name in FLOORS:
            shutil.copytree(SOURCE / name, self.copy / name)
        (self.copy / "docs").mkdir()
        shutil.copy(SOURCE / "docs/architecture.md", self.copy / "docs")

    def check(self):
        """Returns the exit code and all that is printed."""
        done = subprocess.run([sys.executable, SOURCE / "scripts/check-arrows.py", "--root",
                               self.copy], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        return done.returncode, done.stdout

    def append(self, name, text):
        """Appends a line and returns its number."""
        path = self.copy / name
        lines = path.read_text().splitlines() if path.exists() else []
        path.write_text("\n".join([*lines, text]) + "\n")
        return len(lines) + 1

    def test_the_copy_itself_is_right(self):
        code, output = self.check()
        self.assertEqual(code, 0, output)

    def test_an_include_that_points_up_is_named_with_file_line_and_rule(self):
        line = self.append("base/files.cpp", '#include "harness/plugin/registry.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn(f"base/files.cpp:{line}: ", output)
        self.assertIn('"harness/plugin/registry.hpp"', output)
        self.assertIn("base may include only nothing", output)

    def test_an_include_of_a_neighbour_is_named(self):
        line = self.append("baselines/knn.cpp", '#include "models/weights/weights.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn(f"baselines/knn.cpp:{line}: ", output)
        self.assertIn("baselines may include only base, signal, ", output)

    def test_an_include_of_a_file_that_does_not_exist_is_named(self):
        line = self.append("base/files.cpp", '#include "base/nowhere.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn(f'base/files.cpp:{line}: includes "base/nowhere.hpp", which does not', output)

    def test_a_circle_between_files_is_named(self):
        self.append("base/one.hpp", '#include "base/two.hpp"')
        self.append("base/two.hpp", '#include "base/one.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn("base/one.hpp -> base/two.hpp -> base/one.hpp", output)

    def test_a_circle_between_folders_of_one_row_is_named(self):
        self.append("models/networks/one.hpp", '#include "models/weights/two.hpp"')
        self.append("models/weights/two.hpp", '#include "models/networks/network.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn("models/networks -> models/weights", output)

    def test_a_folder_without_a_row_is_named(self):
        (self.copy / "harness/other").mkdir()
        self.append("harness/other/file.cpp", '#include "base/files.hpp"')
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn("harness/other/file.cpp:1: its folder has no row", output)

    def test_a_folder_that_holds_a_quarter_of_the_code_is_named(self):
        self.append("base/large.cpp", "\n" * 60000)
        code, output = self.check()
        self.assertEqual(code, 1, output)
        self.assertIn("base: holds ", output)

    def test_a_table_that_is_missing_is_an_error(self):
        (self.copy / "docs/architecture.md").write_text("# Nothing\n")
        code, output = self.check()
        self.assertEqual(code, 2, output)
        self.assertIn("## Allowed arrows", output)


if __name__ == "__main__":
    unittest.main()
